using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

public sealed class QueueCatalogFaultTests : CatalogTestKit
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_failed_or_rejected_write_requests_are_answered_why_until_theJournal_works(bool rejected)
    {
        var catalog = Start();
        Put(catalog, Queue("a"));
        Journal.Writes.Hold();
        catalog.Tell(new CatalogRequest.Put(Id, Queue("b")), TestActor);
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        Await(() => Journal.Writes.Held == 1);
        if (rejected) Journal.Writes.Reject(reason: "the disk is full");
        else Journal.Writes.Fail(reason: "the disk is full");

        Journal.Writes.Release();

        ExpectUnavailable("the disk is full");
        ExpectUnavailable("the disk is full");
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        ExpectUnavailable("the disk is full");

        Time.Advance(RestartMin);
        Await(() => Assert.Equal(["a"], List(catalog).Queues.Select(q => q.Name.Value)));
        Put(catalog, Queue("b"));
        Assert.Equal([new CatalogChange.Stored(Queue("a")), new CatalogChange.Stored(Queue("b"))], Journal.Events(CatalogJournal.Id));
    }

    [Fact]
    public void Failed_recoveries_are_repeated_with_a_growing_delay()
    {
        Journal.Recoveries.Fail(times: 4, reason: "no connection");
        IActorRef catalog = ActorRefs.Nobody;
        ExpectRetryIn("00:00:00.2000000", () => catalog = Start());
        ExpectRetryIn("00:00:00.4000000", () => Time.Advance(RestartMin));
        ExpectRetryIn("00:00:00.8000000", () => Time.Advance(2 * RestartMin));
        ExpectRetryIn("00:00:01", () => Time.Advance(4 * RestartMin));
        Assert.Equal(4, Journal.Recoveries.Attempts);
        catalog.Tell(new CatalogRequest.Find(Id, "a"), TestActor);
        ExpectUnavailable("no connection");

        Time.Advance(TimeSpan.FromSeconds(1));

        Await(() => Assert.Null(List(catalog).Failure));
        Assert.Equal(5, Journal.Recoveries.Attempts);
    }

    [Fact]
    public void The_delay_is_short_again_when_theJournal_has_worked_for_a_while()
    {
        Journal.Recoveries.Fail(times: 2);
        IActorRef catalog = ActorRefs.Nobody;
        ExpectRetryIn("00:00:00.2000000", () => catalog = Start());
        ExpectRetryIn("00:00:00.4000000", () => Time.Advance(RestartMin));
        Time.Advance(2 * RestartMin);
        Await(() => Assert.Null(List(catalog).Failure));
        Time.Advance(TimeSpan.FromMinutes(1));
        Journal.Writes.Fail();

        ExpectRetryIn("00:00:00.2000000", () => Ask(catalog, new CatalogRequest.Put(Id, Queue("a"))));
    }

    [Fact]
    public void Requests_wait_for_the_first_recovery()
    {
        Journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);
        Await(() => Journal.Recoveries.Held == 1);

        Journal.Recoveries.Release();

        Assert.Null(ExpectMsg<CatalogAnswer>().Failure);
    }

    [Fact]
    public void Whoever_waits_for_a_recovery_that_takes_long_is_told()
    {
        Journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);
        Await(() => Journal.Recoveries.Held == 1);

        Time.Advance(TimeSpan.FromSeconds(5));

        ExpectUnavailable("not answered yet");
        Journal.Recoveries.Release();
        Await(() => Assert.Null(List(catalog).Failure));
    }

    [Fact]
    public void Whoever_waits_for_a_write_that_takes_long_is_told()
    {
        var catalog = Start();
        List(catalog);
        Journal.Writes.Hold();
        catalog.Tell(new CatalogRequest.Put(Id, Queue("a")), TestActor);
        Await(() => Journal.Writes.Held == 1);

        Time.Advance(TimeSpan.FromSeconds(5));

        ExpectUnavailable("Whether a change was made is unknown");
        Journal.Writes.Release();
        Await(() => Assert.Single(List(catalog).Queues));
    }

    [Fact]
    public void Whoever_waits_when_the_catalog_moves_hears_no_error_and_asks_again()
    {
        Journal.Recoveries.Hold();
        var catalog = Start();
        catalog.Tell(new CatalogRequest.List(1, null, 10, false), TestActor);
        AwaitReceived(catalog);
        Stop(catalog);
        Journal.Recoveries.Release();

        Start().Tell(new CatalogRequest.List(2, null, 10, false), TestActor);
        Assert.Equal(2, ExpectMsg<CatalogAnswer>().Id);
    }

    [Fact]
    public void AJournal_that_is_not_configured_is_an_answer()
    {
        var catalog = Start(new StoragePlugins("default", "gaffer-tests.no-such-journal", "akka.persistence.snapshot-store.inmem", false));

        Await(() => Assert.Equal(GafferError.Unavailable, List(catalog).Failure?.Error));
    }

    [Fact]
    public void A_fault_is_put_into_the_words_of_the_storage()
    {
        Journal.Recoveries.Fail();
        var catalog = Sys.ActorOf(QueueCatalog.CreateProps(Runtime(Storage), cause => new GafferFailure(GafferError.Incompatible, $"because of {cause.GetType().Name}")));
        catalog.Tell(new CatalogRequest.List(Id, null, 10, false), TestActor);

        ExpectFailure(GafferError.Incompatible, "because of IOException");
    }
}
