using Xunit;

namespace Gaffer.Tests;

public class QueueShardsTests
{
    [Theory]
    [InlineData("emails", 40)]
    [InlineData("dead", 71)]
    [InlineData("a", 20)]
    [InlineData("orders:eu-west_1.high", 86)]
    public void A_queue_is_in_the_same_shard_for_ever(string queue, int shard)
    {
        Assert.Equal(shard, QueueShards.Of(queue));
        Assert.Equal(shard.ToString(System.Globalization.CultureInfo.InvariantCulture), new QueueShards().ShardId(queue));
    }

    [Fact]
    public void A_message_goes_to_the_queue_that_it_names()
    {
        var message = new QueueCalls("emails", []);
        Assert.Equal(("emails", "40"), (new QueueShards().EntityId(message), new QueueShards().ShardId("emails", message)));
        Assert.Same(message, new QueueShards().EntityMessage(message));
        Assert.Null(new QueueShards().EntityId("something else"));
    }

    [Fact]
    public void Queues_spread_over_all_shards()
    {
        var used = Enumerable.Range(0, 2_000).GroupBy(n => QueueShards.Of($"queue-{n}")).ToArray();
        Assert.Equal(QueueShards.Count, used.Length);
        Assert.All(used, shard => Assert.InRange(shard.Count(), 5, 45));
    }

    [Fact]
    public void The_catalog_is_one_entity()
    {
        var shards = new CatalogShards();
        var find = new CatalogRequest.Find(1, "emails");
        Assert.Equal((CatalogShards.Entity, "0"), (shards.EntityId(find), shards.ShardId(CatalogShards.Entity)));
        Assert.Null(shards.EntityId(new QueueCalls("emails", [])));
    }
}
