using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-57")]
public class CatalogPresenceTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly WorkerNode One = new("one:1", Guid.NewGuid());
    private static readonly WorkerNode Two = new("two:2", Guid.NewGuid());
    private readonly CatalogPresence _presence = new();

    [Fact]
    public void Nodes_are_listed_by_address()
    {
        _presence.Heard(Two, ["a"], Noon);
        _presence.Heard(One, ["a", "b"], Noon);

        Assert.Equal([One, Two], ServedBy("a", Noon));
        Assert.Equal([One], ServedBy("b", Noon));
        Assert.Empty(ServedBy("c", Noon));
    }

    [Fact]
    public void A_node_serves_what_it_last_said()
    {
        _presence.Heard(One, ["a"], Noon);
        _presence.Heard(One, ["b"], Noon);

        Assert.Empty(ServedBy("a", Noon));
        Assert.Equal([One], ServedBy("b", Noon));
    }

    [Fact]
    public void A_node_that_is_silent_for_90_seconds_is_forgotten()
    {
        _presence.Heard(One, ["a"], Noon);
        _presence.Heard(Two, ["a"], Noon.AddSeconds(1));

        Assert.Equal([One, Two], ServedBy("a", Noon.AddSeconds(89)));
        Assert.Equal([Two], ServedBy("a", Noon.AddSeconds(90)));
        Assert.Empty(ServedBy("a", Noon.AddSeconds(91)));
    }

    [Fact]
    public void Another_incarnation_at_the_same_address_replaces_the_old_one()
    {
        var next = One with { Incarnation = Guid.NewGuid() };
        _presence.Heard(One, ["a", "b"], Noon);
        _presence.Heard(next, ["a"], Noon);

        Assert.Equal([next], ServedBy("a", Noon));
        Assert.Empty(ServedBy("b", Noon));
    }

    private List<WorkerNode> ServedBy(QueueName queue, DateTimeOffset now) => [.. _presence.ServedBy(queue, now)];
}
