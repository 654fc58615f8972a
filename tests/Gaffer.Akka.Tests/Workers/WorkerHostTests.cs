using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class WorkerHostTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly QueueName Letters = new("letters");
    private static readonly JobWorker Quick = Doing((_, _) => Task.FromResult(JobResult.Complete()));

    [Fact]
    public void A_host_serves_queues_and_tells_the_catalog()
    {
        var host = Host();
        Serve(host, Emails);
        Assert.Equal([Emails], Announced());
        Serve(host, Letters);
        Assert.Equal([Emails, Letters], Announced());
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([Emails, Letters], Announced());
        Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([Emails, Letters], Announced());
    }

    [Fact]
    public void A_catalog_that_moves_is_told_again()
    {
        var host = Host();
        Serve(host, Emails);
        Assert.Equal([Emails], Announced());
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        host.Tell(new CatalogAnswer(1, null, [], false), first);
        Serve(host, Letters);   // what came before is done
        Assert.Equal([Emails, Letters], Announced());
        Time.Advance(TimeSpan.FromSeconds(5));
        Catalog.ExpectNoMsg(TimeSpan.Zero);

        Sys.Stop(first);
        Assert.Equal([Emails, Letters], Announced());
        Time.Advance(Runtime.Settings.Client.RetryInterval);
        Assert.Equal([Emails, Letters], Announced());
        host.Tell(new CatalogAnswer(2, null, [], false), second);
        host.Tell(new ServeQueue("more", [Quick], null), TestActor);
        ExpectMsg<Serving>();
        Assert.Equal(["emails", "letters", "more"], Announced().Select(q => q.Value));
        Time.Advance(TimeSpan.FromSeconds(5));
        Catalog.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_queue_that_is_served_already_gets_the_new_workers()
    {
        var host = Host();
        Serve(host, Emails);
        var supervisor = Region.LastSender;
        host.Tell(new ServeQueue(Emails, [Doing((_, _) => Task.FromResult(JobResult.Complete()), "letter")], 3), TestActor);
        ExpectMsg<Serving>();
        Assert.Equal(["letter"], Region.ExpectMsg<RegisterWorkers>().Kinds.ToArray());
        Assert.Equal(supervisor, Region.LastSender);
    }

    [Fact]
    public void A_queue_that_is_no_longer_served_is_left_first()
    {
        var host = Host();
        Serve(host, Emails);
        Announced();
        Supervisor = Region.LastSender;
        Answer();
        host.Tell(new StopServing(Emails), TestActor);
        Queue.ExpectMsg<WorkersLeaving>();
        ExpectNoMsg(TimeSpan.Zero);
        Supervisor.Tell(new WorkersGone(Emails), Queue);
        Assert.Equal(Emails, ExpectMsg<StoppedServing>().Queue);
        Assert.Empty(Announced());
        host.Tell(new StopServing(Emails), TestActor);
        ExpectMsg<StoppedServing>();
        Time.Advance(TimeSpan.FromMinutes(5));
        Catalog.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void A_queue_that_is_asked_for_while_it_is_left_is_served_afterwards()
    {
        var host = Host();
        Serve(host, Emails);
        Supervisor = Region.LastSender;
        Answer();
        host.Tell(new StopServing(Emails), TestActor);
        Queue.ExpectMsg<WorkersLeaving>();
        host.Tell(new ServeQueue(Emails, [Quick], null), TestActor);
        ExpectMsg<Serving>();
        Region.ExpectNoMsg(TimeSpan.Zero);
        Supervisor.Tell(new WorkersGone(Emails), Queue);
        ExpectMsg<StoppedServing>();
        Region.ExpectMsg<RegisterWorkers>();
        Assert.NotEqual(Supervisor, Region.LastSender);
    }

    [Fact]
    public async Task A_supervisor_that_ends_by_itself_starts_again_as_another_actor()
    {
        var host = Host();
        Serve(host, Emails);
        var first = Region.LastSender;
        await EventFilter.Error(contains: "starts again").ExpectOneAsync(Patience, () =>
        {
            first.Tell(Kill.Instance);
            return Task.CompletedTask;
        });
        Time.Advance(TimeSpan.FromSeconds(1));
        Region.ExpectMsg<RegisterWorkers>();
        Assert.NotEqual(first, Region.LastSender);
    }

    [Fact, Trait("spec", "S-30")]
    public async Task When_the_system_shuts_down_jobs_are_handed_back_before_the_shard_regions_close()
    {
        var host = Host();
        var held = Hold();
        host.Tell(new ServeQueue(Emails, [Doing(held.PerformAsync)], null), TestActor);
        ExpectMsg<Serving>();
        Region.ExpectMsg<RegisterWorkers>();
        Supervisor = Region.LastSender;
        Answer();
        var job = NewJob();
        Give(job);
        await held.Started;

        var shutdown = CoordinatedShutdown.Get(Sys);
        var regionsClosed = new TaskCompletionSource();
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShardingShutdownRegion, "test", () =>
        {
            regionsClosed.SetResult();
            return Task.FromResult(Akka.Done.Instance);
        });
        var running = shutdown.Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseBeforeClusterShutdown);
        Queue.ExpectMsg<WorkersLeaving>();
        Assert.Equal(JobResult.Released.Instance, ExpectEnd().Result);
        Assert.False(regionsClosed.Task.IsCompleted);
        Supervisor.Tell(new WorkersGone(Emails), Queue);
        Acknowledge(Key(job));
        await regionsClosed.Task.WaitAsync(Patience);
        await running.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_host_without_queues_holds_no_shutdown_up()
    {
        var host = Host();
        Serve(host, Emails);   // and no queue has ever answered
        var watched = System.Diagnostics.Stopwatch.StartNew();
        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.UnknownReason.Instance, CoordinatedShutdown.PhaseBeforeClusterShutdown).WaitAsync(Patience);
        Assert.InRange(watched.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    private IActorRef Host()
    {
        Catalog.IgnoreMessages(m => m is CatalogRequest.Find);
        return Sys.ActorOf(WorkerHost.Props(Runtime), WorkerHost.Name);
    }

    private void Serve(IActorRef host, QueueName queue)
    {
        host.Tell(new ServeQueue(queue, [Quick], null), TestActor);
        Assert.Equal(queue, ExpectMsg<Serving>().Queue);
        Assert.Equal(queue, Region.ExpectMsg<RegisterWorkers>().Partition.Queue);
    }

    private QueueName[] Announced()
    {
        var serve = Catalog.ExpectMsg<CatalogRequest.Serve>();
        Assert.Equal(Runtime.Node, serve.Node);
        return [.. serve.Queues];
    }
}
