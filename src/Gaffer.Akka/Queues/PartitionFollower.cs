using Akka.Actor;

namespace Gaffer;

/// <summary>The side of a partition that is not the first: is what the head says, durably, and says so. One that knows its queue works without asking anybody, so a head that is down stops no other partition.</summary>
internal sealed class PartitionFollower(QueuePartition partition, QueueState state, CommitBatchWriter commit, GafferRuntime runtime, StoragePlugins storage, IActorRef self, QueueLog log, Action erase, Action vacate)
{
    private bool _hasHeard;
    private long _gaveUp;

    /// <summary>The actor has started. The head may have tried to tell it something meanwhile, or sleep.</summary>
    public void Ask()
    {
        if (_hasHeard) return;
        if (runtime.Contact.IsCurrent) runtime.QueueRegion.Tell(new AskHead(partition.Queue, partition.Index, state.Revision), self);
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Tick.Instance);
    }

    /// <summary>The head says what the queue is.</summary>
    public void Handle(FollowHead order, IActorRef head, DateTimeOffset now)
    {
        if (order.Storage != storage.Name && order.Storage != AskHead.AnyStorage) return; // of another queue of this name; that one here is about to leave
        _hasHeard = true;
        if (order.Revision > state.Revision)
        {
            if (order.Head is null && order.OnlyIfEmpty && state.Count + state.Forwards.Count is > 0 and var left)
            {
                head.Tell(new Following(partition.Index, order.Revision, left, Refused: true), self);
                return;
            }

            if (!Fits(order)) return;
            Take(order, now);
        }
        else if (state.Options is null)
        {
            commit.Batch.WhenDurable += vacate; // it knows already that there is no queue
        }

        var following = new Following(partition.Index, state.Revision, _gaveUp);
        commit.Batch.WhenDurable += () => head.Tell(following, self);
    }

    private void Take(FollowHead order, DateTimeOffset now)
    {
        if (order.Head is null && state.Options is not null)
        {
            _gaveUp = state.Count;
            commit.EndAll(now);
        }

        commit.Do(new QueueChange.Followed(now, order.Revision, order.Head));
        if (order.Head is null) commit.Batch.WhenDurable += erase;
    }

    // How many partitions there are says where each job is. It never changes in the life of a queue, and no queue begins before all partitions of an earlier one have given that up.
    private bool Fits(FollowHead order)
    {
        if (order.Head is not { Options.Partitions: var partitions } || (partitions > partition.Index && (state.Options is null || state.Options.Partitions == partitions))) return true;
        log.PartitionsContradicted(partition.Queue, partition, state.Options?.Partitions, partitions);
        return false;
    }

    /// <summary>Time to ask again.</summary>
    public sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
