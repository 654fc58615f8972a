using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue between probes: a client, supervisors of workers and a catalog; on a journal that fails when told to, in virtual time.</summary>
public abstract class QueueTestKit : TestKit
{
    private protected static readonly QueueName Emails = "emails";
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private protected static readonly GafferFailure Silence = new(GafferError.Timeout, "the catalog does not answer");
    private static readonly Config Reference = ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(QueueOptions).Assembly);
    private readonly Dictionary<long, GafferReply> _answers = [];
    private readonly ConcurrentDictionary<QueueName, QueueSummary> _catalog = new();
    private readonly string _settings;
    private readonly bool _exclusive;
    private IActorRef _entity = ActorRefs.Nobody;
    private long _call;

    protected QueueTestKit(string settings = "", bool exclusive = false)
        : this(new JournalControl(), new SnapshotControl(), settings) => _exclusive = exclusive;

    private QueueTestKit(JournalControl journal, SnapshotControl snapshots, string settings)
        : base(journal.Hocon.WithFallback(snapshots.Hocon)
            .WithFallback("akka.test { single-expect-default = 30s, filter-leeway = 30s, default-timeout = 30s }")
            .WithFallback(Reference))
    {
        (Journal, Snapshots, _settings) = (journal, snapshots, settings);
        Client = CreateTestProbe("client");
        Catalog = CreateTestProbe("catalog");
        Catalog.SetAutoPilot(new CatalogPilot(_catalog, request => Forbidden(request)));
    }

    private protected JournalControl Journal { get; }

    private protected SnapshotControl Snapshots { get; }

    private protected FakeTimeProvider Time { get; } = new(Given.Noon);

    private protected TestProbe Client { get; }

    private protected TestProbe Catalog { get; }

    /// <summary>What the catalog refuses, and why.</summary>
    private protected Func<CatalogRequest, GafferFailure?> Forbidden { get; set; } = static _ => null;

    private protected bool IsInCatalog(QueueName queue) => _catalog.ContainsKey(queue);

    private protected Recorder Events { get; } = new();

    /// <summary>What the node knows of its cluster; the same as long as the process.</summary>
    private protected ClusterContact Contact { get; private set; } = new();

    internal IActorRef Entity => EntityOf(Emails);

    /// <summary>The queue's actor, as far as somebody has heard of it.</summary>
    private protected IActorRef Queue => Sys.ActorSelection(Entity.Path / "*").ResolveOne(Patience).GetAwaiter().GetResult();

    private protected WorkerNode Here { get; } = new("here:1", Guid.NewGuid());

    private protected IReadOnlyList<QueueCommit> Commits => CommitsOf(Emails);

    private protected IReadOnlyList<QueueCommit> CommitsOf(QueuePartition partition) => [.. Journal.Events(QueueActor.PersistenceIdOf(partition)).Cast<QueueCommit>()];

    /// <summary>Starts the queue; creates it when it is not there.</summary>
    private protected void Start(QueueOptions? options = null, bool create = true)
    {
        var runtime = new GafferRuntime
        {
            Settings = GafferSettings.From(ConfigurationFactory.ParseString(_settings).WithFallback(Reference).GetConfig("gaffer")),
            Clock = new GafferClock(Time, Sys.Scheduler),
            Node = Here,
            Services = new ServiceCollection().BuildServiceProvider(),
            Storages = ImmutableDictionary<string, StoragePlugins>.Empty.Add("default", new StoragePlugins("default", Journal.PluginId, Snapshots.PluginId, _exclusive)),
            EventsOf = _ => Events,
            Catalog = Catalog,
        };
        Contact = runtime.Contact;
        _entity = StartEntity(runtime);
        if (create && !_catalog.ContainsKey(Emails)) Ask<CreateQueueResult>(new CreateQueue(options ?? new QueueOptions { Name = Emails }));
    }

    /// <summary>The process ends without a word, and another starts.</summary>
    private protected void Restart()
    {
        Stop(_entity);
        Start();
    }

    private protected void Stop(IActorRef actor)
    {
        var probe = CreateTestProbe();
        probe.Watch(actor);
        Sys.Stop(actor);
        probe.ExpectTerminated(actor);
    }

    private protected virtual IActorRef StartEntity(GafferRuntime runtime) => Sys.ActorOf(QueueEntity.CreateProps(runtime, Emails));

    /// <summary>How many partitions the client believes in.</summary>
    private protected int PartitionsNow { get; set; } = 1;

    internal virtual IActorRef EntityOf(QueuePartition partition) => _entity;

    private protected long Tell(GafferRequest request) => Tell(Emails, request);

    private protected long Tell(QueuePartition partition, GafferRequest request) => Tell(partition, request, ++_call);

    private protected long Tell(QueuePartition partition, GafferRequest request, long call)
    {
        EntityOf(partition).Tell(new QueueCalls(partition, [new QueueCall(call, request)], PartitionsNow), Client);
        return call;
    }

    private protected bool IsAnswered(long call)
    {
        while (Client.HasMessages)
        {
            foreach (var answer in Client.ExpectMsg<QueueAnswers>(Patience).Answers) _answers[answer.Id] = answer.Reply;
        }

        return _answers.ContainsKey(call);
    }

    private protected T Answer<T>(long call)
        where T : GafferReply
    {
        while (!_answers.ContainsKey(call))
        {
            foreach (var answer in Client.ExpectMsg<QueueAnswers>(Patience).Answers) _answers[answer.Id] = answer.Reply; // one that was told again is answered again
        }

        _answers.Remove(call, out var reply);
        Assert.True(reply is T, $"{reply}");
        return (T)reply!;
    }

    private protected T Ask<T>(GafferRequest request)
        where T : GafferReply => Answer<T>(Tell(request));

    private protected T Ask<T>(QueuePartition partition, GafferRequest request)
        where T : GafferReply => Answer<T>(Tell(partition, request));

    private protected Job Insert(int payload = 1, JobOptions? options = null) => Ask<InsertResult>(InsertJob.Of(Emails, payload, options)).Job;

    private protected Job Get(Job job) => Ask<JobFound>(new GetJob(Emails, job.Id)).Job;

    private protected QueueInfo Info() => Ask<QueueInfo>(new GetQueueInfo(Emails));

    private protected void ExpectUnavailable(long call, string reason)
    {
        var failure = Answer<GafferFailure>(call);
        Assert.Equal(GafferError.Unavailable, failure.Error);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A supervisor of workers on a node.</summary>
    private protected Workers Serve(WorkerNode node, WorkerLimit? max = null, ImmutableArray<string>? kinds = null, params ImmutableArray<ExecutionKey> running) => Serve(Emails, node, max, kinds, running);

    private protected Workers Serve(QueuePartition partition, WorkerNode node, WorkerLimit? max = null, ImmutableArray<string>? kinds = null, params ImmutableArray<ExecutionKey> running)
    {
        var workers = new Workers(this, CreateTestProbe(), partition, node, max, kinds ?? [JobWorker.DefaultKind]);
        workers.Register(running);
        return workers;
    }

    private protected static WorkerNode Node(string address) => new(address, Guid.NewGuid());

    private protected static ExecutionKey Key(Job job) => new(job.Id, job.Execution);

    /// <summary>Waits until an actor has handled all that it was told.</summary>
    private protected void Settle(IActorRef actor)
    {
        for (var i = 0; i < 2; i++) // what it told itself meanwhile, too
        {
            var probe = CreateTestProbe();
            actor.Tell(new Identify(null), probe);
            probe.ExpectMsg<ActorIdentity>(Patience);
        }
    }

    private protected void Settle()
    {
        Settle(Entity);
        Settle(Queue);
    }

    private protected void Await(Func<bool> condition) => AwaitCondition(condition, Patience, TimeSpan.FromMilliseconds(5));

    /// <summary>Closes the journal, and makes a change whose write waits there.</summary>
    private protected long HoldWrite()
    {
        Journal.Writes.Hold();
        var held = Tell(InsertJob.Of(Emails, "held", new() { Kind = "nobody", Id = JobPlace.At(JobId.New(), 0) }));
        Await(() => Journal.Writes.Held == 1);
        return held;
    }

    /// <summary>The queue says that it starts again after a delay, and does not before it has passed.</summary>
    private protected void ExpectBackOff(string delay, Action action)
    {
        EventFilter.Warning(contains: $"starts again in {delay}").ExpectOne(action);
        Settle(Entity);
    }

    private sealed class CatalogPilot(ConcurrentDictionary<QueueName, QueueSummary> queues, Func<CatalogRequest, GafferFailure?> forbidden) : AutoPilot
    {
        public override AutoPilot Run(IActorRef sender, object message)
        {
            var id = ((CatalogRequest)message).Id;
            if (forbidden((CatalogRequest)message) is { } failure)
            {
                if (failure != Silence) sender.Tell(new CatalogAnswer(id, failure, [], false));
                return KeepRunning.Instance;
            }

            QueueSummary? found = null;
            switch (message)
            {
                case CatalogRequest.Find find:
                    queues.TryGetValue(find.Queue, out found);
                    break;
                case CatalogRequest.Put put:
                    found = queues[put.Options.Name] = new QueueSummary(put.Options.Name, put.Options.Storage, put.Options, []);
                    break;
                case CatalogRequest.Remove { CheckOnly: false } remove:
                    queues.TryRemove(remove.Queue, out _);
                    break;
            }

            sender.Tell(new CatalogAnswer(id, null, found is null ? [] : [found], false));
            return KeepRunning.Instance;
        }
    }

    private protected sealed class Recorder : IEventSink
    {
        private readonly ConcurrentQueue<GafferEvent> _events = new();

        public bool HasListeners => true;

        public IReadOnlyList<GafferEvent> All => [.. _events];

        public void Publish(IReadOnlyList<GafferEvent> events)
        {
            foreach (var one in events) _events.Enqueue(one);
        }
    }
}
