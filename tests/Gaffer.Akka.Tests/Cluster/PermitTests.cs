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

        Assert.Equal([new PermitGrant("b", new PermitsHeld(PermitWorld.Limit, 1, 1), 2), new PermitGrant("a", new PermitsHeld(PermitWorld.Limit, 4, 9), 3)], decision.Grants.OrderByDescending(g => g.Partition));
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
