using System.Globalization;
using System.Text;
using Akka.Cluster.Sharding;

namespace Gaffer;

/// <summary>Which shard a partition of a queue is in: the same on every node, in every release, or two nodes would each run it.</summary>
internal sealed class QueueShards : IMessageExtractor
{
    /// <summary>Never to be changed while a cluster runs.</summary>
    public const int Count = 100;

    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(n => n.ToString(CultureInfo.InvariantCulture))];

    public string? EntityId(object message) => (message as IQueueMessage)?.Partition.Value;

    public object? EntityMessage(object message) => message;

    public string? ShardId(object message) => message is IQueueMessage { Partition: var partition } ? Names[Of(partition)] : null;

    public string ShardId(string entityId, object? messageHint = null) => Names[Of(QueuePartition.Parse(entityId))];

    /// <summary>FNV-1a over the UTF-8 bytes of the queue's name, and the partitions of a queue in shards one behind the other: so no two of them move together.</summary>
    public static int Of(QueuePartition partition)
    {
        var hash = 2166136261u;
        foreach (var octet in Encoding.UTF8.GetBytes(partition.Queue.Value)) hash = unchecked((hash ^ octet) * 16777619u);
        return (int)((hash + (uint)partition.Index) % Count);
    }
}

/// <summary>The catalog is one entity in one shard.</summary>
internal sealed class CatalogShards : IMessageExtractor
{
    public const string Entity = "catalog";

    private const string Shard = "0";

    public string? EntityId(object message) => message is CatalogRequest ? Entity : null;

    public object? EntityMessage(object message) => message;

    public string? ShardId(object message) => message is CatalogRequest ? Shard : null;

    public string ShardId(string entityId, object? messageHint = null) => Shard;
}
