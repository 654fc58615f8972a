using Akka.Actor;
using Akka.Cluster;

namespace Gaffer.Tests;

internal static partial class Samples
{
    public static readonly QueueCommit Commit = new(
    [
        new QueueChange.Configured(Noon, Options, 3, true, Guid(0xC)),
        new QueueChange.Configured(Noon, PlainOptions, 1, false, System.Guid.Empty),
        new QueueChange.Inserted(Noon, FreshJob),
        new QueueChange.Inserted(Noon.AddMicroseconds(3), FullJob, Forwarded: true),
        new QueueChange.Inserted(Noon.AddMicroseconds(4), FreshJob with { Id = Id(9), Sequence = 2 }),
        new QueueChange.Claimed(Noon, Id(1), NodeA),
        new QueueChange.Claimed(Noon, Id(2), NodeB),
        new QueueChange.Completed(Noon, Id(1), null),
        new QueueChange.Completed(Noon, Id(2), [1, 2, 3]),
        new QueueChange.Failed(Noon, Id(1), Error, Noon.AddSeconds(3)),
        new QueueChange.Failed(Noon, Id(2), new JobErrorInfo(JobErrorKind.NodeLost, ""), null),
        new QueueChange.Cancelled(Noon, Id(1), "not needed", EventActor.Pruner, Guid(0xD)),
        new QueueChange.Cancelled(Noon, Id(2), null, EventActor.User, System.Guid.Empty),
        new QueueChange.Snoozed(Noon, Id(1), Noon.AddDays(400)),
        new QueueChange.Released(Noon, Id(1)),
        new QueueChange.Retried(Noon, Id(1), Guid(0xE)),
        new QueueChange.Removed(Noon, Id(1), Guid(0xF)),
        new QueueChange.Pruned(Noon, [Id(1), Id(2)], Guid(0x10)),
        new QueueChange.ForwardDelivered(Noon, new ForwardKey(Id(1), 7)),
        new QueueChange.Paused(Noon.AddSeconds(1), Guid(0x11)),
        new QueueChange.Resumed(Noon.AddSeconds(2), System.Guid.Empty),
        new QueueChange.Deleted(Noon.AddSeconds(3), Guid(0x12)),
    ]);

    public static readonly QueueCommit ClusterCommit = new(
    [
        new QueueChange.Configured(Noon, Options with { Limits = ["db", "mail"] }, 2, false, System.Guid.Empty),
        new QueueChange.Opened(Noon, NodeA),
        new QueueChange.Stopped(Noon, new ExecutionKey(Id(1), 3), NodeA),
        new QueueChange.NodeGone(Noon, NodeB),
        new QueueChange.PermitsMoved(Noon, new PermitsHeld("mail", 7, 12)),
    ]);

    public static readonly IGafferWire[] Limits =
    [
        new LimitCommit([new LimitChange.Set("mail", 10), new LimitChange.Granted(Queue, new PermitsHeld("mail", 7, 12))]),
        new LimitSnapshot([new LimitChange.Set("mail", 0)]),
        new PermitReport(Queue, new PermitsHeld("mail", 7, 12), 5, 3),
        new PermitGrant(Queue, new PermitsHeld("mail", 7, 12), 4),
        new LimitRequest.Ensure(3, "mail", 10),
        new LimitRequest.List(4),
        new LimitAnswer(3, [new LimitSummary("mail", 10, [new LimitShare(Queue, 7)])]),
    ];

    public static readonly QueueSnapshot Snapshot = new(
        Options, 4, true, 77, [FreshJob, FullJob],
        [new Tombstone(Id(1), Noon), new Tombstone(Id(2), Noon.AddSeconds(1))], [new CarriedOut(Guid(3), Noon), new CarriedOut(Guid(4), Noon.AddSeconds(-1))],
        [new PendingForward(FullJob, "dead")], [], [], []);

    public static readonly QueueCommit DeletionCommit = new([new QueueChange.DeletionBegun(Noon, Guid(0x13)), new QueueChange.DeletionRefused(Noon.AddSeconds(1))]);

    public static readonly QueueCommit PartitionCommit = new(
    [
        new QueueChange.Followed(Noon, 7L << 20, new HeadState(Options with { Partitions = 4 }, 3, true)),
        new QueueChange.Followed(Noon, (7L << 20) + 1, null),
    ]);

    public static readonly GafferRequest[] Requests =
    [
        new InsertJob(Queue, Text("{}"), JobOptions, "application/xml") { Id = Id(5) },
        new InsertJobs(Queue, [new InsertJob(Queue, Text("1")) { Id = Id(3) }, new InsertJob("elsewhere", Text("2"), Gaffer.JobOptions.Default) { Id = Id(4) }]),
        new GetJob(Queue, Id(1)),
        new ListJobs(
            Queue, new JobFilter { State = JobState.Failed, Kind = "k", Tag = "t", Chain = "c", CreatedFrom = Noon, CreatedBefore = Noon.AddDays(1) }, 7, Id(2)),
        new CancelJob(Queue, Id(1), "why") { CommandId = Guid(20) },
        new DeleteJob(Queue, Id(1)) { CommandId = Guid(21) },
        new RetryJob(Queue, Id(1)) { CommandId = Guid(22) },
        new PruneQueue(Queue) { CommandId = Guid(23) },
        new CreateQueue(Options) { CommandId = Guid(24) },
        new EnsureQueue(PlainOptions) { CommandId = Guid(25) },
        new GetQueue(Queue),
        new UpdateQueue(Options, 3) { CommandId = Guid(26) },
        new DeleteQueue(Queue, DeleteMode.Purge) { CommandId = Guid(27) },
        new PauseQueue(Queue) { CommandId = Guid(28) },
        new ResumeQueue(Queue) { CommandId = Guid(29) },
        new GetQueueInfo(Queue),
        new DrainQueue(Queue, TimeSpan.FromSeconds(30)) { CommandId = Guid(30) },
        new FlushQueue(Queue, Timeout.InfiniteTimeSpan, IncludeScheduled: false),
        new PollQueue(Queue),
        new ForwardJob(Queue, Id(1), Text("{}"), 2),
    ];

    public static readonly GafferReply[] Replies =
    [
        new GafferFailure(GafferError.InvalidJob, "2 problems", "emails", ["one", "two"]),
        new InsertResult(FullJob, true),
        new InsertManyResult([new InsertResult(FreshJob, false), new InsertResult(FullJob, true)]),
        new JobFound(FreshJob with { Queue = "other" }),
        new JobPage([FreshJob, FullJob], Id(2)),
        new CancelResult.Cancelled(FullJob),
        new CancelResult.InvalidTransition(JobState.Failed, JobState.Cancelled),
        new RetryResult.Retried(FullJob),
        new RetryResult.InvalidTransition(JobState.Executing, JobState.Available),
        new JobDeletedResult(Id(1)),
        new PruneResult([Id(1), Id(2)], true),
        new CreateQueueResult(true, new QueueDescription(Options, 2)),
        new EnsureQueueResult(EnsureOutcome.Unchanged, new QueueDescription(PlainOptions, 1)),
        new QueueDescription(Options, 2),
        new QueueDeletedResult(5_000_000_000),
        new PauseResult(true),
        new ResumeResult(true),
        new DrainResult(true, [Id(1)]),
        new FlushResult(true, 1, 2, 3),
        new PollResult(4),
        new QueueInfo(
            Queue, QueueStatus.Paused, new StateInfo(1, Noon, Noon.AddSeconds(1)), new StateInfo(2, Noon, Noon), new StateInfo(3, Noon, Noon),
            new StateInfo(4, Noon.AddDays(-1), Noon), new StateInfo(0, null, null), 6, 7, 8, 9, 10, WorkerLimit.Unlimited,
            [new NodeWorkers(NodeA, 1, 2, 3, ["a", "b"]), new NodeWorkers(NodeB, 0, WorkerLimit.Unlimited, 0, [])], Noon),
    ];

    public static readonly QueueInfo TotalledInfo = Replies.OfType<QueueInfo>().Single() with
    {
        Totals = new()
        {
            Since = Noon.AddDays(-1), Inserted = 1_000_000, Started = 999_999, Completed = 999_000, Failed = 900, Retried = 80, Cancelled = 7, Rescued = 6, Pruned = 5,
            WaitTime = TimeSpan.FromMicroseconds(4), RunTime = TimeSpan.FromDays(3),
        },
        OldestReady = Noon.AddMinutes(-2),
    };

    public static readonly IGafferWire[] Workers =
    [
        new RegisterWorkers(Queue, NodeA, 4, ["a", "b"], [new ExecutionKey(Id(1), 3), new ExecutionKey(Id(2), 1)], 2),
        new WorkersRegistered(Queue, Guid(31)),
        new WorkFinished(
            Queue, NodeA,
            [
                new FinishedExecution(new ExecutionKey(Id(1), 1), new JobResult.Completed([1, 2])),
                new FinishedExecution(new ExecutionKey(Id(2), 2), JobResult.Complete()),
                new FinishedExecution(new ExecutionKey(Id(3), 3), new JobResult.Failed(Error, TimeSpan.FromSeconds(2))),
                new FinishedExecution(new ExecutionKey(Id(4), 4), new JobResult.CancelledByWorker("why")),
                new FinishedExecution(new ExecutionKey(Id(5), 5), new JobResult.CancelledByWorker(null)),
                new FinishedExecution(new ExecutionKey(Id(6), 6), JobResult.Reschedule(Noon)),
                new FinishedExecution(new ExecutionKey(Id(7), 7), JobResult.Snooze(TimeSpan.Zero)),
                new FinishedExecution(new ExecutionKey(Id(8), 8), JobResult.Released.Instance),
            ],
            1),
        new WorkersLeaving(Queue, NodeB),
        new WorkersGone(Queue),
        new QueueRests(Queue),
        new SlotsLent(new QueuePartition(Queue, 3), NodeA, 5, 7, 4),
        new SlotsHeld(new QueuePartition(Queue, 3), 5, 7, 2, 9, 10),
        new WorkOrders(Queue, [FullJob, FreshJob], [new ExecutionKey(Id(1), 3)], [new ExecutionKey(Id(2), 4)]),
    ];

    public static readonly IGafferWire[] Catalog =
    [
        new CatalogRequest.Find(1, Queue),
        new CatalogRequest.Put(2, Options),
        new CatalogRequest.Remove(3, Queue),
        new CatalogRequest.List(4, Queue, 10, true),
        new CatalogRequest.Serve(5, NodeA, [Queue, "dead"]),
        new CatalogAnswer(6, new GafferFailure(GafferError.Timeout, "late"), [new QueueSummary(Queue, "default", Options, [NodeA, NodeB])], true),
        new CatalogChange.Stored(Options),
        new CatalogChange.Dropped(Queue),
        new CatalogChange.LimitAdded("mail"),
        new CatalogRequest.PutLimit(7, "mail"),
        new CatalogSnapshot([Options, PlainOptions], []),
    ];

    public static readonly IGafferWire[] Partitions =
    [
        new FollowHead(new QueuePartition(Queue, 3), 9L << 20, "audit", new HeadState(Options with { Partitions = 4 }, 5, true)),
        new Following(3, 9L << 20, 5_000_000_000, Refused: true),
        new AskHead(Queue, 3, 8L << 20),
    ];

    public static readonly IGafferWire[] Cluster =
    [
        new CrashBallot(
            new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.1", 4053), 1234567),
            [new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.2", 4053), -7), new UniqueAddress(new Address("akka.ssl.tcp", "orders", "fe80::1", 4054), int.MaxValue)]),
        new MembershipQuestion(new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.1", 4053), 1234567)),
        new MembershipAnswer(
            new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.2", 4053), -7),
            KnowsAsker: true,
            [new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.2", 4053), -7), new UniqueAddress(new Address("akka.tcp", "orders", "10.0.0.3", 4053), 8)]),
    ];
}
