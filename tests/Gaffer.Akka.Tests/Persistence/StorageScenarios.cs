using Akka.Actor;
using Xunit;
using static Gaffer.Tests.StorageSystem;

namespace Gaffer.Tests;

/// <summary>What every storage does.</summary>
internal static class StorageScenarios
{
    /// <summary>A commit and a snapshot are there again, in another life of the actor and, where it is durable, of the process.</summary>
    public static async Task Keeps_commits_and_snapshots(Storage storage, bool survives)
    {
        QueueCommit second = new([new QueueChange.Paused(Samples.Noon, Guid.Empty)]);
        var system = new StorageSystem(storage);
        var keeper = system.Keeper("queue-a");
        await keeper.Ask<Kept>(Samples.Commit, Patience);
        await keeper.Ask<Kept>(second, Patience);
        await keeper.GracefulStop(Patience);
        await Recovers(Samples.Commit, second);

        keeper = system.Keeper("queue-a");
        await keeper.Ask<Kept>(Samples.Snapshot, Patience);
        await keeper.Ask<Kept>(second, Patience);
        await keeper.GracefulStop(Patience);
        await Recovers(Samples.Snapshot, second);
        Assert.Empty((await system.Recover("queue-A")).Messages);

        if (survives)
        {
            await system.DisposeAsync();
            system = new StorageSystem(storage);
            await Recovers(Samples.Snapshot, second);
        }

        await system.DisposeAsync();

        async Task Recovers(params IEnumerable<object> expected) =>
            Assert.Equal(Dump.Of(expected), Dump.Of((await system.Recover("queue-a")).Messages));
    }

    /// <summary>A queue that moves to another node and back keeps what it acknowledged after its return.</summary>
    public static async Task Keeps_all_of_a_queue_that_came_back(Storage storage, string overrides = "")
    {
        await using var nodeA = new StorageSystem(storage, overrides: overrides);
        await using var nodeB = new StorageSystem(storage, overrides: overrides);
        foreach (var node in (StorageSystem[])[nodeA, nodeB, nodeA, nodeB])
        {
            var keeper = node.Keeper("moving");
            await keeper.Ask<Kept>(Samples.Commit, Patience);
            await keeper.GracefulStop(Patience);
        }

        Assert.Equal(4, (await nodeA.Recover("moving")).Messages.Count);
    }

    /// <summary>Many queues write at once, and save snapshots meanwhile.</summary>
    public static async Task Many_queues_write_at_once(Storage storage)
    {
        await using var system = new StorageSystem(storage);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async n =>
        {
            var keeper = system.Keeper($"queue-{n}");
            for (var i = 0; i < 10; i++)
            {
                await keeper.Ask<Kept>(Samples.Commit, Patience);
                if (i == 5) await keeper.Ask<Kept>(Samples.Snapshot, Patience);
            }

            await keeper.GracefulStop(Patience);
        }));
        for (var n = 0; n < 24; n += 23)
        {
            Assert.Equal(5, (await system.Recover($"queue-{n}")).Messages.Count);
        }
    }
}
