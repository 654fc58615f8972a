using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The limit of all nodes together, of a queue whose partitions do not know what the others run.</summary>
public class PartitionLimitTests : PartitionsTestKit
{
    private const string Own = "~emails";

    [Fact]
    public void A_limit_is_answered_when_the_limiter_has_it()
    {
        Start(Options);
        var update = Tell(new UpdateQueue(Options with { GlobalMaxWorkers = 3 }, null));
        var first = Limiter.ExpectMsg<LimitRequest.Ensure>(Patience);
        Assert.Equal((Own, 3), (first.Name, first.Max));
        SettleAll();
        Assert.False(Client.HasMessages);

        Time.Advance(Retry);
        Assert.Equal(first, Limiter.ExpectMsg<LimitRequest.Ensure>(Patience));
        Limiter.Reply(new LimitAnswer(first.Id, []));
        Assert.Equal(3, Answer<QueueDescription>(update).Options.GlobalMaxWorkers.Value);

        var again = Tell(new UpdateQueue(Options with { GlobalMaxWorkers = 2 }, null));
        var second = Limiter.ExpectMsg<LimitRequest.Ensure>(Patience);
        Assert.True(second.Revision > first.Revision);
        Limiter.Reply(new LimitAnswer(second.Id, []));
        Answer<QueueDescription>(again);
        Answer<QueueDescription>(Tell(new UpdateQueue(Options, null))); // without a limit there is nothing to tell
    }

    [Fact]
    public void A_head_that_starts_tells_the_limiter_with_a_newer_revision()
    {
        Start(Options);
        var update = Tell(new UpdateQueue(Options with { GlobalMaxWorkers = 3 }, null));
        var first = Limiter.ExpectMsg<LimitRequest.Ensure>(Patience);
        Limiter.Reply(new LimitAnswer(first.Id, []));
        Answer<QueueDescription>(update);

        Crash(0);
        Settle(QueueOf(0));
        var second = Limiter.ExpectMsg<LimitRequest.Ensure>(Patience);
        Assert.Equal((Own, 3, true), (second.Name, second.Max, second.Revision > first.Revision));
    }

    [Fact]
    public void A_partition_holds_no_slots_any_more_when_the_node_has_lent_them_to_others()
    {
        Start(Options);
        var workers = Serve(At(1), Node("a:1"));
        Await(() => workers.IsIdle && workers.Held.LastOrDefault() is { Version: 1 });
        Assert.Equal(100, workers.Held[^1].Count);
        var known = workers.Held.Count;

        workers.RegisterAnew();
        Await(() => workers.IsIdle && workers.Held.Skip(known).Any(h => (h.Count, h.Version) == (0, 0)));
    }

    [Fact]
    public void Each_partition_holds_permits_of_its_own()
    {
        Start(Options);
        var workers = Serve(At(1), Node("a:1"));
        var update = Tell(new UpdateQueue(Options with { GlobalMaxWorkers = 1 }, null));
        Limiter.Reply(new LimitAnswer(Limiter.ExpectMsg<LimitRequest.Ensure>(Patience).Id, []));
        Answer<QueueDescription>(update);

        Ask<InsertResult>(At(1), JobIn(1));
        Assert.True(workers.IsIdle);
        var report = Limiter.FishForMessage<PermitReport>(r => r.Wanted > 0, Patience);
        Assert.Equal((At(1), Own, 0, 1), (report.Partition, report.Held.Limit, report.Held.Count, report.Wanted));
        TellRegion(new PermitGrant(At(1), report.Held with { Count = 1, Version = report.Held.Version + 1 }, 1), Limiter.Ref);
        workers.Job();
    }
}
