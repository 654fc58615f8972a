using Xunit;

namespace Gaffer.Tests;

public class QueuePartitionTests
{
    [Fact]
    public void The_first_partition_has_the_name_of_the_queue()
    {
        QueuePartition first = new("emails", 0);
        Assert.Equal(("emails", true, "gaffer-queue-emails"), (first.Value, first.IsHead, QueueActor.PersistenceIdOf(first)));
        Assert.Equal(first, QueuePartition.Parse("emails"));
        Assert.Equal(first, (QueuePartition)"emails");
    }

    [Fact]
    public void The_others_have_their_index_behind_it()
    {
        QueuePartition fourth = new("emails", 3);
        Assert.Equal(("emails~3", false, "gaffer-queue-emails~3"), (fourth.Value, fourth.IsHead, QueueActor.PersistenceIdOf(fourth)));
        Assert.Equal(fourth, QueuePartition.Parse("emails~3"));
        Assert.Equal(("emails", 3), (QueuePartition.Parse("emails~3").Queue.Value, QueuePartition.Parse("emails~3").Index));
    }

    [Theory]
    [InlineData("")]
    [InlineData("~1")]
    [InlineData("emails~")]
    [InlineData("emails~0")]
    [InlineData("emails~03")]
    [InlineData("emails~-3")]
    [InlineData("emails~+3")]
    [InlineData("emails~x")]
    [InlineData("emails~1~2")]
    [InlineData("emails~99999999999")]
    [InlineData("no name~1")]
    public void Anything_else_is_refused(string text) => Assert.Throws<ArgumentException>(() => QueuePartition.Parse(text));

    [Fact]
    public void No_queue_has_the_name_of_a_partition_of_another() => Assert.False(QueueName.IsValid(new QueuePartition("emails", 1).Value));

    [Fact]
    public void They_sort_by_queue_and_index() =>
        Assert.Equal(["a", "b", "b~2", "b~10", "c"], new[] { "b~10", "c", "b~2", "a", "b" }.Select(QueuePartition.Parse).Order().Select(p => p.Value));

    [Fact]
    public void The_partitions_of_a_queue_are_in_different_shards()
    {
        foreach (var queue in (string[])["emails", "dead", "a", "orders:eu-west_1.high"])
        {
            Assert.Equal(QueueShards.Count, Enumerable.Range(0, QueueShards.Count).Select(n => QueueShards.Of(new QueuePartition(queue, n))).Distinct().Count());
        }
    }

    [Fact]
    public void A_message_finds_the_same_shard_as_the_entity_that_it_is_for()
    {
        var message = new PermitGrant(new QueuePartition("emails", 7), new PermitsHeld("api", 1, 1), 1);
        var shards = new QueueShards();
        Assert.Equal(("emails~7", "47", "47"), (shards.EntityId(message), shards.ShardId(message), shards.ShardId("emails~7", message)));
    }

    [Fact]
    public void What_goes_to_a_partition_is_read_as_it_was_written()
    {
        var partition = new QueuePartition("emails", 7);
        Assert.Equal(partition, ToDomain.Of(ToWire.Of(new QueueRests(partition))).Partition);
        Assert.Equal(partition, ToDomain.Of(ToWire.Of(new QueueCalls(partition, []))).Partition);
        Assert.Equal(partition, ToDomain.Of(ToWire.Of(new PermitReport(partition, new PermitsHeld("api", 1, 1), 0, 0))).Partition);
    }
}
