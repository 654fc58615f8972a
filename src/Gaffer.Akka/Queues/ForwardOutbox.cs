using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Akka.Actor;

namespace Gaffer;

/// <summary>Hands jobs that ended to other queues: told again until the target has acknowledged. The id is derived from the source, so that a repetition is one job.</summary>
/// <remarks>Each target has a line of its own, so that one which cannot take them, or is not there any more, hinders no other.</remarks>
internal sealed class ForwardOutbox(QueueState state, GafferRuntime runtime, QueuePartition partition, IActorRef self, QueueLog log)
{
    // Not escaped: text in other than Latin letters would grow threefold, and it is not put into HTML.
    private static readonly JsonSerializerOptions Json = new(JsonDefaults.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<QueueName, ForwardLine> _lines = [];
    private readonly Dictionary<long, ForwardLine> _lineOf = [];
    private readonly Dictionary<QueueName, int> _partitions = []; // of targets that have more than one, as last heard
    private readonly HashSet<long> _redirected = [];
    private long _nextCall;
    private bool _retryIsSet;

    private TimeSpan RetryInterval => runtime.Settings.Client.RetryInterval;

    /// <summary>Jobs whose end is durable.</summary>
    public void Send(IEnumerable<PendingForward> forwards)
    {
        foreach (var forward in forwards)
        {
            if (!_lines.TryGetValue(forward.Target, out var line)) _lines[forward.Target] = line = new ForwardLine(forward.Target);
            line.Waiting.Enqueue(forward);
        }

        foreach (var line in _lines.Values) SendMore(line);
        SetRetry();
    }

    /// <summary>The target has it, or cannot take it now.</summary>
    public void Handle(QueueAnswers answers, ICommit commit)
    {
        HashSet<ForwardLine> back = [];
        foreach (var answer in answers.Answers)
        {
            if (!_lineOf.TryGetValue(answer.Id, out var line)) continue;
            switch (answer.Reply)
            {
                case InsertResult:
                    var key = line.UnderWay[answer.Id].Key;
                    Remove(line, answer.Id);
                    if (state.Forwards.ContainsKey(key)) commit.Do(new QueueChange.ForwardDelivered(runtime.Clock.Now, key));
                    if (line.Takes()) back.Add(line);
                    break;
                case Misrouted misrouted:
                    Redirect(line, answer.Id, misrouted);
                    break;
                case GafferFailure failure:
                    line.Refusal = failure;
                    break;
            }
        }

        foreach (var line in back) TellAgain(line, [.. line.UnderWay.Keys]);
        foreach (var line in _lines.Values) SendMore(line);
    }

    /// <summary>What was not acknowledged is told again.</summary>
    public void Resend()
    {
        _retryIsSet = false;
        _redirected.Clear();
        var now = runtime.Clock.Now;
        foreach (var line in _lines.Values.ToList())
        {
            foreach (var call in line.UnderWay.Where(c => !state.Forwards.ContainsKey(c.Value.Key)).Select(c => c.Key).ToList()) Remove(line, call); // with a queue that was deleted
            SendMore(line);
            var silent = line.Look(now, RetryInterval);
            TellAgain(line, silent);
            if (silent.Count > 0 && line.IsToBeReported) log.ForwardsRefused(state.Name, partition, line.UnderWay.Count + line.Waiting.Count, line.Target, line.Refusal?.Message ?? "It does not answer.");
            if (line.UnderWay.Count == 0) _lines.Remove(line.Target);
        }

        SetRetry();
    }

    private void SendMore(ForwardLine line)
    {
        while (line.HasRoom && line.Waiting.TryDequeue(out var forward))
        {
            if (!state.Forwards.ContainsKey(forward.Key)) continue;
            var call = ++_nextCall;
            _lineOf[call] = line;
            Tell(line, call, forward);
        }
    }

    private void Remove(ForwardLine line, long call)
    {
        line.UnderWay.Remove(call);
        _lineOf.Remove(call);
    }

    private void SetRetry()
    {
        if (_lines.Count == 0 || _retryIsSet) return;
        _retryIsSet = true;
        runtime.Clock.TellAfter(RetryInterval, self, Retry.Instance);
    }

    // At once the first time; two partitions that contradict each other, as the target is just made anew, wait for the clock.
    private void Redirect(ForwardLine line, long call, Misrouted misrouted)
    {
        _partitions[line.Target] = misrouted.Partitions;
        if (_redirected.Add(call)) TellAgain(line, [call]);
    }

    private void TellAgain(ForwardLine line, IReadOnlyList<long> calls)
    {
        foreach (var call in calls)
        {
            if (state.Forwards.TryGetValue(line.UnderWay[call].Key, out var forward)) Tell(line, call, forward);
        }
    }

    private void Tell(ForwardLine line, long call, PendingForward forward)
    {
        line.UnderWay[call] = new ForwardLine.Told(forward.Key, runtime.Clock.Now);
        var job = forward.Job;
        var hops = (job.Labels?.Hops ?? 0) + 1;
        var request = new ForwardJob(forward.Target, IdOf(job), PayloadOf(job, hops, runtime.Settings.Client.MaxMessageBytes - MessageSize.JobReserve), hops) { Trace = job.Labels?.Trace };
        var partitions = _partitions.GetValueOrDefault(forward.Target, 1);
        var at = new QueuePartition(forward.Target, JobPlace.PartitionOf(request.Job, partitions));
        runtime.QueueRegion.Tell(new QueueCalls(at, [new QueueCall(call, request)], partitions), self);
    }

    /// <summary>The id of the forwarded job: a hash of the queue, the job, its execution, its state and how often it was retried by hand, as a version 8 UUID.</summary>
    internal static JobId IdOf(Job job)
    {
        var retries = job.Retries == 0 ? "" : $"/{job.Retries}"; // 0 for all that was retried before retries were counted
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{job.Queue}/{job.Id}/{job.Execution}/{(int)job.State}{retries}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new JobId(new Guid(hash, bigEndian: true));
    }

    private static byte[] PayloadOf(Job job, int hops, int mostBytes)
    {
        JsonElement? json = null;
        if (job.ContentType == InsertJob.Json)
        {
            try
            {
                json = JsonElement.Parse(job.Payload.Span);
            }
            catch (JsonException)
            {
                json = null; // said to be JSON and is not: goes as bytes, so that nothing is lost
            }
        }

        var forwarded = new ForwardedJob(
            job.Id, job.Queue.Value, job.Kind, job.State, job.Attempt, [.. job.Errors], job.FinishedAt ?? job.CreatedAt,
            json, json is null ? Convert.ToBase64String(job.Payload.Span) : null, hops);
        var payload = JsonSerializer.SerializeToUtf8Bytes(forwarded, Json);
        if (payload.Length <= mostBytes) return payload;

        // It must fit into a message. What is left out is with the job that it comes from, as long as that is kept.
        forwarded = forwarded with { Errors = [.. MessageSize.Fit(job, 0).Errors] };
        payload = JsonSerializer.SerializeToUtf8Bytes(forwarded, Json);
        return payload.Length <= mostBytes ? payload : JsonSerializer.SerializeToUtf8Bytes(forwarded with { Payload = null, PayloadBytes = null }, Json);
    }

    /// <summary>Time to look at what was not acknowledged.</summary>
    public sealed class Retry
    {
        public static Retry Instance { get; } = new();
    }
}
