using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class QueueWorkersTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    private static readonly JobWorker Quick = Doing((_, _) => Task.FromResult(JobResult.Complete()));
    private readonly Dictionary<int, IActorRef> _supervisors = [];
    private IActorRef _workers = ActorRefs.Nobody;

    [Fact]
    public void There_is_a_supervisor_for_each_partition_as_the_first_says_how_many()
    {
        Begin(3);
        Assert.Equal([0, 1, 2], _supervisors.Keys.Order());
        Assert.Equal(["0", "1", "2"], _supervisors.OrderBy(s => s.Key).Select(s => s.Value.Path.Name));

        Registered(1, partitions: 5);
        Region.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Until_the_first_partition_has_said_how_many_there_are_the_catalog_does()
    {
        Work([Quick]);
        ExpectSupervisor();
        Catalog.ExpectMsg<CatalogRequest.Find>();
        Settle();
        Time.Advance(TimeSpan.FromSeconds(1)); // the catalog may not be there either
        Assert.Equal(Emails, Catalog.ExpectMsg<CatalogRequest.Find>().Queue);
        AnswerOfCatalog(partitions: 3);
        while (_supervisors.Count < 3) ExpectSupervisor();
        Assert.Equal([0, 1, 2], _supervisors.Keys.Order());

        Registered(2, partitions: 3);
        Tell(2, 0, 0, inUse: 0, wanted: 4);
        Assert.Equal(4, Queue.ExpectMsg<SlotsLent>().Count); // a follower says how many may run, too

        Time.Advance(TimeSpan.FromSeconds(1));
        Catalog.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void The_first_partition_knows_better_than_the_catalog()
    {
        Begin(2);
        AnswerOfCatalog(partitions: 3);
        Region.ExpectNoMsg(TimeSpan.Zero);

        Time.Advance(TimeSpan.FromSeconds(1));
        Settle();
        Catalog.ExpectMsg<CatalogRequest.Find>();
        Catalog.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void With_one_partition_nothing_is_lent()
    {
        Begin(1);
        _supervisors[0].Tell(new SlotsHeld(Emails, 0, 0, 0, 5, 10), Queue);
        Supervisor = _supervisors[0];
        Settle();
        Queue.ExpectNoMsg(TimeSpan.Zero);
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob()));
    }

    [Fact]
    public void Slots_are_lent_in_the_name_of_the_supervisor_of_a_partition()
    {
        Begin(2);
        Spread();

        Tell(1, count: 2, version: 2, inUse: 2, wanted: 2); // more than its part, and nobody else has anything to do
        var less = Queue.ExpectMsg<SlotsLent>(m => m.Partition.IsHead);
        Assert.Equal((2, 2, 0), (less.Count, less.Version, less.Share));
        Assert.Equal(_supervisors[0], Queue.LastSender);
        Assert.Equal(2, Queue.ExpectMsg<SlotsLent>(m => m.Partition.Index == 1).Count);
        Tell(0, count: 1, version: 2, inUse: 1, wanted: 0);
        var more = Queue.FishForMessage<SlotsLent>(m => m.Partition.Index == 1);
        Assert.Equal((3, 3), (more.Count, more.Version));
        Assert.Equal(_supervisors[1], Queue.LastSender);
    }

    [Fact]
    public void Another_actor_of_a_partition_is_told_what_is_lent_and_the_one_before_gives_nothing_back()
    {
        Begin(2);
        Tell(0, 0, 0, 0, 0);
        var first = Queue.ExpectMsg<SlotsLent>();
        var successor = CreateTestProbe();
        _supervisors[0].Tell(new WorkersRegistered(Partition(0), Guid.NewGuid(), 2, 4), successor);
        _supervisors[0].Tell(new SlotsHeld(Partition(0), 0, first.Version, 0, 0, 4), Queue);
        _supervisors[0].Tell(new SlotsHeld(Partition(0), 0, 0, 2, 0, 4), successor);
        var lent = successor.ExpectMsg<SlotsLent>();
        Assert.Equal((first.Count, first.Version + 1), (lent.Count, lent.Version));
    }

    [Fact]
    public async Task A_supervisor_that_crashes_gives_its_slots_back_and_disturbs_no_other()
    {
        Begin(2);
        Spread();
        await EventFilter.Error(contains: "starts again").ExpectOneAsync(Patience, () =>
        {
            _supervisors[0].Tell(Kill.Instance);
            return Task.CompletedTask;
        });
        Tell(1, count: 2, version: 2, inUse: 2, wanted: 2);
        Assert.Equal(4, Queue.ExpectMsg<SlotsLent>().Count);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Partition(0), Region.FishForMessage<RegisterWorkers>(r => r.Partition.IsHead).Partition);
        Assert.NotEqual(_supervisors[0], Region.LastSender);
        Assert.Equal(_supervisors[0].Path, Region.LastSender.Path);
    }

    [Fact]
    public void It_is_left_when_all_partitions_are()
    {
        Begin(2);
        var watcher = CreateTestProbe();
        watcher.Watch(_workers);
        _workers.Tell(new LeaveQueue(null));
        Queue.FishForMessage<WorkersLeaving>(l => l.Partition.Index == 0);
        _supervisors[0].Tell(new WorkersGone(Partition(0)), Queue);
        watcher.ExpectNoMsg(TimeSpan.Zero);
        _supervisors[1].Tell(new WorkersGone(Partition(1)), Queue);
        watcher.ExpectTerminated(_workers);
    }

    [Fact]
    public void A_queue_that_was_made_anew_with_fewer_partitions_is_left_in_the_others_and_served_again_when_it_has_more()
    {
        Begin(3);
        Registered(0, partitions: 2);
        Assert.Equal(2, Queue.ExpectMsg<WorkersLeaving>().Partition.Index);
        Registered(0, partitions: 3);
        Region.ExpectNoMsg(TimeSpan.Zero);
        _supervisors[2].Tell(new WorkersGone(Partition(2)), Queue);
        Assert.Equal(Partition(2), Region.ExpectMsg<RegisterWorkers>().Partition);
        Assert.NotEqual(_supervisors[2], Region.LastSender);
    }

    [Fact]
    public async Task What_is_ordered_above_the_limit_does_not_start_and_is_asked_for_again()
    {
        var (first, second) = (Hold(), Hold());
        Begin(2, max: 1, Doing(first.PerformAsync, "first"), Doing(second.PerformAsync, "second"));
        Order(0, NewJob("first"));
        await first.Started;
        var job = NewJob("second");
        Order(1, job);
        Supervisor = _supervisors[1];
        Settle();
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(Region.FishForMessage<RegisterWorkers>(r => r.Partition.Index == 1).Running);
        Assert.False(second.HasStarted);

        first.End();
        Queue.FishForMessage<WorkFinished>(_ => true);
        Order(1, job);
        await second.Started;
    }

    private static QueuePartition Partition(int index) => new(Emails, index);

    private void Begin(int partitions, int max = 4, params JobWorker[] workers)
    {
        Work(workers.Length == 0 ? [Quick] : workers);
        ExpectSupervisor();
        Registered(0, partitions, max);
        for (var i = 1; i < partitions; i++) ExpectSupervisor();
        for (var i = 1; i < partitions; i++) Registered(i, partitions, max);
    }

    private void Work(JobWorker[] workers) => Supervisor = _workers = Sys.ActorOf(QueueWorkers.CreateProps(Runtime, new ServeQueue(Emails, workers, null)));

    private void AnswerOfCatalog(int partitions)
    {
        var options = new QueueOptions { Name = Emails, Partitions = partitions };
        _workers.Tell(new CatalogAnswer(0, null, [new QueueSummary(Emails, options.Storage, options, [])], HasMore: false));
        Supervisor = _workers;
        Settle();
    }

    private void ExpectSupervisor()
    {
        var index = Region.ExpectMsg<RegisterWorkers>().Partition.Index;
        _supervisors[index] = Region.LastSender;
    }

    private void Registered(int index, int partitions, int max = 4) => _supervisors[index].Tell(new WorkersRegistered(Partition(index), Guid.NewGuid(), partitions, partitions == 1 ? WorkerLimit.Unlimited : max), Queue);

    private void Order(int index, Job job) => _supervisors[index].Tell(new WorkOrders(Partition(index), [job], [], []), Queue);

    private void Tell(int index, int count, long version, int inUse, int wanted) => _supervisors[index].Tell(new SlotsHeld(Partition(index), count, version, inUse, wanted, 4), Queue);

    /// <summary>Two partitions that have nothing to do hold two slots each.</summary>
    private void Spread()
    {
        foreach (var index in new[] { 0, 1 })
        {
            Tell(index, 0, 0, 0, 0);
            Assert.Equal((2, 2, 2), Queue.ExpectMsg<SlotsLent>() is { } lent ? (lent.Count, lent.Version, lent.Share) : default);
            Tell(index, 2, 2, 0, 0);
        }
    }
}
