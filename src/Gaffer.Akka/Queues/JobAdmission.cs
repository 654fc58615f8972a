using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>What may become a job of a queue, and how: all that is wrong with it at once, or the job.</summary>
internal sealed class JobAdmission
{
    private const int KnownSettings = 256;
    private readonly Dictionary<JobSettings, JobSettings> _settings = [];
    private JobSettings? _last;

    /// <summary>Checks an insert, and makes its job.</summary>
    public bool TryAdmit(InsertJob insert, QueueOptions queue, long sequence, DateTimeOffset now, [MaybeNullWhen(false)] out Job job, [MaybeNullWhen(true)] out GafferFailure failure)
    {
        var options = insert.Options ?? JobOptions.Default;
        job = null;
        failure = null;
        if (insert.Payload.Length > queue.MaxPayloadBytes)
        {
            failure = new GafferFailure(
                GafferError.PayloadTooLarge,
                $"The payload has {insert.Payload.Length} bytes, and queue '{queue.Name}' allows {queue.MaxPayloadBytes}. Store it elsewhere and insert a reference, or raise MaxPayloadBytes.",
                queue.Name);
            return false;
        }

        failure = Refusal(insert, queue.Name, now, queue.Partitions);
        if (failure is not null) return false;
        job = new Job
        {
            Id = insert.Id,
            Queue = queue.Name,
            Settings = SettingsOf(
                options.Kind ?? JobWorker.DefaultKind, insert.ContentType, options.Priority ?? queue.Priority, options.MaxAttempts ?? queue.MaxAttempts,
                options.Timeout ?? queue.Timeout, options.Backoff ?? queue.Backoff, options.ShutdownTimeout ?? queue.ShutdownTimeout),
            Payload = insert.Payload,
            Sequence = sequence,
            CreatedAt = now,
            ScheduledAt = ScheduleOf(options, now),
            Labels = LabelsOf(options),
        };
        return true;
    }

    /// <summary>The job that one queue hands to another.</summary>
    public Job Admit(ForwardJob forward, QueueOptions queue, long sequence, DateTimeOffset now) => new()
    {
        Id = forward.Job,
        Queue = queue.Name,
        Settings = SettingsOf(JobWorker.DefaultKind, InsertJob.Json, queue.Priority, queue.MaxAttempts, queue.Timeout, queue.Backoff, queue.ShutdownTimeout),
        Payload = forward.Payload,
        Sequence = sequence,
        CreatedAt = now,
        Labels = new JobLabels(null, null, null, [], ImmutableDictionary<string, string>.Empty, forward.Hops) { Trace = forward.Trace },
    };

    /// <summary>All that is wrong with an insert, as far as can be said without the queue; null when nothing is.</summary>
    public static GafferFailure? Refusal(InsertJob insert, QueueName queue, DateTimeOffset now, int partitions)
    {
        if (insert.Options is null && IsContentType(insert.ContentType)) return null;
        var problems = ProblemsOf(insert, insert.Options ?? JobOptions.Default, now, partitions).ToImmutableArray();
        return problems.IsEmpty ? null : new GafferFailure(GafferError.InvalidJob, $"The job for queue '{queue}' is invalid: {string.Join(" ", problems)}", queue.Value, problems);
    }

    /// <summary>Whether this can be the content type of a job: it is sent in headers, which take no other characters.</summary>
    public static bool IsContentType(string? type) => type is { Length: > 0 and <= 128 } && !type.AsSpan().ContainsAnyExceptInRange(' ', '~');

    public static GafferFailure InOtherQueue(InsertJob insert, InsertJobs inserts) =>
        new(GafferError.InvalidRequest, $"A job for queue '{insert.Queue}' is among those for queue '{inserts.Queue}'; insert them apart.", inserts.Queue);

    private static IEnumerable<string> ProblemsOf(InsertJob insert, JobOptions o, DateTimeOffset now, int partitions)
    {
        if (!IsContentType(insert.ContentType)) yield return $"ContentType has {insert.ContentType?.Length ?? 0} characters; use 1 to 128 characters of printable ASCII (0x20 to 0x7E), such as {InsertJob.Json}.";
        if (ReferenceEquals(o, JobOptions.Default)) yield break;
        if (o.Kind is not null && !JobWorker.IsValidKind(o.Kind)) yield return $"Kind is '{o.Kind}'; use 1 to 128 characters of A-Z a-z 0-9 . _ : -.";
        if (o.MaxAttempts < 1) yield return $"MaxAttempts is {o.MaxAttempts}; use 1 or more.";
        if (o.Timeout <= TimeSpan.Zero && o.Timeout != System.Threading.Timeout.InfiniteTimeSpan) yield return $"Timeout is {o.Timeout}; use more than 0, or infinite.";
        if (o.ShutdownTimeout <= TimeSpan.Zero) yield return $"ShutdownTimeout is {o.ShutdownTimeout}; use more than 0.";
        if (o.Delay < TimeSpan.Zero) yield return $"Delay is {o.Delay}; use 0 or more.";
        if (o.Delay >= DateTimeOffset.MaxValue - now) yield return $"Delay is {o.Delay}; that is after the year 9999.";
        if (o is { Delay: not null, ScheduledAt: not null }) yield return "Delay and ScheduledAt are both set; use one of them.";
        if (o.PartitionKey is { Length: 0 or > JobPlace.MostCharacters }) yield return $"PartitionKey has {o.PartitionKey.Length} characters; use 1 to {JobPlace.MostCharacters}.";
        if (o.Chain is { Length: 0 or > 256 }) yield return $"Chain has {o.Chain.Length} characters; use 1 to 256.";
        if (o.UniqueKey is { Length: 0 or > 256 }) yield return $"UniqueKey has {o.UniqueKey.Length} characters; use 1 to 256.";
        if (o.Tags.IsDefault || o.Tags.Length > 16 || o.Tags.Any(t => t is not { Length: > 0 and <= 64 })) yield return "Tags are more than 16, or one has not 1 to 64 characters.";
        if (o.Meta is not { Count: <= 32 } || o.Meta.Any(m => m.Value is null) || o.Meta.Sum(m => (long)m.Key.Length + m.Value.Length) > 4096)
        {
            yield return "Meta has more than 32 entries, more than 4,096 characters, or a null.";
        }

        if (o.TraceParent is { } parent && TraceContext.TryParse(parent, o.TraceState) is null) yield return $"TraceParent is '{parent}', with the TraceState '{o.TraceState}'; use what W3C Trace Context says: 00-<32 hex>-<16 hex>-<2 hex>.";
        if (o.TraceState is { Length: > TraceContext.MostStateCharacters }) yield return $"TraceState has {o.TraceState.Length} characters; use at most {TraceContext.MostStateCharacters}.";
        foreach (var problem in o.Backoff?.Problems() ?? []) yield return problem;
        foreach (var problem in partitions > 1 || o.PartitionKey is not null ? PlaceProblemsOf(insert.Id, o, partitions) : []) yield return problem;
    }

    // A partition key is checked whatever the number of partitions is: what works with one works with eight. A chain and a unique key are kept by one partition, so they must be where the id is.
    private static IEnumerable<string> PlaceProblemsOf(JobId id, JobOptions o, int partitions)
    {
        var keys = ((string Name, string? Key)[])[(nameof(o.PartitionKey), o.PartitionKey), (nameof(o.Chain), o.Chain), (nameof(o.UniqueKey), o.UniqueKey)];
        var set = keys.Where(k => k.Key is not null).Select(k => (k.Name, Key: k.Key!)).ToArray();
        if (set.Length == 0 || set.Any(k => k.Key.Length > JobPlace.MostCharacters)) yield break;
        var (first, key) = set[0];
        var slot = JobPlace.SlotOf(key);
        if (slot != JobPlace.SlotOf(id))
        {
            yield return $"Id {id} and {first} '{key}' do not belong together: the partition follows from the id. Make the id with JobId.Derive(\"your own id\", partitionKey: \"{key}\").";
        }

        if (partitions == 1) yield break;
        foreach (var (name, other) in set.Skip(1).Where(k => JobPlace.SlotOf(k.Key) != slot))
        {
            yield return $"{name} '{other}' and {first} '{key}' do not belong together: the queue has {partitions} partitions, and each of the two is kept by one of them. Give one of the two, or equal ones.";
        }
    }

    private static DateTimeOffset? ScheduleOf(JobOptions options, DateTimeOffset now) =>
        options.Delay is { } delay ? JobMachine.Microseconds(now + delay)
        : options.ScheduledAt is { } at ? JobMachine.Microseconds(at.ToUniversalTime())
        : null;

    private static JobLabels? LabelsOf(JobOptions o) =>
        o.Chain is null && o.UniqueKey is null && o.ExpiresAt is null && o.Tags.IsEmpty && o.Meta.IsEmpty && o.TraceParent is null
            ? null
            : new JobLabels(o.Chain, o.UniqueKey, o.ExpiresAt is { } at ? JobMachine.Microseconds(at.ToUniversalTime()) : null, o.Tags, o.Meta, 0)
            {
                Trace = o.TraceParent is { } parent ? TraceContext.TryParse(parent, o.TraceState) : null,
            };

    // A million jobs with the same settings share one object, and as a rule the next has those of the last.
    private JobSettings SettingsOf(string kind, string contentType, int priority, int maxAttempts, TimeSpan timeout, Backoff backoff, TimeSpan shutdownTimeout)
    {
        if (_last is { } last && last.Priority == priority && last.MaxAttempts == maxAttempts && last.Timeout == timeout && last.ShutdownTimeout == shutdownTimeout
            && last.Kind == kind && last.ContentType == contentType && last.Backoff == backoff) return last;
        var settings = new JobSettings(kind, contentType, priority, maxAttempts, timeout, backoff, shutdownTimeout);
        if (!_settings.TryGetValue(settings, out var known))
        {
            if (_settings.Count >= KnownSettings) _settings.Clear();
            _settings[settings] = known = settings;
        }

        return _last = known;
    }
}
