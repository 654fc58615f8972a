using System.Collections.Concurrent;
using Akka.Actor;

namespace Gaffer.Tests;

/// <summary>A queue of several partitions, with a region that starts each when something is told to it, and loses or holds what a test says.</summary>
public abstract class PartitionsTestKit : QueueTestKit
{
    private protected const int Partitions = 4;
    private protected static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly Network _network = new();
    private IActorRef? _region;

    protected PartitionsTestKit(string settings = "")
        : base(settings) => PartitionsNow = Partitions;

    private protected static QueueOptions Options { get; } = new() { Name = Emails, Partitions = Partitions, MaxWorkers = 10 };

    private protected static IEnumerable<int> Followers => Enumerable.Range(1, Partitions - 1);

    private protected Akka.TestKit.TestProbe Limiter { get; private set; } = null!;

    /// <summary>What the region was to take somewhere, lost or not.</summary>
    private protected IReadOnlyList<IQueueMessage> Told => [.. _network.Told];

    /// <summary>What is lost on the way.</summary>
    private protected Func<IQueueMessage, bool> Lost { set => _network.Lost = value; }

    private protected static QueuePartition At(int index) => new(Emails, index);

    internal override IActorRef EntityOf(QueuePartition partition) => _region!.Ask<IActorRef>(partition, Patience).GetAwaiter().GetResult();

    /// <summary>The actor of a partition; starts that if need be.</summary>
    private protected IActorRef QueueOf(int index)
    {
        var entity = EntityOf(At(index));
        IActorRef found = ActorRefs.Nobody;
        Await(() => !(found = ChildOf(entity)).IsNobody());
        return found;
    }

    private IActorRef ChildOf(IActorRef entity)
    {
        var probe = CreateTestProbe();
        Sys.ActorSelection(entity.Path / "*").Tell(new Identify(null), probe);
        entity.Tell(new Identify(entity), probe); // answered in any case
        var first = probe.ExpectMsg<ActorIdentity>(Patience);
        return first.MessageId is null ? first.Subject : ActorRefs.Nobody;
    }

    /// <summary>A partition ends without a word. Whatever is told to it starts it again.</summary>
    private protected void Crash(int index) => Stop(EntityOf(At(index)));

    /// <summary>Tells what was told before once more, or what never was.</summary>
    private protected void TellRegion(IQueueMessage message, IActorRef sender) => _region!.Tell(message, sender);

    /// <summary>An insert whose job is in a partition.</summary>
    private protected static InsertJob JobIn(int index, int payload = 1) => InsertJob.Of(Emails, payload, new() { Id = JobPlace.At(JobId.New(), (ushort)index) });

    private protected IEnumerable<QueueChange> ChangesOf(int index) => CommitsOf(At(index)).SelectMany(c => c.Changes);

    /// <summary>What a partition has durably from its head.</summary>
    private protected HeadState? FollowedBy(int index) => ChangesOf(index).OfType<QueueChange.Followed>().LastOrDefault()?.Head;

    private protected void ExpectAllFollow(bool paused = false) => AwaitInTime(() => Followers.All(index => FollowedBy(index) == new HeadState(Options, 1, paused)));

    /// <summary>Waits for something that may need that word is repeated.</summary>
    private protected void AwaitInTime(Func<bool> condition) => Await(() =>
    {
        if (condition()) return true;
        Time.Advance(Retry / 10);
        return condition();
    });

    private protected T AnswerInTime<T>(long call)
        where T : GafferReply
    {
        AwaitInTime(() => IsAnswered(call));
        return Answer<T>(call);
    }

    /// <summary>Tells a request again and again, as a client does.</summary>
    private protected T AskInTime<T>(QueuePartition partition, GafferRequest request)
        where T : GafferReply
    {
        var call = Tell(partition, request);
        AwaitInTime(() => IsAnswered(call) || IsAnswered(Tell(partition, request, call)));
        return Answer<T>(call);
    }

    private protected void SettleAll()
    {
        for (var i = 0; i < 3; i++)
        {
            Settle(_region!);
            for (var index = Partitions - 1; index >= 0; index--)
            {
                Settle(EntityOf(At(index)));
                Settle(QueueOf(index));
            }
        }
    }

    private protected override IActorRef StartEntity(GafferRuntime runtime)
    {
        var network = _network;
        runtime.Limiter = Limiter = CreateTestProbe();
        _region = runtime.QueueRegion = Sys.ActorOf(Props.Create(() => new Region(runtime, network)));
        return _region;
    }

    private sealed class Network
    {
        public ConcurrentQueue<IQueueMessage> Told { get; } = new();

        public volatile Func<IQueueMessage, bool> Lost = static _ => false;
    }

    private sealed class Region(GafferRuntime runtime, Network network) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case QueuePartition partition:
                    Sender.Tell(EntityOf(partition));
                    break;
                case IQueueMessage told when told.Partition.Queue == Emails:
                    network.Told.Enqueue(told);
                    if (!network.Lost(told)) EntityOf(told.Partition).Forward(told);
                    break;
            }
        }

        private IActorRef EntityOf(QueuePartition partition) =>
            Context.Child(partition.Value) is var known && !known.IsNobody() ? known : Context.ActorOf(QueueEntity.CreateProps(runtime, partition), partition.Value);
    }
}
