using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The limiter on a journal that fails when told to.</summary>
public class GlobalLimiterTests : CatalogTestKit
{
    private const string Mail = "mail";
    private readonly TestProbe _region;

    public GlobalLimiterTests() => _region = CreateTestProbe("region");

    [Fact]
    public void A_grant_is_told_when_it_is_durable_and_not_before()
    {
        var limiter = StartLimiter();
        Ensure(limiter, 3);
        Journal.Writes.Hold();
        limiter.Tell(Wants("a", 2));
        Await(() => Journal.Writes.Held == 1);
        Assert.False(_region.HasMessages);

        Journal.Writes.Release();

        Assert.Equal(new PermitGrant("a", new PermitsHeld(Mail, 2, 1), 2), _region.ExpectMsg<PermitGrant>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_grant_that_could_not_be_written_was_never_made(bool rejected)
    {
        var limiter = StartLimiter();
        Ensure(limiter, 3);
        if (rejected) Journal.Writes.Reject();
        else Journal.Writes.Fail();

        EventFilter.Error(contains: "it starts again from what is durable").ExpectOne(() => limiter.Tell(Wants("a", 3)));
        Await(() =>
        {
            limiter.Tell(Wants("b", 3)); // asks again, as a queue does
            return _region.HasMessages;
        });

        Assert.Equal(new PermitGrant("b", new PermitsHeld(Mail, 3, 1), 3), _region.ExpectMsg<PermitGrant>());
    }

    [Fact]
    public void What_was_lent_outlives_the_limiter()
    {
        var limiter = StartLimiter();
        Ensure(limiter, 3);
        limiter.Tell(Wants("a", 3));
        _region.ExpectMsg<PermitGrant>();
        Stop(limiter);

        limiter = StartLimiter();
        limiter.Tell(Wants("b", 2));
        Assert.Equal(new PermitGrant("a", new PermitsHeld(Mail, 3, 1), 2, IsAwaited: true), _region.ExpectMsg<PermitGrant>());
        limiter.Tell(new PermitReport("a", new PermitsHeld(Mail, 1, 1), 1, 0));

        Assert.Equal(new PermitGrant("b", new PermitsHeld(Mail, 2, 1), 2), _region.ExpectMsg<PermitGrant>());
        Assert.Equal([new LimitShare("a", 1), new LimitShare("b", 2)], List(limiter, 1).Limits.Single().Queues.AsEnumerable());
    }

    [Fact]
    public void It_asks_again_for_what_others_wait_for()
    {
        var limiter = StartLimiter();
        Ensure(limiter, 1);
        limiter.Tell(Wants("a", 1));
        _region.ExpectMsg<PermitGrant>();
        limiter.Tell(new PermitReport("a", new PermitsHeld(Mail, 1, 1), 0, 0));
        limiter.Tell(Wants("b", 1));
        _region.ExpectMsg<PermitGrant>(g => g.Share == 0); // gets lost

        List(limiter, 1);
        Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(new PermitGrant("a", new PermitsHeld(Mail, 1, 1), 0, IsAwaited: true), _region.ExpectMsg<PermitGrant>());
    }

    [Fact]
    public void A_snapshot_holds_all_that_is_durable()
    {
        var limiter = StartLimiter();
        for (var max = 1; max <= GlobalLimiter.SnapshotEvery; max++) Ensure(limiter, max);
        Await(() => Journal.Events(GlobalLimiter.Id).Count == 0);
        limiter.Tell(Wants("a", 5));
        _region.ExpectMsg<PermitGrant>();
        Stop(limiter);

        var limits = List(StartLimiter(), 1).Limits;

        Assert.Equal((Mail, GlobalLimiter.SnapshotEvery), (limits.Single().Name, limits.Single().Max));
        Assert.Equal([new LimitShare("a", 5)], limits.Single().Queues.AsEnumerable());
    }

    [Fact]
    public void A_limit_that_does_not_exist_lends_nothing_and_says_so()
    {
        var limiter = StartLimiter();

        EventFilter.Warning(contains: "waits for permits of the limit mail, which does not exist").ExpectOne(() =>
        {
            limiter.Tell(Wants("a", 1));
            limiter.Tell(Wants("a", 1));
            Assert.Empty(List(limiter, 1).Limits);
        });
        Assert.False(_region.HasMessages);
        Ensure(limiter, 1);
        Assert.Equal(1, _region.ExpectMsg<PermitGrant>().Granted.Count);
    }

    private static PermitReport Wants(string queue, int wanted) => new(queue, new PermitsHeld(Mail, 0, 0), 0, wanted);

    private IActorRef StartLimiter()
    {
        var runtime = Runtime(Storage);
        runtime.QueueRegion = _region;
        return Sys.ActorOf(GlobalLimiter.CreateProps(runtime));
    }

    private void Ensure(IActorRef limiter, int max)
    {
        limiter.Tell(new LimitRequest.Ensure(max, Mail, max), TestActor);
        Assert.Equal(max, ExpectMsg<LimitAnswer>().Limits.Single().Max);
    }

    private LimitAnswer List(IActorRef limiter, long id)
    {
        limiter.Tell(new LimitRequest.List(id), TestActor);
        return ExpectMsg<LimitAnswer>();
    }
}
