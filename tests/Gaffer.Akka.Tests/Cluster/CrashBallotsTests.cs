using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace Gaffer.Tests;

public class CrashBallotsTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);

    [Fact]
    public void A_member_is_declared_dead_when_all_others_found_it_gone()
    {
        var nodes = Nodes(3);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[2].Id, Start);
        Assert.Null(ballots.Decide(Start));
        Hear(ballots, nodes, voter: 1, 2);
        Assert.Equal(nodes[2], Assert.Single(ballots.Decide(Start)!.Gone));
    }

    [Fact]
    public void What_others_say_is_not_enough()
    {
        var nodes = Nodes(3);
        var ballots = Of(nodes, self: 0);
        Hear(ballots, nodes, voter: 1, 2);
        Assert.Null(ballots.Decide(Start));
    }

    [Fact]
    public void One_member_that_does_not_agree_is_enough_to_let_it_be()
    {
        var nodes = Nodes(4);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[3].Id, Start);
        Hear(ballots, nodes, voter: 1, 3);
        Assert.Null(ballots.Decide(Start));
        Hear(ballots, nodes, voter: 2, 1, 3);
        Assert.Null(ballots.Decide(Start));
        Hear(ballots, nodes, voter: 2, 3);
        Assert.NotNull(ballots.Decide(Start));
    }

    [Fact]
    public void A_ballot_that_is_not_repeated_counts_no_longer()
    {
        var nodes = Nodes(3);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[2].Id, Start);
        Hear(ballots, nodes, voter: 1, 2);
        Assert.NotNull(ballots.Decide(Start + CrashBallots.Lifetime - TimeSpan.FromTicks(1)));
        Assert.Null(ballots.Decide(Start + CrashBallots.Lifetime));
    }

    [Fact]
    public void A_finding_that_is_not_made_again_is_not_told_any_more()
    {
        var nodes = Nodes(2);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[1].Id, Start);
        Assert.Null(ballots.Own(Start + CrashBallots.Lifetime));
        Assert.Null(ballots.Decide(Start + CrashBallots.Lifetime));
        ballots.Found(nodes[1].Id, Start + CrashBallots.Lifetime);
        Assert.NotNull(ballots.Decide(Start + CrashBallots.Lifetime));
    }

    [Fact]
    public void A_smaller_part_leaves_it_to_the_split_brain_resolver()
    {
        var nodes = Nodes(5);
        var ballots = Of(nodes, self: 0);
        foreach (var gone in (int[])[2, 3, 4]) ballots.Found(nodes[gone].Id, Start);
        Hear(ballots, nodes, voter: 1, 2, 3, 4);
        Assert.Null(ballots.Decide(Start));
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 0, false)]
    public void Of_two_members_the_one_with_the_lower_address_may_go_on(int survivor, int gone, bool mayGoOn)
    {
        var nodes = Nodes(2);
        var ballots = Of(nodes, survivor);
        ballots.Found(nodes[gone].Id, Start);
        Assert.Equal(mayGoOn, ballots.Decide(Start) is not null);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.3.2.1", true)]
    [InlineData("::1", true)]
    [InlineData("localhost", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("node", false)]
    public void On_the_loopback_interface_the_last_one_may_go_on(string host, bool mayGoOn)
    {
        var nodes = Nodes(3, host);
        var ballots = Of(nodes, self: 2);
        ballots.Found(nodes[0].Id, Start);
        ballots.Found(nodes[1].Id, Start);
        Assert.Equal(mayGoOn, ballots.Decide(Start) is not null);
    }

    [Theory]
    [InlineData("work", MemberStatus.Up, true)]
    [InlineData("work", MemberStatus.Joining, true)]
    [InlineData("client", MemberStatus.Up, false)]
    public void On_the_loopback_interface_those_go_on_among_whom_queues_can_live(string role, MemberStatus status, bool mayGoOn)
    {
        var nodes = Nodes(3, "127.0.0.1");
        var ballots = new CrashBallots(nodes[2].Id, "work");
        for (var i = 0; i < 3; i++) ballots.Put(nodes[i] with { Roles = i == 2 ? ["client"] : ["work"] });
        ballots.Put(Node(8, host: "127.0.0.1") with { Status = status, Roles = [role] });
        ballots.Found(nodes[0].Id, Start);
        ballots.Found(nodes[1].Id, Start);
        if (status == MemberStatus.Up) ballots.Hear(new CrashBallot(Node(8, host: "127.0.0.1").Id, [nodes[0].Id, nodes[1].Id]), Start);
        Assert.Equal(mayGoOn, ballots.Decide(Start) is not null);
    }

    [Fact]
    public void One_member_that_is_elsewhere_takes_the_proof_from_the_loopback_interface()
    {
        ClusterNode[] nodes = [.. Nodes(2, "127.0.0.1"), Node(9, host: "10.0.0.1")];
        var ballots = Of(nodes, self: 1);
        ballots.Found(nodes[0].Id, Start);
        ballots.Found(nodes[2].Id, Start);
        Assert.Null(ballots.Decide(Start));
    }

    [Fact]
    public void The_lowest_address_of_those_that_are_left_acts_first()
    {
        var nodes = Nodes(4);
        for (var self = 1; self < 4; self++)
        {
            var ballots = Of(nodes, self);
            ballots.Found(nodes[0].Id, Start);
            foreach (var voter in Enumerable.Range(1, 3).Where(v => v != self)) Hear(ballots, nodes, voter, 0);
            Assert.Equal(self - 1, ballots.Decide(Start)!.Turn);
        }
    }

    [Theory]
    [InlineData(MemberStatus.Joining)]
    [InlineData(MemberStatus.WeaklyUp)]
    [InlineData(MemberStatus.Leaving)]
    [InlineData(MemberStatus.Exiting)]
    public void A_member_that_comes_or_goes_is_not_asked_and_does_not_act(MemberStatus status)
    {
        var nodes = Nodes(4);
        nodes[2] = nodes[2] with { Status = status };
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[3].Id, Start);
        Hear(ballots, nodes, voter: 1, 3);
        Assert.NotNull(ballots.Decide(Start));

        var passer = Of(nodes, self: 2);
        passer.Found(nodes[3].Id, Start);
        Hear(passer, nodes, voter: 0, 3);
        Hear(passer, nodes, voter: 1, 3);
        Assert.Null(passer.Decide(Start));
    }

    [Theory]
    [InlineData(MemberStatus.Joining)]
    [InlineData(MemberStatus.WeaklyUp)]
    public void One_that_joins_can_be_gone_and_counts_for_the_other_side(MemberStatus status)
    {
        var nodes = Nodes(3);
        nodes[2] = nodes[2] with { Status = status };
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[2].Id, Start);
        Hear(ballots, nodes, voter: 1, 2);
        Assert.Equal(nodes[2], Assert.Single(ballots.Decide(Start)!.Gone));

        // Two of four that may be up: not more than half, and the lowest is there.
        var four = Nodes(4);
        four[1] = four[1] with { Status = status };
        var half = Of(four, self: 2);
        half.Found(four[0].Id, Start);
        half.Found(four[1].Id, Start);
        Hear(half, four, voter: 3, 0, 1);
        Assert.Null(half.Decide(Start));
    }

    [Fact]
    public void A_node_that_was_wrong_says_nothing_until_that_member_is_none_any_more()
    {
        var nodes = Nodes(4);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[3].Id, Start);
        Assert.True(ballots.Contradict(nodes[3].Id));
        Assert.False(ballots.Contradict(nodes[3].Id));
        ballots.Found(nodes[2].Id, Start);
        Assert.Null(ballots.Own(Start));
        Hear(ballots, nodes, voter: 1, 2, 3);
        Assert.Null(ballots.Decide(Start));

        ballots.Remove(nodes[3].Id);
        Assert.Equal(nodes[2].Id, Assert.Single(ballots.Own(Start)!.Gone));
    }

    [Fact]
    public void Another_life_at_the_same_address_is_another_member()
    {
        var nodes = Nodes(3);
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[2].Id, Start);
        ballots.Remove(nodes[2].Id);
        ballots.Put(nodes[2] with { Id = new UniqueAddress(nodes[2].Id.Address, 77) });
        Hear(ballots, nodes, voter: 1, 2);
        Assert.Null(ballots.Own(Start));
        Assert.Null(ballots.Decide(Start));
    }

    [Fact]
    public void One_that_is_down_already_is_not_downed_again()
    {
        var nodes = Nodes(3);
        nodes[2] = nodes[2] with { Status = MemberStatus.Down };
        var ballots = Of(nodes, self: 0);
        ballots.Found(nodes[2].Id, Start);
        Hear(ballots, nodes, voter: 1, 2);
        Assert.Null(ballots.Decide(Start));
    }

    // Whatever a firewall forges, and in whatever order the words arrive: of two decisions, the survivors of one are among the survivors of the other.
    [Fact]
    public void No_two_decisions_leave_two_parts_that_go_on()
    {
        var decided = 0;
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var nodes = Nodes(random.Next(2, 7));
            var all = Enumerable.Range(0, nodes.Length).Select(self => Of(nodes, self)).ToArray();
            var survivors = new List<HashSet<UniqueAddress>>();
            var inFlight = new List<(int To, CrashBallot Ballot)>();
            for (var step = 0; step < 120; step++)
            {
                var node = random.Next(nodes.Length);
                var other = random.Next(nodes.Length);
                switch (random.Next(4))
                {
                    case 0 when other != node && random.Next(2) == 0: all[node].Found(nodes[other].Id, Start); break;
                    case 1 when random.Next(20) == 0: all[node].Contradict(nodes[other].Id); break;
                    case 2 when all[node].Own(Start) is { } own: inFlight.AddRange(Enumerable.Range(0, nodes.Length).Where(n => n != node && !own.Gone.Contains(nodes[n].Id)).Select(n => (n, own))); break;
                    case 3 when inFlight.Count > 0:
                        var (to, ballot) = inFlight[random.Next(inFlight.Count)];
                        all[to].Hear(ballot, Start);
                        break;
                }

                if (all[node].Decide(Start) is { } decision) survivors.Add([.. nodes.Select(n => n.Id).Except(decision.Gone.Select(g => g.Id))]);
            }

            decided += survivors.Count > 0 ? 1 : 0;
            foreach (var one in survivors) Assert.All(survivors, another => Assert.True(one.IsSubsetOf(another) || another.IsSubsetOf(one), $"seed {seed}"));
        }

        Assert.True(decided > 100, $"only {decided} runs came to a decision: they show nothing");
    }

    private static CrashBallots Of(ClusterNode[] nodes, int self)
    {
        var ballots = new CrashBallots(nodes[self].Id);
        foreach (var node in nodes) ballots.Put(node);
        return ballots;
    }

    private static void Hear(CrashBallots ballots, ClusterNode[] nodes, int voter, params int[] gone) =>
        ballots.Hear(new CrashBallot(nodes[voter].Id, [.. gone.Select(g => nodes[g].Id)]), Start);

    private static ClusterNode[] Nodes(int count, string host = "10.0.0.1") => [.. Enumerable.Range(0, count).Select(n => Node(n, host))];

    private static ClusterNode Node(int number, string host) =>
        new(new UniqueAddress(new Address("akka.tcp", "test", host, 4000 + number), number + 1), MemberStatus.Up, ImmutableHashSet<string>.Empty);
}
