using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using Xunit;

namespace Gaffer.Tests;

public class ContactRuleTests
{
    private static readonly ContactRule Shipped = Of("akka.cluster.split-brain-resolver.active-strategy = keep-majority");

    [Theory]
    [InlineData(3, "", false)]
    [InlineData(3, "2", false)]
    [InlineData(3, "12", true)]
    [InlineData(5, "34", false)]
    [InlineData(5, "234", true)]
    [InlineData(1, "", false)]
    public void A_node_on_the_smaller_side_is_cut_off(int count, string unreachable, bool isCutOff) =>
        Assert.Equal(isCutOff, IsCutOff(Shipped, Nodes(count), unreachable));

    [Fact]
    public void Of_equal_sides_the_one_without_the_lowest_address_is_cut_off()
    {
        var nodes = Nodes(4);
        Assert.False(IsCutOff(Shipped, nodes, "23"));
        Assert.True(IsCutOff(Shipped, nodes, "01", self: 2));
        Assert.True(IsCutOff(Shipped, Nodes(2), "0", self: 1));
    }

    [Fact]
    public void Those_that_may_be_up_on_the_other_side_count_there()
    {
        var nodes = Nodes(5);
        nodes[4] = nodes[4] with { Status = MemberStatus.Joining };
        nodes[3] = nodes[3] with { Status = MemberStatus.WeaklyUp };
        Assert.False(IsCutOff(Shipped, nodes, "34"));
        Assert.True(IsCutOff(Shipped, nodes, "234"));
        nodes[1] = nodes[1] with { Status = MemberStatus.Leaving };
        Assert.True(IsCutOff(Shipped, nodes, "23"));
    }

    [Fact]
    public void Members_that_are_down_or_exiting_count_nowhere()
    {
        var nodes = Nodes(3);
        nodes[1] = nodes[1] with { Status = MemberStatus.Down };
        nodes[2] = nodes[2] with { Status = MemberStatus.Exiting };
        Assert.False(IsCutOff(Shipped, nodes, "12"));
    }

    [Fact]
    public void A_node_that_was_declared_dead_is_cut_off()
    {
        var nodes = Nodes(3);
        nodes[0] = nodes[0] with { Status = MemberStatus.Down };
        Assert.True(IsCutOff(Shipped, nodes, ""));
    }

    [Fact]
    public void Only_members_of_the_role_of_the_resolver_count()
    {
        var rule = Of("akka.cluster.split-brain-resolver { active-strategy = keep-majority, keep-majority.role = core }");
        var nodes = Nodes(5);
        nodes[0] = nodes[0] with { Roles = ["core"] };
        Assert.False(IsCutOff(rule, nodes, "1234"));
        Assert.True(IsCutOff(rule, nodes, "0", self: 1));
    }

    [Fact]
    public void A_quorum_is_a_number()
    {
        var rule = Of("akka.cluster.split-brain-resolver { active-strategy = static-quorum, static-quorum { quorum-size = 3, role = \"\" } }");
        Assert.False(IsCutOff(rule, Nodes(5), "34"));
        Assert.True(IsCutOff(rule, Nodes(5), "234"));
    }

    [Theory]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy = keep-oldest")]
    [InlineData("akka.cluster.split-brain-resolver.active-strategy = lease-majority")]
    [InlineData("akka.cluster { downing-provider-class = \"Own.Downing, Own\", split-brain-resolver.active-strategy = keep-majority }")]
    public void With_another_strategy_a_node_is_cut_off_when_it_reaches_nobody(string hocon)
    {
        Assert.False(IsCutOff(Of(hocon), Nodes(5), "123"));
        Assert.True(IsCutOff(Of(hocon), Nodes(5), "1234"));
    }

    private static ContactRule Of(string hocon) => ContactRule.Of(ConfigurationFactory.ParseString(hocon));

    private static bool IsCutOff(ContactRule rule, ClusterNode[] nodes, string unreachable, int self = 0) =>
        rule.IsCutOff(nodes[self].Id, nodes, [.. unreachable.Select(c => nodes[c - '0'].Id)]);

    private static ClusterNode[] Nodes(int count) => [.. Enumerable.Range(0, count).Select(n =>
        new ClusterNode(new UniqueAddress(new Address("akka.tcp", "test", "10.0.0.1", 4000 + n), n + 1), MemberStatus.Up, ImmutableHashSet<string>.Empty))];
}
