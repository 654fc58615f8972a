using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A catalog on a journal that fails when told to, in virtual time.</summary>
public abstract class CatalogTestKit : TestKit
{
    private protected static readonly TimeSpan RestartMin = TimeSpan.FromMilliseconds(200);
    private long _id;

    protected CatalogTestKit()
        : this(new JournalControl())
    {
    }

    private CatalogTestKit(JournalControl journal)
        : base(journal.Hocon.WithFallback("akka.test { single-expect-default = 30s, filter-leeway = 30s, default-timeout = 30s }").WithFallback(ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(QueueOptions).Assembly))) => Journal = journal;

    private protected JournalControl Journal { get; }

    private protected FakeTimeProvider Time { get; } = new();

    private protected long Id => ++_id;

    private protected StoragePlugins Storage => new("default", Journal.PluginId, "akka.persistence.snapshot-store.inmem", false);

    private protected IActorRef Start(StoragePlugins? storage = null) => Sys.ActorOf(QueueCatalog.CreateProps(Runtime(storage ?? Storage)));

    private protected GafferRuntime Runtime(StoragePlugins storage) => new()
    {
        Settings = new(
            new ClientSettings(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), 4_000_000),
            new QueueSettings(10_000, 4_000_000, 100_000, 4_000_000, 8_000_000, TimeSpan.FromSeconds(5), RestartMin, TimeSpan.FromSeconds(1), 100_000, TimeSpan.FromMinutes(10)),
            new WorkerSettings(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
            new HookSettings(10_000, TimeSpan.FromMilliseconds(100)),
            new ClusterSettings(CrashDetection: true)),
        Clock = new GafferClock(Time, Sys.Scheduler),
        Node = new WorkerNode("here", Guid.NewGuid()),
        Services = NoServices.Instance,
        Storages = ImmutableDictionary<string, StoragePlugins>.Empty.Add(storage.Name, storage),
        EventsOf = _ => throw new InvalidOperationException("the catalog has no events"),
    };

    private protected void Stop(IActorRef catalog)
    {
        var probe = CreateTestProbe();
        probe.Watch(catalog);
        Sys.Stop(catalog);
        probe.ExpectTerminated(catalog);
    }

    /// <summary>What a node serves is answered at once, even if all before it waits.</summary>
    private protected void AwaitReceived(IActorRef catalog) => Ask(catalog, new CatalogRequest.Serve(Id, new WorkerNode("n:1", Guid.NewGuid()), []));

    private protected void Await(Func<bool> condition) => AwaitCondition(condition, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));

    private protected void Await(Action assertion) => AwaitAssert(assertion, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10));

    private protected CatalogAnswer Ask(IActorRef catalog, CatalogRequest request)
    {
        var probe = CreateTestProbe();
        catalog.Tell(request, probe);
        var answer = probe.ExpectMsg<CatalogAnswer>();
        Assert.Equal(request.Id, answer.Id);
        return answer;
    }

    private protected QueueSummary Put(IActorRef catalog, QueueOptions options)
    {
        var answer = Ask(catalog, new CatalogRequest.Put(Id, options));
        Assert.Null(answer.Failure);
        return Assert.Single(answer.Queues);
    }

    private protected CatalogAnswer List(IActorRef catalog) => Ask(catalog, new CatalogRequest.List(Id, null, 10, false));

    private protected void ExpectUnavailable(string reason) => ExpectFailure(GafferError.Unavailable, reason);

    private protected void ExpectFailure(GafferError error, string reason)
    {
        var failure = ExpectMsg<CatalogAnswer>().Failure;
        Assert.Equal(error, failure?.Error);
        Assert.Contains(reason, failure!.Message, StringComparison.Ordinal);
    }

    private protected void ExpectRetryIn(string delay, Action action) => EventFilter.Error(contains: $"tries again in {delay}").ExpectOne(action);

    private protected static QueueOptions Queue(string name) => new() { Name = name };

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
