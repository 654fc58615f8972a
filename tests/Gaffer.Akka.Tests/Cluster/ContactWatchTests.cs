using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Akka.Remote;
using Akka.TestKit.Xunit2;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>On a real cluster of one.</summary>
public sealed class ContactWatchTests : TestKit
{
    private static readonly Config Configuration = ConfigurationFactory
        .ParseString("akka.test.single-expect-default = 30s, akka.coordinated-shutdown { run-by-clr-shutdown-hook = off }")
        .WithFallback(ConfigurationFactory.FromResource("Gaffer.single-node.conf", typeof(IGaffer).Assembly))
        .WithFallback(ConfigurationFactory.FromResource("Gaffer.reference.conf", typeof(IGaffer).Assembly));

    private readonly Cluster _cluster;
    private readonly ClusterContact _contact = new();

    public ContactWatchTests(ITestOutputHelper output)
        : base(Configuration, output: output)
    {
        _cluster = Cluster.Get(Sys);
        _cluster.Join(_cluster.SelfAddress);
        AwaitCondition(() => _cluster.IsUp, TimeSpan.FromSeconds(30));
        Sys.EventStream.Subscribe(TestActor, typeof(ContactChanged));
    }

    private string Self => _cluster.SelfAddress.ToString();

    [Fact]
    public void A_node_knows_who_is_no_member()
    {
        Assert.False(_contact.IsGone(new WorkerNode("anybody", Guid.Empty)));
        Watch();
        AwaitCondition(() => _contact.IsGone(new WorkerNode("anybody", Guid.Empty)), TimeSpan.FromSeconds(30));
        Assert.False(_contact.IsGone(new WorkerNode(Self, Guid.Empty)));
        Assert.False(_contact.IsCutOff);
    }

    [Fact]
    public async Task A_node_that_a_member_has_shut_out_stops_its_jobs_and_leaves()
    {
        Watch();
        AwaitCondition(() => _contact.IsGone(new WorkerNode("anybody", Guid.Empty)), TimeSpan.FromSeconds(30));
        Sys.EventStream.Publish(new ThisActorSystemQuarantinedEvent(_cluster.SelfAddress, _cluster.SelfAddress));
        Assert.True(ExpectMsg<ContactChanged>().IsCutOff);
        Assert.True(_contact.IsCutOff);
        await Sys.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_node_that_is_astray_stops_its_jobs_at_once()
    {
        Watch();
        AwaitCondition(() => _contact.IsGone(new WorkerNode("anybody", Guid.Empty)), TimeSpan.FromSeconds(30));
        Sys.EventStream.Publish(NodeAstray.Instance);
        Assert.True(ExpectMsg<ContactChanged>().IsCutOff);
        Assert.True(_contact.IsCutOff);
    }

    [Fact]
    public void One_that_is_no_member_any_more_may_shut_it_out()
    {
        Watch();
        Sys.EventStream.Publish(new ThisActorSystemQuarantinedEvent(_cluster.SelfAddress, Address.Parse("akka.tcp://test@10.0.0.9:4000")));
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Assert.False(_contact.IsCutOff);
        Assert.Null(CoordinatedShutdown.Get(Sys).ShutdownReason);
    }

    [Fact]
    public async Task A_node_that_is_downed_is_cut_off()
    {
        Watch();
        AwaitCondition(() => _contact.IsGone(new WorkerNode("anybody", Guid.Empty)), TimeSpan.FromSeconds(30));
        _cluster.Down(_cluster.SelfAddress);
        Assert.True(ExpectMsg<ContactChanged>().IsCutOff);
        await Sys.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Watch() => Sys.ActorOf(ContactWatch.CreateProps(_contact, ContactRule.Of(Sys.Settings.Config)));
}
