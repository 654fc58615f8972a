using Xunit;

namespace Gaffer.Tests;

public sealed class QueueCatalogTests : CatalogTestKit
{
    [Fact, Trait("spec", "S-56")]
    public void A_queue_is_put_found_listed_and_removed()
    {
        var catalog = Start();
        var options = Queue("emails") with { MaxWorkers = 3 };

        var expected = new QueueSummary("emails", "default", options, []);
        Assert.Equal(expected.Options, Put(catalog, options).Options);
        Assert.Equal(expected.Options, Assert.Single(Ask(catalog, new CatalogRequest.Find(Id, "emails")).Queues).Options);
        Assert.Equal("emails", Assert.Single(List(catalog).Queues).Name);
        Assert.Empty(Ask(catalog, new CatalogRequest.Find(Id, "other")).Queues);

        Assert.Null(Ask(catalog, new CatalogRequest.Remove(Id, "emails")).Failure);
        Assert.Empty(List(catalog).Queues);
    }

    [Fact]
    public void Entries_survive_a_restart()
    {
        var catalog = Start();
        Put(catalog, Queue("dead"));
        Put(catalog, Queue("a") with { OnFailed = "dead" });
        Put(catalog, Queue("gone"));
        Ask(catalog, new CatalogRequest.Remove(Id, "gone"));
        Stop(catalog);

        var queues = List(Start()).Queues;

        Assert.Equal(["a", "dead"], queues.Select(q => q.Name.Value));
        Assert.Equal(Queue("a") with { OnFailed = "dead" }, queues[0].Options);
    }

    [Fact]
    public void Repetitions_are_answered_the_same_and_write_nothing()
    {
        var catalog = Start();
        Put(catalog, Queue("a"));
        Assert.Equal(Queue("a"), Put(catalog, Queue("a")).Options);
        Ask(catalog, new CatalogRequest.Remove(Id, "a"));
        Assert.Null(Ask(catalog, new CatalogRequest.Remove(Id, "a")).Failure);

        Assert.Equal(2, Journal.Writes.Attempts);
    }

    [Fact, Trait("spec", "S-144")]
    public void A_refusal_is_answered_and_writes_nothing()
    {
        var catalog = Start();

        Assert.Equal(GafferError.ForwardTargetNotFound, Ask(catalog, new CatalogRequest.Put(Id, Queue("a") with { OnFailed = "dead" })).Failure!.Error);
        Assert.Equal(GafferError.UnknownStorage, Ask(catalog, new CatalogRequest.Put(Id, Queue("a") with { Storage = "moon" })).Failure!.Error);
        Assert.Equal(GafferError.InvalidRequest, Ask(catalog, new CatalogRequest.List(Id, null, 0, false)).Failure!.Error);
        Assert.Equal(0, Journal.Writes.Attempts);
    }

    [Fact]
    public void Nothing_is_answered_before_it_is_durable()
    {
        var catalog = Start();
        List(catalog);
        Journal.Writes.Hold();
        var put = Id;
        var find = Id;
        catalog.Tell(new CatalogRequest.Put(put, Queue("a")), TestActor);
        catalog.Tell(new CatalogRequest.Find(find, "a"), TestActor);
        Await(() => Journal.Writes.Held == 1);
        AwaitReceived(catalog);

        Journal.Writes.Release();

        Assert.Equal(put, ExpectMsg<CatalogAnswer>().Id);
        var found = ExpectMsg<CatalogAnswer>();
        Assert.Equal(find, found.Id);
        Assert.Single(found.Queues);
    }

    [Fact]
    public void Lists_are_paged_by_name()
    {
        var catalog = Start();
        foreach (var name in new[] { "c", "a", "b" }) Put(catalog, Queue(name));

        var first = Ask(catalog, new CatalogRequest.List(Id, null, 2, false));
        var second = Ask(catalog, new CatalogRequest.List(Id, first.Queues[^1].Name, 2, false));

        Assert.Equal(["a", "b"], first.Queues.Select(q => q.Name.Value));
        Assert.True(first.HasMore);
        Assert.Equal(["c"], second.Queues.Select(q => q.Name.Value));
        Assert.False(second.HasMore);
    }

    [Fact, Trait("spec", "S-57")]
    public void Queues_that_no_node_serves_are_orphaned()
    {
        var catalog = Start();
        foreach (var name in new[] { "a", "b", "c" }) Put(catalog, Queue(name));
        var node = new WorkerNode("n:1", Guid.NewGuid());
        Assert.Null(Ask(catalog, new CatalogRequest.Serve(Id, node, ["b"])).Failure);

        Assert.Equal(["a", "c"], Orphans());
        Assert.Equal(node, Assert.Single(Assert.Single(Ask(catalog, new CatalogRequest.Find(Id, "b")).Queues).ServedBy));
        Assert.True(Ask(catalog, new CatalogRequest.List(Id, null, 1, true)).HasMore);

        Time.Advance(CatalogPresence.Lifetime);
        Assert.Equal(["a", "b", "c"], Orphans());

        IEnumerable<string> Orphans() => Ask(catalog, new CatalogRequest.List(Id, null, 10, true)).Queues.Select(q => q.Name.Value);
    }

    [Fact]
    public void A_page_ends_early_where_it_would_be_too_large_for_a_message()
    {
        var catalog = Start();
        QueueName[] names = [.. Enumerable.Range(10, 20).Select(n => new QueueName($"queue-{n}"))];
        foreach (var name in names) Put(catalog, Queue(name.Value));
        for (var n = 0; n < 400; n++) Ask(catalog, new CatalogRequest.Serve(Id, new WorkerNode($"{new string('n', 600)}:{n}", Guid.NewGuid()), [.. names]));

        var first = Ask(catalog, new CatalogRequest.List(Id, null, 200, false));
        var second = Ask(catalog, new CatalogRequest.List(Id, first.Queues[^1].Name, 200, false));

        Assert.True(first.HasMore);
        Assert.InRange(first.Queues.Length, 10, 19);
        Assert.Equal(names, first.Queues.Concat(second.Queues).Select(q => q.Name));
        Assert.False(second.HasMore);
    }

    [Fact, Trait("spec", "S-57")]
    public void A_node_that_ends_serves_nothing()
    {
        var catalog = Start();
        Put(catalog, Queue("a"));
        var host = CreateTestProbe();
        catalog.Tell(new CatalogRequest.Serve(Id, new WorkerNode("n:1", Guid.NewGuid()), ["a"]), host);
        host.ExpectMsg<CatalogAnswer>();
        Assert.False(Assert.Single(List(catalog).Queues).IsOrphaned);

        Sys.Stop(host);

        Await(() => Assert.True(Assert.Single(List(catalog).Queues).IsOrphaned));
    }

    [Fact]
    public void A_snapshot_replaces_the_changes_it_covers()
    {
        var catalog = Start();
        for (var i = 0; i < CatalogJournal.SnapshotEvery; i++) catalog.Tell(new CatalogRequest.Put(Id, Queue("a") with { Priority = i }), TestActor);
        ReceiveN(CatalogJournal.SnapshotEvery, TimeSpan.FromMinutes(1));
        Await(() => Assert.Empty(Journal.Events(CatalogJournal.Id)));
        Put(catalog, Queue("b"));
        Stop(catalog);

        catalog = Start();

        Assert.Equal([CatalogJournal.SnapshotEvery - 1, 0], List(catalog).Queues.Select(q => q.Options.Priority));
        Put(catalog, Queue("c"));
        Assert.Equal(2, Journal.Events(CatalogJournal.Id).Count);
    }
}
