using Akka.Actor;
using Akka.Event;
using Gaffer.Tests.Spec;
using Xunit;
using static Gaffer.Tests.StorageSystem;

namespace Gaffer.Tests;

/// <summary>Two that write one journal: as it happens when a queue moves while it writes, or a network splits.</summary>
public sealed class TwoWritersTests
{
    [PostgresFact]
    public Task Of_two_that_write_at_one_place_one_is_refused_by_Postgres() => OneIsRefusedAsync(Storage.Postgres(PostgresServer.Shared.NewDatabase()));

    [Fact]
    public async Task Of_two_that_write_at_one_place_one_is_refused_by_Sqlite()
    {
        using var file = new OwnFile();
        await OneIsRefusedAsync(Storage.Sqlite(file.Path));
    }

    [Fact]
    public async Task A_queue_that_was_overtaken_goes_on_and_its_callers_do_not_notice()
    {
        using var file = new OwnFile();
        await using var node = await OwnNode.StartAsync(g => g.UseSqlite(file.Path).AddQueue("jobs"));
        await node.Gaffer.PauseAsync("jobs").Soon();
        file.Execute("""
            INSERT INTO gaffer_journal (persistence_id, sequence_number, created, deleted, message, manifest, identifier, writer_uuid)
            SELECT persistence_id, sequence_number + 1, created, deleted, message, manifest, identifier, 'another'
            FROM gaffer_journal WHERE persistence_id = 'gaffer-queue-jobs' ORDER BY sequence_number DESC LIMIT 1
            """);

        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(n => node.Gaffer.InsertAsync("jobs", n))).Soon();

        Assert.All(jobs, r => Assert.False(r.IsDuplicate));
        Assert.Equal(50, (await node.Gaffer.GetInfoAsync("jobs").Soon()).Available.Count);
    }

    [PostgresFact]
    public async Task Nodes_that_make_the_tables_at_one_moment_do_not_get_in_each_others_way()
    {
        for (var round = 0; round < 10; round++)
        {
            var storage = Storage.Postgres(PostgresServer.Shared.NewDatabase());
            var systems = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
            {
                Assert.Null(await storage.ProbeAsync());
                return new StorageSystem(storage);
            })));
            var errors = systems.Select(s => Inbox.Create(s.System)).ToList();
            foreach (var (system, inbox) in systems.Zip(errors)) system.System.EventStream.Subscribe(inbox.Receiver, typeof(Error));

            var all = await Task.WhenAll(systems.Select((s, n) => s.Recover($"keeper-{n}")));

            Assert.All(all, r => Assert.Null(r.Failure));
            foreach (var (system, inbox) in systems.Zip(errors))
            {
                inbox.Receiver.Tell("done");
                var first = await inbox.ReceiveAsync(StorageSystem.Patience);
                Assert.True(first is "done", first is Error error ? $"{error.Message} {error.Cause}" : $"{first}");
                await system.DisposeAsync();
            }
        }
    }

    private static async Task OneIsRefusedAsync(Storage storage)
    {
        using var held = storage.Open();
        await using var a = new StorageSystem(storage);
        await using var b = new StorageSystem(storage);
        for (var round = 0; round < 10; round++)
        {
            var id = $"round-{round}";
            var (one, two) = (a.Keeper(id), b.Keeper(id));
            await Task.WhenAll(one.Ask<Recovered>(new Recall(), StorageSystem.Patience), two.Ask<Recovered>(new Recall(), StorageSystem.Patience));

            var writes = new[] { one.Ask(Samples.Commit, StorageSystem.Patience), two.Ask(Samples.Commit, StorageSystem.Patience) };
            await Task.WhenAll(writes.Select(async w => await Task.WhenAny(w)));

            var refused = Assert.Single(writes.Select(w => w.IsFaulted ? w.Exception! : (w.Result as Status.Failure)?.Cause), e => e is not null)!;
            Assert.True(StorageFault.IsOvertaken(refused), refused.ToString());
            Assert.Single((await a.Recover(id)).Messages);
        }
    }
}
