using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public sealed class QueueCatalogTests : TestKit
{
    private static readonly TimeSpan RestartMin = TimeSpan.FromMilliseconds(200);
    private readonly JournalControl _journal;
    private readonly FakeTimeProvider _time = new();
    private long _id;

    public QueueCatalogTests()
        : this(new JournalControl())
    {
    }

    private QueueCatalogTests(JournalControl journal)
        : base(journal.Hocon.WithFallback("akka.test { single-expect-default = 30s, filter-leeway = 30s, default-timeout = 30s }").WithFallback(ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(QueueOptions).Assembly))) => _journal = journal;

    [Fact, Trait("spec", "S-56")]
    public void A_queue_is_put_found_listed_and_removed()
    {
        var catalog = Start();
        var options = Queue("emails") with { MaxWorkers = 3 };

        var expected = new QueueSummary("emails", "default", options, []);
        Assert.Equal(expected.Options, Put(catalog, options).Options);
        Assert.Equal(expected.Options, Assert.Single(Ask(catalog, new CatalogRequest.Find(Id, "emails")).Queues).Options);
        Assert.Equal("emails", Assert.Single(List(catalog).Queues).Name);
        Assert.Empty(Ask(catalog, new CatalogRequest.Find(Id, "other")).Queues);

        Assert.Null(Ask(catalog, new CatalogRequest.Remove(Id, "emails")).Failure);
        Assert.Empty(List(catalog).Queues);
    }

    [Fact]
    public void Entries_survive_a_restart()
    {
        var catalog = Start();
        Put(catalog, Queue("dead"));
        Put(catalog, Queue("a") with { OnFailed = "dead" });
        Put(catalog, Queue("gone"));
        Ask(catalog, new CatalogRequest.Remove(Id, "gone"));
        Stop(catalog);

        var queues = List(Start()).Queues;

        Assert.Equal(["a", "dead"], queues.Select(q => q.Name.Value));
        Assert.Equal(Queue("a") with { OnFailed = "dead" }, queues[0].Options);
    }

    [Fact]
    public void Repetitions_are_answered_the_same_and_write_nothing()
    {
        var catalog = Start();
        Put(catalog, Queue("a"));
        Assert.Equal(Queue("a"), Put(catalog, Queue("a")).Options);
        Ask(catalog, new CatalogRequest.Remove(Id, "a"));
        Assert.Null(Ask(catalog, new CatalogRequest.Remove(Id, "a")).Failure);

        Assert.Equal(2, _journal.Writes.Attempts);
    }

    [Fact, Trait("spec", "S-144")]
    public void A_refusal_is_answered_and_writes_nothing()
    {
        var catalog = Start();

        Assert.Equal(GafferError.ForwardTargetNotFound, Ask(catalog, new CatalogRequest.Put(Id, Queue("a") with { OnFailed = "dead" })).Failure!.Error);
        Assert.Equal(GafferError.UnknownStorage, Ask(catalog, new CatalogRequest.Put(Id, Queue("a") with { Storage = "moon" })).Failure!.Error);
        Assert.Equal(GafferError.InvalidRequest, Ask(catalog, new CatalogRequest.List(Id, null, 0, false)).Failure!.Error);
        Assert.Equal(0, _journal.Writes.Attempts);
    }

    [Fact]
    public void Nothing_is_answered_before_it_is_durable()
    {
        var catalog = Start();
        List(catalog);
        _journal.Writes.Hold();
        var put = Id;
        var find = Id;
        catalog.Tell(new CatalogRequest.Put(put, Queue("a")), TestActor);
        catalog.Tell(new CatalogRequest.Find(find, "a"), TestActor);
        Await(() => _journal.Writes.Held == 1);
        AwaitReceived(catalog);

        _journal.Writes.Release();

        Assert.Equal(put, ExpectMsg<CatalogAnswer>().Id);
        var found = ExpectMsg<CatalogAnswer>();
        Assert.Equal(find, found.Id);
        Assert.Single(found.Queues);
    }

    [Fact]
    public void Lists_are_paged_by_name()
    {
        var catalog = Start();
        foreach (var name in new[] { "c", "a", "b" }) Put(catalog, Queue(name));

        var first = Ask(catalog, new CatalogRequest.List(Id, null, 2, false));
        var second = Ask(catalog, new CatalogRequest.List(Id, first.Queues[^1].Name, 2, false));

        Assert.Equal(["a", "b"], first.Queues.Select(q => q.Name.Value));
        Assert.True(first.HasMore);
        Assert.Equal(["c"], second.Queues.Select(q => q.Name.Value));
        Assert.False(second.HasMore);
    }

    [Fact, Trait("spec", "S-57")]
    public void Queues_that_no_node_serves_are_orphaned()
    {
        var catalog = Start();
        foreach (var name in new[] { "a", "b", "c" }) Put(catalog, Queue(name));
        var node = new WorkerNode("n:1", Guid.NewGuid());
        Assert.Null(Ask(catalog, new CatalogRequest.Serve(Id, node, ["b"])).Failure);

        Assert.Equal(["a", "c"], Orphans());
        Assert.Equal(node, Assert.Single(Assert.Single(Ask(catalog, new CatalogRequest.Find(Id, "b")).Queues).ServedBy));
        Assert.True(Ask(catalog, new CatalogRequest.List(Id, null, 1, true)).HasMore);

        _time.Advance(CatalogPresence.Lifetime);
        Assert.Equal(["a", "b", "c"], Orphans());

        IEnumerable<string> Orphans() => Ask(catalog, new CatalogRequest.List(Id, null, 10, true)).Queues.Select(q => q.Name.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_failed_or_rejected_write_requests_are_answered_why_until_the_journal_works(bool rejected)
    {
        var catalog = Start();
        Put(catalog, Queue("a"));
        _journal.Writes.Hold();
        catalog.Tell(new CatalogRequest.Put(Id, Queue("b")), TestActor);
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        Await(() => _journal.Writes.Held == 1);
        if (rejected) _journal.Writes.Reject(reason: "the disk is full");
        else _journal.Writes.Fail(reason: "the disk is full");

        _journal.Writes.Release();

        ExpectUnavailable("the disk is full");
        ExpectUnavailable("the disk is full");
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        ExpectUnavailable("the disk is full");

        _time.Advance(RestartMin);
        Await(() => Assert.Equal(["a"], List(catalog).Queues.Select(q => q.Name.Value)));
        Put(catalog, Queue("b"));
        Assert.Equal([new CatalogChange.Stored(Queue("a")), new CatalogChange.Stored(Queue("b"))], _journal.Events(CatalogJournal.Id));
    }

    [Fact]
    public void Failed_recoveries_are_repeated_with_a_growing_delay()
    {
        _journal.Recoveries.Fail(times: 4, reason: "no connection");
        IActorRef catalog = ActorRefs.Nobody;
        ExpectRetryIn("00:00:00.2000000", () => catalog = Start());
        ExpectRetryIn("00:00:00.4000000", () => _time.Advance(RestartMin));
        ExpectRetryIn("00:00:00.8000000", () => _time.Advance(2 * RestartMin));
        ExpectRetryIn("00:00:01", () => _time.Advance(4 * RestartMin));
        Assert.Equal(4, _journal.Recoveries.Attempts);
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        ExpectUnavailable("no connection");

        _time.Advance(TimeSpan.FromSeconds(1));

        Await(() => Assert.Null(List(catalog).Failure));
        Assert.Equal(5, _journal.Recoveries.Attempts);
    }

    [Fact]
    public void The_delay_is_short_again_when_the_journal_has_worked_for_a_while()
    {
        _journal.Recoveries.Fail(times: 2);
        IActorRef catalog = ActorRefs.Nobody;
        ExpectRetryIn("00:00:00.2000000", () => catalog = Start());
        ExpectRetryIn("00:00:00.4000000", () => _time.Advance(RestartMin));
        _time.Advance(2 * RestartMin);
        Await(() => Assert.Null(List(catalog).Failure));
        _time.Advance(TimeSpan.FromMinutes(1));
        _journal.Writes.Fail();

        ExpectRetryIn("00:00:00.2000000", () => Ask(catalog, new CatalogRequest.Put(Id, Queue("a"))));
    }

    [Fact]
    public void Requests_wait_for_the_first_recovery()
    {
        _journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);
        Await(() => _journal.Recoveries.Held == 1);

        _journal.Recoveries.Release();

        Assert.Null(ExpectMsg<CatalogAnswer>().Failure);
    }

    [Fact]
    public void Whoever_waits_for_a_recovery_that_takes_long_is_told()
    {
        _journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);
        Await(() => _journal.Recoveries.Held == 1);

        _time.Advance(TimeSpan.FromSeconds(5));

        ExpectUnavailable("not answered yet");
        _journal.Recoveries.Release();
        Await(() => Assert.Null(List(catalog).Failure));
    }

    [Fact]
    public void Whoever_waits_for_a_write_that_takes_long_is_told()
    {
        var catalog = Start();
        List(catalog);
        _journal.Writes.Hold();
        catalog.Tell(new CatalogRequest.Put(Id, Queue("a")), TestActor);
        Await(() => _journal.Writes.Held == 1);

        _time.Advance(TimeSpan.FromSeconds(5));

        ExpectUnavailable("Whether a change was made is unknown");
        _journal.Writes.Release();
        Await(() => Assert.Single(List(catalog).Queues));
    }

    [Fact]
    public void Whoever_waits_when_the_catalog_moves_is_told()
    {
        _journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);
        AwaitReceived(catalog);

        Stop(catalog);

        ExpectUnavailable("moves");
    }

    [Fact]
    public void A_journal_that_is_not_configured_is_an_answer()
    {
        var catalog = Start(new StoragePlugins("default", "gaffer-tests.no-such-journal", "akka.persistence.snapshot-store.inmem", false));

        Await(() => Assert.Equal(GafferError.Unavailable, List(catalog).Failure?.Error));
    }

    [Fact]
    public void A_fault_is_put_into_the_words_of_the_storage()
    {
        _journal.Recoveries.Fail();
        var catalog = Sys.ActorOf(QueueCatalog.CreateProps(Runtime(Storage), cause => $"because of {cause.GetType().Name}"));
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);

        ExpectUnavailable("because of IOException");
    }

    [Fact]
    public void A_snapshot_replaces_the_changes_it_covers()
    {
        var catalog = Start();
        for (var i = 0; i < CatalogJournal.SnapshotEvery; i++) catalog.Tell(new CatalogRequest.Put(Id, Queue("a") with { Priority = i }), TestActor);
        ReceiveN(CatalogJournal.SnapshotEvery, TimeSpan.FromMinutes(1));
        Await(() => Assert.Empty(_journal.Events(CatalogJournal.Id)));
        Put(catalog, Queue("b"));
        Stop(catalog);

        catalog = Start();

        Assert.Equal([CatalogJournal.SnapshotEvery - 1, 0], List(catalog).Queues.Select(q => q.Options.Priority));
        Put(catalog, Queue("c"));
        Assert.Equal(2, _journal.Events(CatalogJournal.Id).Count);
    }

    private long Id => ++_id;

    private StoragePlugins Storage => new("default", _journal.PluginId, "akka.persistence.snapshot-store.inmem", false);

    private IActorRef Start(StoragePlugins? storage = null) => Sys.ActorOf(QueueCatalog.CreateProps(Runtime(storage ?? Storage)));

    private GafferRuntime Runtime(StoragePlugins storage) => new()
    {
        Settings = new(
            new ClientSettings(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 4_000_000),
            new QueueSettings(10_000, 4_000_000, 100_000, 4_000_000, TimeSpan.FromSeconds(5), RestartMin, TimeSpan.FromSeconds(1), 100_000, TimeSpan.FromMinutes(10)),
            new WorkerSettings(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
            new HookSettings(10_000, TimeSpan.FromMilliseconds(100))),
        Clock = new GafferClock(_time, Sys.Scheduler),
        Node = new WorkerNode("here", Guid.NewGuid()),
        Services = NoServices.Instance,
        Storages = ImmutableDictionary<string, StoragePlugins>.Empty.Add(storage.Name, storage),
        EventsOf = _ => throw new InvalidOperationException("the catalog has no events"),
    };

    private void Stop(IActorRef catalog)
    {
        var probe = CreateTestProbe();
        probe.Watch(catalog);
        Sys.Stop(catalog);
        probe.ExpectTerminated(catalog);
    }

    /// <summary>What a node serves is answered at once, even if all before it waits.</summary>
    private void AwaitReceived(IActorRef catalog) => Ask(catalog, new CatalogRequest.Serve(Id, new WorkerNode("n:1", Guid.NewGuid()), []));

    private void Await(Func<bool> condition) => AwaitCondition(condition, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));

    private void Await(Action assertion) => AwaitAssert(assertion, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));

    private CatalogAnswer Ask(IActorRef catalog, CatalogRequest request)
    {
        var probe = CreateTestProbe();
        catalog.Tell(request, probe);
        var answer = probe.ExpectMsg<CatalogAnswer>();
        Assert.Equal(request.Id, answer.Id);
        return answer;
    }

    private QueueSummary Put(IActorRef catalog, QueueOptions options)
    {
        var answer = Ask(catalog, new CatalogRequest.Put(Id, options));
        Assert.Null(answer.Failure);
        return Assert.Single(answer.Queues);
    }

    private CatalogAnswer List(IActorRef catalog) => Ask(catalog, new CatalogRequest.List(Id, null, 10, false));

    private void ExpectUnavailable(string reason)
    {
        var failure = ExpectMsg<CatalogAnswer>().Failure;
        Assert.Equal(GafferError.Unavailable, failure?.Error);
        Assert.Contains(reason, failure!.Message, StringComparison.Ordinal);
    }

    private void ExpectRetryIn(string delay, Action action) => EventFilter.Error(contains: $"tries again in {delay}").ExpectOne(action);

    private static QueueOptions Queue(string name) => new() { Name = name };

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
