using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Xunit;

namespace Gaffer.Tests;

public class StrayRuleTests
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1.5);

    [Fact]
    public void A_node_that_is_let_up_and_knows_all_seed_nodes_asks_nobody()
    {
        var rule = Rule(self: 3, seeds: [1, 2]);
        Assert.Empty(rule.ToAsk([Up(1), Up(2), Up(3)]));
        Assert.Empty(rule.ToAsk([]));
        Assert.Empty(rule.ToAsk([Up(1), Up(2), Up(3) with { Status = MemberStatus.Leaving }]));
    }

    [Fact]
    public void A_newcomer_asks_some_members_that_are_up()
    {
        var members = Enumerable.Range(1, 8).Select(Up).Append(Up(9) with { Status = MemberStatus.Joining }).Append(Up(10) with { Status = MemberStatus.Joining }).ToList();
        Assert.Equal([At(1), At(2), At(3), At(4), At(5)], Rule(self: 9, seeds: [1]).ToAsk(members));
    }

    [Fact]
    public void A_node_asks_seed_nodes_that_are_no_members() =>
        Assert.Equal([At(1), At(4)], Rule(self: 3, seeds: [1, 2, 4]).ToAsk([Up(2), Up(3)]));

    [Theory]
    [InlineData(MemberStatus.Joining)]
    [InlineData(MemberStatus.WeaklyUp)]
    public void A_newcomer_that_a_member_does_not_know_for_long_is_astray(MemberStatus status)
    {
        var rule = Rule(self: 9, seeds: [1]);
        ClusterNode[] members = [Up(1), Up(2), Up(9) with { Status = status }];
        Assert.Contains(At(2).ToString(), Repeated(rule, Says(2, false, 1, 2), members), StringComparison.Ordinal);
    }

    [Fact]
    public void One_word_to_the_contrary_begins_the_time_anew()
    {
        var rule = Rule(self: 9, seeds: [1]);
        ClusterNode[] members = [Up(1), Up(9) with { Status = MemberStatus.Joining }];
        Assert.Null(rule.Hear(Says(1, false, 1), members, Start));
        Assert.Null(rule.Hear(Says(1, true, 1), members, Start + Repeat));
        for (var at = Repeat * 2; at < Repeat * 2 + StrayRule.Patience; at += Repeat) Assert.Null(rule.Hear(Says(1, false, 1), members, Start + at));
        Assert.NotNull(rule.Hear(Says(1, false, 1), members, Start + Repeat * 2 + StrayRule.Patience));
    }

    [Fact]
    public void A_word_that_is_not_repeated_counts_no_longer()
    {
        var rule = Rule(self: 9, seeds: [1]);
        ClusterNode[] members = [Up(1), Up(9) with { Status = MemberStatus.Joining }];
        Assert.Null(rule.Hear(Says(1, false, 1), members, Start));
        Assert.Null(rule.Hear(Says(1, false, 1), members, Start + StrayRule.Patience));
    }

    [Fact]
    public void A_newcomer_does_not_listen_to_those_that_are_no_members_or_not_up()
    {
        var rule = Rule(self: 9, seeds: [1]);
        ClusterNode[] members = [Up(1), Up(9) with { Status = MemberStatus.Joining }];
        Assert.Null(Repeated(rule, Says(2, false, 2), members));
        Assert.Null(Repeated(rule, Says(1, false, 2), members));
    }

    [Theory]
    [InlineData(new[] { 3, 4 }, new[] { 1 }, true)]         // no seed node here
    [InlineData(new[] { 3, 4 }, new[] { 2, 5 }, true)]
    [InlineData(new[] { 2, 3 }, new[] { 1, 4, 5 }, true)]   // the larger one stays
    [InlineData(new[] { 2, 3, 4 }, new[] { 1, 5 }, false)]
    [InlineData(new[] { 2, 3 }, new[] { 1, 4 }, true)]      // of equal ones that with the first seed node
    [InlineData(new[] { 1, 3 }, new[] { 2, 4 }, false)]
    public void Of_two_clusters_one_gives_way(int[] here, int[] there, bool isAstray)
    {
        var rule = Rule(here[^1], seeds: [1, 2]);
        Assert.Equal(isAstray, Repeated(rule, Says(there[0], false, there), [.. here.Select(Up)]) is not null);
    }

    [Fact]
    public void Two_clusters_never_both_give_way_and_never_both_stay()
    {
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var nodes = Enumerable.Range(1, random.Next(2, 9)).ToArray();
            random.Shuffle(nodes);
            var cut = random.Next(1, nodes.Length);
            int[] one = nodes[..cut], other = nodes[cut..];
            ImmutableArray<int> seeds = [.. nodes.Where(_ => random.Next(2) == 0).Order()];
            var gives = GivesWay(one, other, seeds);
            var givesOther = GivesWay(other, one, seeds);
            Assert.True(seeds.IsEmpty ? !gives && !givesOther : gives != givesOther, $"seed {seed}");
        }
    }

    [Fact]
    public void A_node_that_the_other_side_still_counts_as_a_member_waits()
    {
        var rule = Rule(self: 3, seeds: [1]);
        Assert.Null(Repeated(rule, Says(1, true, 1, 2), [Up(3)]));
    }

    [Fact]
    public void An_earlier_life_of_a_seed_node_must_be_removed_first()
    {
        var rule = Rule(self: 3, seeds: [1, 2]);
        var again = new UniqueAddress(At(1), 77);
        Assert.Null(Repeated(rule, new MembershipAnswer(again, false, [again]), [Up(1) with { Status = MemberStatus.Down }, Up(3)]));
        Assert.NotNull(Repeated(rule, new MembershipAnswer(again, false, [again]), [Up(3)]));
    }

    [Fact]
    public void A_newcomer_that_one_member_knows_waits()
    {
        var rule = Rule(self: 9, seeds: [1]);
        ClusterNode[] members = [Up(1), Up(2), Up(9) with { Status = MemberStatus.Joining }];
        for (var at = Start; at <= Start + StrayRule.Patience * 3; at += Repeat)
        {
            Assert.Null(rule.Hear(Says(1, false, 1, 2), members, at));
            Assert.Null(rule.Hear(Says(2, true, 1, 2), members, at));
        }
    }

    [Theory]
    [InlineData(MemberStatus.Leaving)]
    [InlineData(MemberStatus.Exiting)]
    [InlineData(MemberStatus.Down)]
    public void A_node_that_leaves_is_not_astray(MemberStatus status) =>
        Assert.Null(Repeated(Rule(self: 3, seeds: [1]), Says(1, false, 1, 2), [Up(3) with { Status = status }]));

    [Fact]
    public void Seed_nodes_of_other_systems_are_none_as_for_Akka()
    {
        var other = new Address("akka.tcp", "billing", "10.0.0.1", 4000);
        var rule = new StrayRule(Up(3).Id, [other]);
        Assert.Empty(rule.ToAsk([Up(3)]));
        var there = new UniqueAddress(other, 1);
        Assert.Null(Repeated(rule, new MembershipAnswer(there, false, [there]), [Up(3)]));
    }

    private static bool GivesWay(int[] here, int[] there, ImmutableArray<int> seeds)
    {
        var rule = Rule(here[0], [.. seeds]);
        ClusterNode[] members = [.. here.Select(Up)];
        return rule.ToAsk(members).Where(asked => there.Any(t => At(t).Equals(asked))).ToList() // others are not reached
            .Exists(asked => Repeated(rule, new MembershipAnswer(new UniqueAddress(asked, 1), false, [.. there.Select(t => Up(t).Id)]), members) is not null);
    }

    private static string? Repeated(StrayRule rule, MembershipAnswer answer, IReadOnlyCollection<ClusterNode> members)
    {
        string? why = null;
        for (var at = Start; at <= Start + StrayRule.Patience; at += Repeat)
        {
            Assert.Null(why);
            why = rule.Hear(answer, members, at);
        }

        return why;
    }

    private static StrayRule Rule(int self, ImmutableArray<int> seeds) => new(Up(self).Id, [.. seeds.Select(At)]);

    private static MembershipAnswer Says(int member, bool knows, params int[] up) => new(Up(member).Id, knows, [.. up.Select(u => Up(u).Id)]);

    private static ClusterNode Up(int number) => new(new UniqueAddress(At(number), 1), MemberStatus.Up, []);

    private static Address At(int number) => new("akka.tcp", "nodes", $"10.0.0.{number}", 4000);
}
