using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The client between callers and a probe that is the region of queues, in virtual time.</summary>
public abstract class ClientTestKit : TestKit
{
    private protected static readonly QueueName Emails = "emails";
    private static readonly Config Reference = ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(QueueOptions).Assembly);
    private readonly GafferRuntime _runtime;

    protected ClientTestKit()
        : base(ConfigurationFactory.ParseString("akka.test { single-expect-default = 30s, default-timeout = 30s }").WithFallback(Reference))
    {
        Region = CreateTestProbe("region");
        _runtime = new GafferRuntime
        {
            Settings = GafferSettings.From(Reference.GetConfig("gaffer")),
            Clock = new GafferClock(Time, Sys.Scheduler),
            Node = new WorkerNode("here", Guid.NewGuid()),
            Services = new ServiceCollection().BuildServiceProvider(),
            Storages = ImmutableDictionary<string, StoragePlugins>.Empty,
            EventsOf = _ => throw new InvalidOperationException("no events here"),
            QueueRegion = Region.Ref,
        };
        Client = Sys.ActorOf(ClientActor.CreateProps(_runtime));
        Gaffer = new GafferClient(Sys, _runtime, ActorRefs.Nobody);
    }

    private protected FakeTimeProvider Time { get; } = new(Given.Noon);

    private protected TestProbe Region { get; }

    private protected IActorRef Client { get; }

    private protected GafferClient Gaffer { get; }

    private protected TimeSpan CallTimeout => _runtime.Settings.Client.Timeout;

    private protected TimeSpan RetryInterval => _runtime.Settings.Client.RetryInterval;

    private protected void Learn(int partitions, ICanTell? client = null)
    {
        client ??= Client;
        client.Tell(new PollQueue(Emails), TestActor);
        Answer(Expect(0, believed: 1), new Misrouted(partitions), client);
        foreach (var calls in ExpectAll(partitions)) Answer(calls, new PollResult(0), client);
        ExpectMsg<PollResult>();
    }

    private protected QueueCalls Expect(int partition, int believed)
    {
        var calls = Region.ExpectMsg<QueueCalls>();
        Assert.Equal((new QueuePartition(Emails, partition), believed), (calls.Partition, calls.Partitions));
        return calls;
    }

    private protected QueueCalls[] ExpectAll(int partitions)
    {
        QueueCalls[] all = [.. Enumerable.Range(0, partitions).Select(_ => Region.ExpectMsg<QueueCalls>()).OrderBy(c => c.Partition)];
        Assert.Equal(Enumerable.Range(0, partitions), all.Select(c => c.Partition.Index));
        return all;
    }

    // From the region, so that all calls go on to go there.
    private protected void Answer(QueueCalls calls, GafferReply reply, ICanTell? client = null) => (client ?? Client).Tell(new QueueAnswers(calls.Partition, [.. calls.Calls.Select(c => new QueueAnswer(c.Id, reply))]), Region);

    private protected void Settle()
    {
        foreach (var client in (ICanTell[])[Client, Gaffer.Queues, Client, Gaffer.Queues])
        {
            var probe = CreateTestProbe();
            client.Tell(new Identify(null), probe);
            probe.ExpectMsg<ActorIdentity>();
        }
    }

    private protected static QueueInfo Info(int available)
    {
        StateInfo none = new(0, null, null);
        return new(Emails, QueueStatus.Active, new StateInfo(available, null, null), none, none, none, none, 0, 0, 0, 0, 1, 1, [], Given.Noon);
    }
}
