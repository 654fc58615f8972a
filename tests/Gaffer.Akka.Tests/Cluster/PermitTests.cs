using CsCheck;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Limits that queues share: never more jobs than permits, whatever is lost, late, repeated or restarted; and no permit lies idle while a queue waits.</summary>
public class PermitTests
{
    [Fact]
    public void Never_more_jobs_run_than_the_limit_says_and_none_waits_in_vain() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[2, 4], Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999]).Array[0, 400]).Sample((max, queues, steps) =>
        {
            var world = new PermitWorld(max, queues);
            foreach (var (what, which) in steps)
            {
                Step(world, what, which);
                world.CheckSafety(max);
            }

            world.Calm(rounds: 12);
            world.CheckSafety(max);
            var wanted = world.Queues.Sum(q => q.Ready + q.Executing);
            if (Math.Min(max, wanted) != world.Queues.Sum(q => q.Executing)) Assert.Fail(world.ToString());
            Assert.Equal(Math.Min(max, wanted), world.Queues.Sum(q => q.Executing));
        });

    [Fact]
    public void Who_waits_gets_an_equal_part_as_jobs_end()
    {
        var world = new PermitWorld(max: 6, queues: 3);
        for (var i = 0; i < 100; i++) world.Queues[0].Insert();
        world.Calm(3);
        Assert.Equal([6, 0, 0], world.Queues.Select(q => q.Executing));

        foreach (var queue in world.Queues.Skip(1))
        {
            for (var i = 0; i < 100; i++) queue.Insert();
        }

        for (var round = 0; round < 20; round++)
        {
            world.Queues[0].End(round);
            world.Calm(1);
            world.CheckSafety(6);
        }

        Assert.Equal([2, 2, 2], world.Queues.Select(q => q.Executing));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void A_permit_that_falls_idle_goes_to_who_waits_at_once(int max)
    {
        var world = new PermitWorld(max, queues: 2);
        for (var i = 0; i < max; i++) world.Queues[0].Insert();
        world.Calm(2);
        for (var i = 0; i < max; i++) world.Queues[1].Insert();
        world.DeliverAll();
        for (var ended = 1; ended <= max; ended++)
        {
            world.Queues[0].End(0);
            world.DeliverAll(); // no timer rings
            Assert.Equal((max - ended, ended), (world.Queues[0].Executing, world.Queues[1].Executing));
        }
    }

    [Fact]
    public void Who_was_lent_permits_while_nobody_waited_hears_when_somebody_does()
    {
        var ledger = new PermitLedger();
        ledger.Set(PermitWorld.Limit, 2, Given.Noon);
        ledger.Hear(Report("a", 0, 0, wanted: 1), Given.Noon);
        ledger.Hear(Report("b", 0, 0, wanted: 1), Given.Noon);
        ledger.Hear(Report("a", 1, 1, wanted: 0, inUse: 1), Given.Noon);

        var decision = ledger.Hear(Report("b", 1, 1, wanted: 3, inUse: 1), Given.Noon); // more jobs came while its permit was on its way

        Assert.Contains(new PermitGrant("a", new PermitsHeld(PermitWorld.Limit, 1, 1), 1, IsAwaited: true), decision.Grants);

        static PermitReport Report(string queue, int count, long version, int wanted, int inUse = 0) => new(queue, new PermitsHeld(PermitWorld.Limit, count, version), inUse, wanted);
    }

    [Fact]
    public void Nobody_hears_of_idle_permits_that_nobody_waits_for()
    {
        var world = new PermitWorld(max: 1, queues: 2);
        foreach (var queue in world.Queues) // each has waited for the other
        {
            queue.Insert();
            world.DeliverAll();
        }

        foreach (var queue in world.Queues)
        {
            queue.End(0);
            world.Calm(2);
        }

        for (var i = 0; i < 10; i++)
        {
            world.Queues[1].Insert();
            world.Queues[1].End(0);
        }

        Assert.InRange(world.Messages, 0, 1);
    }

    [Fact]
    public void One_permit_goes_round()
    {
        var world = new PermitWorld(max: 1, queues: 3);
        foreach (var queue in world.Queues)
        {
            for (var i = 0; i < 30; i++) queue.Insert();
        }

        var turns = new int[3];
        for (var round = 0; round < 60; round++)
        {
            world.Calm(1);
            for (var q = 0; q < 3; q++) turns[q] += world.Queues[q].Executing;
            foreach (var queue in world.Queues) queue.End(0);
            world.CheckSafety(1);
        }

        Assert.All(turns, t => Assert.InRange(t, 12, 28));
    }

    [Fact]
    public void A_lower_maximum_counts_as_jobs_end()
    {
        var world = new PermitWorld(max: 6, queues: 2);
        foreach (var queue in world.Queues)
        {
            for (var i = 0; i < 100; i++) queue.Insert();
        }

        world.Calm(8);
        Assert.Equal(6, world.Queues.Sum(q => q.Executing));
        world.SetMax(2);
        for (var round = 0; round < 10; round++)
        {
            world.Calm(2);
            foreach (var queue in world.Queues) queue.End(0);
        }

        world.Calm(4);
        world.CheckSafety(2);
        Assert.Equal(2, world.Queues.Sum(q => q.Executing));
        world.SetMax(0);
        foreach (var queue in world.Queues) queue.End(0);
        world.Calm(4);
        foreach (var queue in world.Queues) queue.End(0);
        world.Calm(4);
        Assert.Equal(0, world.Queues.Sum(q => q.Executing));
    }

    [Fact]
    public void A_limiter_that_lost_its_journal_learns_what_is_held()
    {
        var ledger = new PermitLedger();
        ledger.Set(PermitWorld.Limit, 5, Given.Noon);
        ledger.Hear(new PermitReport("a", new PermitsHeld(PermitWorld.Limit, 4, 9), 4, 0), Given.Noon);

        var decision = ledger.Hear(new PermitReport("b", new PermitsHeld(PermitWorld.Limit, 0, 0), 0, 5), Given.Noon);

        Assert.Equal([new PermitGrant("b", new PermitsHeld(PermitWorld.Limit, 1, 1), 2, IsAwaited: true), new PermitGrant("a", new PermitsHeld(PermitWorld.Limit, 4, 9), 3, IsAwaited: true)], decision.Grants.OrderByDescending(g => g.Partition));
    }

    [Fact]
    public void An_older_revision_of_a_maximum_changes_nothing()
    {
        var ledger = new PermitLedger();
        ledger.Set("~emails", 5, Given.Noon, revision: 8);

        Assert.Empty(ledger.Set("~emails", 9, Given.Noon, revision: 7).Changes);
        Assert.Empty(ledger.Set("~emails", 5, Given.Noon, revision: 8).Changes);

        var recovered = new PermitLedger();
        foreach (var change in ledger.ToChanges()) recovered.Apply(change);
        Assert.Empty(recovered.Set("~emails", 9, Given.Noon, revision: 7).Changes);
        Assert.Equal([new LimitChange.Set("~emails", 6, 9)], recovered.Set("~emails", 6, Given.Noon, revision: 9).Changes);
    }

    [Fact]
    public void A_summary_adds_up_the_partitions_of_a_queue_and_leaves_out_the_limits_of_its_own()
    {
        var ledger = new PermitLedger();
        ledger.Set("mail", 5, Given.Noon);
        ledger.Set("~emails", 5, Given.Noon, revision: 1);
        foreach (var limit in new[] { "mail", "~emails" })
        {
            ledger.Hear(new PermitReport("emails", new PermitsHeld(limit, 0, 0), 0, 2), Given.Noon);
            ledger.Hear(new PermitReport(new QueuePartition("emails", 3), new PermitsHeld(limit, 0, 0), 0, 1), Given.Noon);
        }

        var summary = Assert.Single(ledger.Summaries());
        Assert.Equal("mail", summary.Name);
        Assert.Equal([new LimitShare("emails", 3)], summary.Queues.AsEnumerable());
    }

    private static void Step(PermitWorld world, int what, int which)
    {
        var queue = world.Queues[which % world.Queues.Length];
        switch (what)
        {
            case < 25: queue.Insert(); break;
            case < 45: queue.End(which); break;
            case < 75: world.Deliver(which, again: false); break;
            case < 80: world.Deliver(which, again: true); break;
            case < 85: world.Lose(which); break;
            case < 90: queue.Restart(); break;
            case < 92: world.RestartLimiter(); break;
            case < 95: world.RemindLimiter(); break;
            case < 98: queue.Tick(); break;
            default: world.Pass(TimeSpan.FromMilliseconds(which)); break;
        }
    }
}
