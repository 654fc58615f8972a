using CsCheck;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The slots of a node that the partitions of a queue share: never more jobs than slots, whatever is lost, late, repeated or restarted; and no slot lies idle while a job waits.</summary>
public class SlotWorldTests
{
    [Fact]
    public void Never_more_jobs_run_on_a_node_than_its_limit_says_and_none_waits_in_vain() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[2, 4], Gen.Int[1, 2], Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999]).Array[0, 400]).Sample((max, partitions, nodes, steps) =>
        {
            var world = new SlotWorld(max, partitions, nodes);
            foreach (var (what, which) in steps)
            {
                Step(world, what, which);
                Check(world, max);
            }

            ExpectNoneIdle(world, max);
        }, iter: 150);

    [Fact]
    public void As_long_as_no_supervisor_crashes_nothing_is_ordered_in_vain() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[2, 4], Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999]).Array[0, 400]).Sample((max, partitions, steps) =>
        {
            var world = new SlotWorld(max, partitions, 1);
            foreach (var (what, which) in steps.Where(s => s.Item1 is < 88 or > 90)) Step(world, what, which);
            world.Calm(rounds: 4);
            Assert.Equal(0, world.Refused);
        }, iter: 150);

    [Fact]
    public void The_limit_may_change_at_any_time() =>
        Gen.Select(Gen.Int[2, 4], Gen.Select(Gen.Int[0, 103], Gen.Int[0, 999]).Array[0, 300]).Sample((partitions, steps) =>
        {
            var world = new SlotWorld(2, partitions, 1);
            var most = 2;
            var max = WorkerLimit.Unlimited;
            foreach (var (what, which) in steps)
            {
                max = which % 8 == 7 ? WorkerLimit.Unlimited : 1 + (which % 8);
                if (what == 100) world.SetMax(max);
                else if (what > 100) world.Nodes[0].Own = what == 101 ? null : max;
                else Step(world, what, which);
                if (what >= 100) most = Math.Max(most, max.Value);
                Check(world, most);
            }

            world.Calm(rounds: 1);
            world.Nodes[0].Own = null;
            world.SetMax(3);
            world.Calm(rounds: 12);
            while (world.Running > 0) // what ran under another limit
            {
                foreach (var supervisor in world.Nodes[0].Supervisors) supervisor.End(0);
                if (world.Running < 3) break;
            }

            ExpectNoneIdle(world, 3);
        }, iter: 150);

    [Fact]
    public void A_queue_at_rest_has_its_slots_spread()
    {
        var world = new SlotWorld(6, 3, 1);
        world.Calm(2);
        var told = world.SlotMessages;
        world.Calm(3);
        Assert.Equal(told, world.SlotMessages);

        foreach (var partition in world.Partitions)
        {
            partition.Actor.Insert();
            partition.Actor.Insert();
            partition.Actor.Written();
            partition.Actor.Written();
        }

        for (var i = 0; i < 6; i++) world.DeliverJobs(0);
        Assert.Equal([2, 2, 2], world.Nodes[0].Supervisors.Select(s => s.Running.Count));
    }

    [Fact]
    public void A_partition_with_work_keeps_its_slots_without_a_word()
    {
        var world = new SlotWorld(4, 2, 1);
        for (var i = 0; i < 2; i++) world.Partitions[0].Actor.Insert();
        var told = 0;
        for (var i = 0; i < 50; i++)
        {
            if (i == 10) told = world.SlotMessages;
            world.Nodes[0].Supervisors[0].End(0);
            world.Partitions[0].Actor.Insert();
            world.Calm(1);
        }

        Assert.Equal(told, world.SlotMessages);
    }

    [Fact]
    public void Who_waits_gets_an_equal_part_as_jobs_end()
    {
        var world = new SlotWorld(6, 3, 1);
        Insert(world, 0);
        world.Calm(3);
        Assert.Equal([6, 0, 0], world.Nodes[0].Supervisors.Select(s => s.Running.Count));
        Insert(world, 1);
        Insert(world, 2);
        for (var round = 0; round < 20; round++)
        {
            world.Nodes[0].Supervisors[0].End(round);
            world.Calm(1);
            Check(world, 6);
        }

        Assert.Equal([2, 2, 2], world.Nodes[0].Supervisors.Select(s => s.Running.Count));
    }

    [Fact]
    public void One_slot_goes_round()
    {
        var world = new SlotWorld(1, 3, 1);
        for (var p = 0; p < 3; p++) Insert(world, p);
        var turns = new int[3];
        for (var round = 0; round < 60; round++)
        {
            world.Calm(1);
            for (var p = 0; p < 3; p++) turns[p] += world.Nodes[0].Supervisors[p].Running.Count;
            foreach (var supervisor in world.Nodes[0].Supervisors) supervisor.End(0);
            Check(world, 1);
        }

        Assert.All(turns, t => Assert.InRange(t, 12, 28));
    }

    [Fact]
    public void An_actor_whose_queue_is_elsewhere_gives_nothing_back()
    {
        var world = new SlotWorld(4, 2, 1);
        var old = world.Partitions[0].Actor;
        world.Calm(2);
        world.Partitions[0].Restart();
        world.Calm(2);
        Insert(world, 0);
        world.Calm(3);
        Assert.Equal(4, world.Running);

        var registration = new RegisterWorkers(world.Partitions[0].Id, world.Nodes[0].Id, null, [JobWorker.DefaultKind], [], 0);
        old.Hear(registration, world.Nodes[0].Supervisors[0]); // late: the supervisor takes the old one for the new one, and so does the node
        for (var i = 0; i < 20; i++) world.DeliverJobs(0);
        old.Tick();
        Insert(world, 1);
        world.Partitions[1].Actor.Written();
        for (var i = 0; i < 50; i++)
        {
            world.DeliverSlots(0, again: false);
            old.Written();
            world.Partitions[1].Actor.Written();
            world.DeliverJobs(0);
            Check(world, 4);
        }
    }

    [Fact]
    public void With_a_global_limit_too_never_more_run_than_both_say() => Storms.Sample(storm =>
    {
        var world = new SlotWorld(storm.Max, storm.Partitions, storm.Nodes, storm.GlobalMax);
        foreach (var (what, which) in storm.Steps)
        {
            StepOrLimiter(world, what, which);
            Check(world, storm.Max);
            CheckGlobal(world);
        }
    });

    [Fact]
    public void What_a_storm_left_drains_and_nothing_that_is_free_waits_for_a_timer() => Storms.Sample(storm =>
    {
        var world = new SlotWorld(storm.Max, storm.Partitions, storm.Nodes, storm.GlobalMax);
        foreach (var (what, which) in storm.Steps.Where(s => s.What is < 88 or > 90)) StepOrLimiter(world, what, which);
        Drain(world, storm.Max, most => most, mayWait: false);
    });

    // A job that a supervisor ran that crashed is ordered again when the next one registers. If its slot is another's meanwhile, it waits for that, with its permit.
    [Fact]
    public void What_a_storm_left_with_crashes_in_it_drains() => Storms.Sample(storm =>
    {
        var world = new SlotWorld(storm.Max, storm.Partitions, storm.Nodes, storm.GlobalMax);
        foreach (var (what, which) in storm.Steps) StepOrLimiter(world, what, which);
        Drain(world, storm.Max, _ => 1, mayWait: true);
    });

    private static Gen<Storm> Storms { get; } =
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 6], Gen.Int[2, 4], Gen.Int[1, 2], Gen.Select(Gen.Int[0, 104], Gen.Int[0, 999]).Array[0, 400], (max, globalMax, partitions, nodes, steps) => new Storm(max, globalMax, partitions, nodes, steps));

    private static void StepOrLimiter(SlotWorld world, int what, int which)
    {
        if (what < 100) Step(world, what, which);
        else if (what < 102) world.RestartLimiter();
        else world.RemindLimiter();
    }

    private static void Drain(SlotWorld world, int max, Func<int, int> least, bool mayWait)
    {
        world.Calm(rounds: 2);
        for (var round = 0; world.Jobs > 0; round++)
        {
            if (mayWait && world.Running < least(Most(world, max))) world.Calm(rounds: 1);
            Check(world, max);
            CheckGlobal(world);
            if (world.Running < least(Most(world, max)) || round > 1000) Assert.Fail($"max {max}, {world.GlobalMax} in all, {world.Jobs} jobs, round {round}: {world}");
            foreach (var supervisor in world.Nodes.SelectMany(n => n.Supervisors)) supervisor.EndAll();
            world.DeliverAll();
        }
    }

    private static void Insert(SlotWorld world, int partition)
    {
        for (var i = 0; i < 100; i++) world.Partitions[partition].Actor.Insert();
    }

    private static void Check(SlotWorld world, int max)
    {
        if (world.Nodes.Any(n => n.Running > max)) Assert.Fail($"more than {max}: {world}");
    }

    private static void ExpectNoneIdle(SlotWorld world, int max)
    {
        world.Calm(rounds: 12);
        Check(world, max);
        if (world.Running != Most(world, max)) Assert.Fail($"max {max}, {world.GlobalMax} in all, {world.Jobs} jobs: {world}");
    }

    private static int Most(SlotWorld world, int max) => Math.Min(Math.Min(max * world.Nodes.Length, world.GlobalMax.Value), world.Jobs);

    private static void CheckGlobal(SlotWorld world)
    {
        if (world.Running > world.GlobalMax.Value) Assert.Fail($"more than {world.GlobalMax} in all: {world}");
    }

    private static void Step(SlotWorld world, int what, int which)
    {
        var partition = world.Partitions[which % world.Partitions.Length];
        var node = world.Nodes[which % world.Nodes.Length];
        var supervisor = node.Supervisors[which % node.Supervisors.Length];
        switch (what)
        {
            case < 14: partition.Actor.Insert(); break;
            case < 22: supervisor.End(which); break;
            case < 40: partition.Actor.Written(); break;
            case < 58: world.DeliverJobs(which); break;
            case < 60: world.DeliverJobs(which, lost: true); break;
            case < 74: world.DeliverSlots(which, again: false); break;
            case < 78: world.DeliverSlots(which, again: true); break;
            case < 80: world.LoseSlots(which); break;
            case < 82: partition.Actor.Cancel(); break;
            case < 84: partition.Actors[which % partition.Actors.Count].Written(); break;
            case < 86: partition.Actors[which % partition.Actors.Count].Tick(); break;
            case < 88: partition.Restart(); break;
            case < 90: node.CrashSupervisor(which); break;
            case < 91: node.Crash(); break;
            case < 94: node.Remind(); break;
            case < 97: supervisor.Register(); break;
            case < 98: partition.Actor.Tick(); break;
            default: world.Pass(TimeSpan.FromMilliseconds(which)); break;
        }
    }

    private sealed record Storm(int Max, int GlobalMax, int Partitions, int Nodes, (int What, int Which)[] Steps)
    {
        public override string ToString() => $"{Max} on each of {Nodes} nodes, {GlobalMax} in all, {Partitions} partitions: {string.Join(" ", Steps)}";
    }
}
