using System.Collections.Immutable;
using System.Text;

namespace Gaffer.Tests;

/// <summary>One message of each type that may cross a node or be stored, with every part of it set.</summary>
/// <remarks>Their bytes are pinned by the golden files: add samples, never change one.</remarks>
internal static partial class Samples
{
    public static readonly QueueName Queue = "emails";

    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly WorkerNode NodeA = new("akka.tcp://orders@10.0.0.1:4053", Guid(0xA));

    public static readonly WorkerNode NodeB = new("akka.tcp://orders@10.0.0.2:4053", Guid(0xB));

    public static readonly JobSettings Settings = new(
        "send.email", "text/plain", -7, 5, TimeSpan.FromMinutes(2), Backoff.Exponential(TimeSpan.FromSeconds(1), 3, TimeSpan.FromHours(1), 0.25), TimeSpan.FromSeconds(9));

    public static readonly JobErrorInfo Error = new(JobErrorKind.Exception, "Straße voll", "System.IO.IOException", "at A()\nat B()", """{"code":7}""");

    public static readonly QueueOptions Options = new()
    {
        Name = Queue,
        MaxWorkers = 10,
        GlobalMaxWorkers = 40,
        PollInterval = Timeout.InfiniteTimeSpan,
        MaxAttempts = 6,
        Timeout = Timeout.InfiniteTimeSpan,
        Backoff = Backoff.Schedule(TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMicroseconds(7)),
        Priority = -3,
        ShutdownTimeout = TimeSpan.FromSeconds(3),
        OnFailed = "dead",
        OnCompleted = "done",
        Prune = new()
        {
            Interval = TimeSpan.FromSeconds(3),
            MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty.Add(JobState.Completed, Age.Immediately).Add(JobState.Failed, Age.Never).Add(JobState.Available, TimeSpan.FromDays(30)),
            DefaultAge = TimeSpan.FromHours(4),
            MaxCount = 5,
            AllowNonTerminal = true,
        },
        ChainPolicy = ChainPolicy.SkipOnRetry,
        MaxSnoozes = 8,
        MaxPayloadBytes = 2_000_000,
        MaxJobs = 9_000_000,
        KeepLog = true,
        Storage = "audit",
    };

    public static readonly QueueOptions PlainOptions = new() { Name = "plain", Prune = PruneOptions.Never };

    public static readonly Job FreshJob = new()
    {
        Id = Id(1), Queue = Queue, Payload = Text("""{"to":"ada@example.org"}"""), Sequence = 1, CreatedAt = Noon,
    };

    public static readonly Job FullJob = new()
    {
        Id = Id(2),
        Queue = Queue,
        Settings = Settings,
        Payload = Text("hello"),
        Sequence = 3_000_000_000,
        State = JobState.Completed,
        Attempt = 2,
        Execution = 4,
        Snoozes = 1,
        CreatedAt = Noon.AddHours(-1),
        ScheduledAt = Noon.AddMinutes(-30),
        AttemptedAt = Noon.AddSeconds(-2),
        FinishedAt = Noon.AddMicroseconds(-1),
        Result = """{"sent":true}"""u8.ToArray(),
        CancelReason = "no reason",
        Node = NodeB,
        History =
        [
            new JobExecution(1, 1, Noon.AddMinutes(-20), Noon.AddMinutes(-19), NodeA, ExecutionOutcome.Failed, Error),
            new JobExecution(2, 2, Noon.AddMinutes(-18), Noon.AddMinutes(-17), NodeB, ExecutionOutcome.Snoozed),
        ],
        Labels = new JobLabels("customer-7", "invoice-7", Noon.AddDays(1), ["a", "b"], ImmutableDictionary<string, string>.Empty.Add("z", "1").Add("trace", "4bf9").Add("a", ""), 2),
    };

    public static readonly TraceContext Trace = new(new UInt128(0x0AF7651916CD43DD, 0x8448EB211C80319C), 0xB7AD6B7169203331, true, "rojo=00f067aa0ba902b7");

    public static readonly Job TracedJob = FreshJob with { Labels = new JobLabels(null, null, null, [], ImmutableDictionary<string, string>.Empty, 0) { Trace = Trace } };

    public static readonly JobOptions JobOptions = new()
    {
        Id = Id(3),
        Kind = "send.email",
        MaxAttempts = 2,
        Priority = -1,
        Timeout = TimeSpan.FromSeconds(4),
        Backoff = Backoff.Fixed(TimeSpan.FromSeconds(2)),
        ShutdownTimeout = TimeSpan.FromSeconds(6),
        ScheduledAt = Noon,
        Delay = TimeSpan.FromMilliseconds(1),
        ExpiresAt = Noon.AddDays(2),
        Chain = "c",
        UniqueKey = "u",
        Tags = ["t"],
        Meta = ImmutableDictionary<string, string>.Empty.Add("k", "v"),
    };

    /// <summary>All samples. The name tells two of one manifest apart; null where there is one.</summary>
    public static IEnumerable<(string? Name, IGafferWire Message)> All()
    {
        yield return (null, Commit);
        yield return (null, Snapshot);
        yield return (null, Snapshot with { Jobs = [], Forwards = [], Parts = new SnapshotParts(Id(9).Value, 3) });
        yield return (null, new QueueSnapshotPart(Id(9).Value, 2, Snapshot.Jobs, Snapshot.Forwards));
        yield return ("empty", new QueueSnapshot(null, 0, false, 1, [], [], [], [], [], [], []));
        yield return ("cluster", ClusterCommit);
        yield return ("cluster", Snapshot with { Options = Options with { Limits = ["db", "mail"] }, Stopping = [new(new ExecutionKey(Id(1), 3), NodeA, "c"), new(new ExecutionKey(Id(2), 1), NodeB, null)], Permits = [new PermitsHeld("mail", 7, 12)] });
        yield return ("partitions", PartitionCommit);
        yield return ("partitions", new QueueSnapshot(null, 0, false, 1, [], [], [], [], [], [], [], 7L << 20));
        yield return ("deletion", DeletionCommit);
        yield return ("deletion", Snapshot with { Deletion = Guid(0x13) });
        yield return ("check-removal", new CatalogRequest.Remove(3, Queue, CheckOnly: true));
        yield return ("give-up", new FollowHead(new QueuePartition(Queue, 3), (9L << 20) + 1, "audit", null, OnlyIfEmpty: true));
        yield return ("chains", Snapshot with { ChainHolders = [Id(1), Id(2)] });
        yield return (null, new QueueCalls(Queue, [.. Requests.Append(new GetQueue("other")).Select((r, i) => new QueueCall(i, r))]));
        yield return ("partition", new QueueCalls(new QueuePartition(Queue, 3), [new QueueCall(7, new GetJob(Queue, FullJob.Id))], Partitions: 4));
        yield return ("misrouted", new QueueAnswers(new QueuePartition(Queue, 3), [new QueueAnswer(7, new Misrouted(4))]));
        yield return (null, new QueueAnswers(Queue, [.. Replies.Select((r, i) => new QueueAnswer(i, r))]));
        foreach (var request in Requests)
        {
            yield return (request.GetType().Name, request);
        }

        foreach (var reply in Replies)
        {
            yield return (ShortName(reply), reply);
        }

        yield return (ShortName(new Misrouted(4)), new Misrouted(4));

        yield return ("for-good", new WorkFinished(Queue, NodeA, [new FinishedExecution(new ExecutionKey(Id(1), 1), JobResult.FailForGood("refused"))], 0));
        yield return ("partitions", new CatalogChange.Stored(Options with { Partitions = 8 }));
        yield return ("rows", new ListJobs(Queue, new JobFilter { WithoutPayload = true }, 7));
        yield return ("partition-key", new InsertJob(Queue, Text("{}"), new JobOptions { PartitionKey = "customer-7" }) { Id = JobId.Derive("order-1", "customer-7") });
        yield return ("partitions", Replies.OfType<QueueInfo>().Single() with { Partitions = 8 });
        yield return ("mark", new FlushResult(true, 0, 2, 0) { Mark = new FlushMark(Guid(32), 5_000_000_000) });
        yield return ("partitions", new LimitCommit([new LimitChange.Set("~emails", 10, 5 << 20), new LimitChange.Granted(new QueuePartition(Queue, 3), new PermitsHeld("~emails", 7, 12))]));
        yield return ("partitions", new LimitRequest.Ensure(3, "~emails", 10, 5 << 20));
        yield return ("partitions", new WorkersRegistered(Queue, Guid(31), 8, 10));
        yield return ("awaited", new PermitGrant(Queue, new PermitsHeld("mail", 7, 12), 4, IsAwaited: true));
        yield return ("anew", new RegisterWorkers(new QueuePartition(Queue, 3), NodeA, 4, ["a"], [], 0, IsAnew: true));
        yield return ("QueueInfo-totals", TotalledInfo);
        yield return ("trace", new QueueCommit([new QueueChange.Inserted(Noon, TracedJob)]));
        yield return ("retries", new QueueCommit([new QueueChange.Inserted(Noon, FreshJob), new QueueChange.Retried(Noon, Id(1), Guid(0xE), 2), new QueueChange.ForwardDelivered(Noon, new ForwardKey(Id(1), 7, 2))]));
        yield return ("retries", new QueueSnapshotPart(Id(9).Value, 2, [FullJob with { Retries = 3 }], [new PendingForward(FullJob with { Retries = 2 }, "dead")]));
        yield return ("InsertJob-trace", new InsertJob(Queue, Text("{}"), new JobOptions { TraceParent = Trace.Parent, TraceState = Trace.State }) { Id = Id(5) });
        yield return ("ForwardJob-trace", new ForwardJob(Queue, Id(1), Text("{}"), 2) { Trace = Trace });
        yield return ("DeleteJob-state", new DeleteJob(Queue, Id(1)) { CommandId = Guid(21), IfState = JobState.Available });
        yield return ("RetryJob-state", new RetryJob(Queue, Id(1)) { CommandId = Guid(22), IfState = JobState.Failed });
        yield return (nameof(JobNotDeleted), new JobNotDeleted(JobState.Executing));
        yield return ("limits", new CatalogSnapshot([], ["db", "mail"]));
        foreach (var message in Workers.Concat(Catalog).Concat(Partitions).Concat(Limits).Concat(Cluster))
        {
            yield return (message is CatalogRequest or CatalogChange or LimitRequest ? message.GetType().Name : null, message);
        }
    }

    public static JobId Id(byte n) => new(Guid(n));

    public static Guid Guid(byte n) => new([1, 0x94, 0x2A, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, n], bigEndian: true);

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static string ShortName(object o) => o.GetType() is { DeclaringType: { } outer } type ? $"{outer.Name}-{type.Name}" : o.GetType().Name;
}
