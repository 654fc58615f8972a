using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Real clusters, of actor systems in this process.</summary>
[Collection(SeveralNodes.Name)]
public sealed class StrayNodesTests : IAsyncDisposable
{
    private readonly List<ActorSystem> _systems = [];

    [Fact]
    public async Task A_cluster_without_a_seed_node_ends_when_the_seed_nodes_have_founded_another_one()
    {
        var survivor = Start();
        var seed = Start();
        var stray = Start(AddressOf(seed));
        foreach (var founder in (ActorSystem[])[survivor, seed, stray]) Cluster.Get(founder).Join(AddressOf(founder));
        foreach (var system in _systems) system.ActorOf(StrayWatch.CreateProps(TimeProvider.System), StrayWatch.Name);

        await stray.WhenTerminated.WaitAsync(Spec.Patience.Longest);
        Assert.False(seed.WhenTerminated.IsCompleted);
        Assert.False(survivor.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_cluster_that_cannot_reach_its_seed_node_stays()
    {
        var seed = Start();
        var address = AddressOf(seed);
        await seed.Terminate();
        var alone = Start(address);
        Cluster.Get(alone).Join(AddressOf(alone));
        var watch = alone.ActorOf(StrayWatch.CreateProps(TimeProvider.System), StrayWatch.Name);

        await ClusterKit.UntilAsync(() => Cluster.Get(alone).IsUp, "it is up");
        var rule = new StrayRule(Cluster.Get(alone).SelfUniqueAddress, [address]);
        Assert.Equal(address, Assert.Single(rule.ToAsk([.. Cluster.Get(alone).State.Members.Select(ClusterNode.Of)])));
        MembershipAnswer? answer = null;
        await ClusterKit.UntilAsync(async () => (answer = await watch.Ask<MembershipAnswer>(new MembershipQuestion(Cluster.Get(alone).SelfUniqueAddress), Spec.Patience.Longest)).Up.Length > 0, "its watch knows so, too");
        Assert.True(answer!.KnowsAsker);
        Assert.Equal(Cluster.Get(alone).SelfUniqueAddress, Assert.Single(answer.Up));
        Assert.False(alone.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_newcomer_that_a_member_does_not_know_ends()
    {
        const string noResolver = "akka.cluster.downing-provider-class = \"\", akka.coordinated-shutdown.run-by-actor-system-terminate = off";
        var member = Start(null, noResolver);
        member.ActorOf(Props.Create(() => new Forgetful(Cluster.Get(member).SelfUniqueAddress)), StrayWatch.Name);
        var lost = Start(null, noResolver);
        foreach (var system in (ActorSystem[])[member, lost]) Cluster.Get(system).Join(AddressOf(member));
        await ClusterKit.UntilAsync(() => Cluster.Get(member).State.Members.Count(m => m.Status == MemberStatus.Up) == 2, "both are up");
        await lost.Terminate();
        await ClusterKit.UntilAsync(() => Cluster.Get(member).State.Unreachable.Count == 1, "one is lost"); // so nobody is let up

        var newcomer = Start(null, noResolver);
        newcomer.ActorOf(StrayWatch.CreateProps(TimeProvider.System), StrayWatch.Name);
        Cluster.Get(newcomer).Join(AddressOf(member));
        await newcomer.WhenTerminated.WaitAsync(Spec.Patience.Longest);
        Assert.False(member.WhenTerminated.IsCompleted);
    }

    [Fact]
    public async Task A_member_says_whom_it_knows_and_who_is_up()
    {
        var member = Start();
        Cluster.Get(member).Join(AddressOf(member));
        var watch = member.ActorOf(StrayWatch.CreateProps(TimeProvider.System), StrayWatch.Name);
        await ClusterKit.UntilAsync(() => Cluster.Get(member).IsUp, "it is up");
        var answer = await watch.Ask<MembershipAnswer>(new MembershipQuestion(new UniqueAddress(AddressOf(member), 7)), Spec.Patience.Longest);
        Assert.False(answer.KnowsAsker);
        Assert.Equal(Cluster.Get(member).SelfUniqueAddress, answer.Member);
        Assert.Equal(Cluster.Get(member).SelfUniqueAddress, Assert.Single(answer.Up));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var system in _systems)
        {
            await system.Terminate();
            system.Dispose();
        }
    }

    private static Address AddressOf(ActorSystem system) => Cluster.Get(system).SelfAddress;

    private ActorSystem Start(Address? seed = null, string hocon = "")
    {
        var system = ActorSystem.Create("nodes", ConfigurationFactory
            .ParseString($"akka.remote.dot-netty.tcp {{ hostname = 127.0.0.1, port = 0 }}\n{hocon}")
            .WithFallback(ConfigurationFactory.FromResource<GafferBuilder>("Gaffer.cluster.conf"))
            .WithFallback(ConfigurationFactory.FromResource<GafferBuilder>("Gaffer.reference.conf"))
            .WithFallback(ConfigurationFactory.ParseString(seed is null ? "" : $"akka.cluster.seed-nodes = [\"{seed}\"]")));
        _systems.Add(system);
        return system;
    }

    // It says that it is up, and knows nobody.
    private sealed class Forgetful(UniqueAddress self) : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(new MembershipAnswer(self, KnowsAsker: false, [self]));
    }
}
