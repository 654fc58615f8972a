namespace Gaffer;

/// <summary>How a partition of a queue goes with the others: the first leads, the others follow.</summary>
internal sealed partial class QueueActor
{
    private void MeetOthers()
    {
        if (_partition.IsHead) _head.Start();
        else _follower.Ask();
    }

    private bool HandlePartitions(object message)
    {
        switch (message)
        {
            case FollowHead order when !_partition.IsHead:
                _commit.CloseIfFull();
                _follower.Handle(order, Sender, Now);
                return true;
            case Following following when _partition.IsHead:
                _head.Handle(following, Now);
                return true;
            case AskHead ask when _partition.IsHead:
                _head.Handle(ask, Sender);
                return true;
            case LimitAnswer answer:
                _head.Handle(answer, Now);
                return true;
            case PartitionHead.Tick:
                _head.Repeat();
                return true;
            case PartitionFollower.Tick:
                _follower.Ask();
                return true;
            default:
                return false;
        }
    }
}
