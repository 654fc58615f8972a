using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The supervisor of a node's workers as a queue sees it: a probe that registers, takes orders, and tells ends when a test says so.</summary>
internal sealed class Workers(QueueTestKit kit, TestProbe probe, QueuePartition partition, WorkerNode node, WorkerLimit? max, ImmutableArray<string> kinds)
{
    private readonly Queue<Job> _jobs = new();
    private readonly Queue<ExecutionKey> _acknowledged = new();
    private readonly Queue<ExecutionKey> _stops = new();

    public IActorRef Ref => probe.Ref;

    public IActorRef Queue { get; private set; } = ActorRefs.Nobody;

    /// <summary>Orders that have come and were not expected.</summary>
    public bool IsIdle
    {
        get
        {
            while (probe.HasMessages) Take(); // a registration that was told twice is answered twice
            return _jobs.Count == 0 && _acknowledged.Count == 0 && _stops.Count == 0;
        }
    }

    /// <summary>What the partition has said of its slots there.</summary>
    public List<SlotsHeld> Held { get; } = [];

    /// <summary>The node has lent the slots of the partition to others.</summary>
    public void RegisterAnew() => kit.EntityOf(partition).Tell(new RegisterWorkers(partition, node, max, kinds, [], 0, IsAnew: true), probe);

    public void Register(params ImmutableArray<ExecutionKey> running)
    {
        object answer = new QueueRests(partition);
        while (answer is not WorkersRegistered)
        {
            if (answer is QueueRests) kit.EntityOf(partition).Tell(new RegisterWorkers(partition, node, max, kinds, running, 0), probe); // asks again, as a node does
            answer = Take();
        }

        Queue = probe.LastSender;
    }

    /// <summary>The next job that it is to execute.</summary>
    public Job Job() => Next(_jobs);

    public ExecutionKey Acknowledged() => Next(_acknowledged);

    public ExecutionKey Stop() => Next(_stops);

    public void Tell(ExecutionKey execution, JobResult? result = null) => Tell(new FinishedExecution(execution, result ?? JobResult.Complete()));

    public void Tell(params ImmutableArray<FinishedExecution> ends) => Queue.Tell(new WorkFinished(partition, node, ends, 0), probe);

    /// <summary>Tells the end of a job, and waits for its acknowledgement.</summary>
    public void End(Job job, JobResult? result = null)
    {
        var key = new ExecutionKey(job.Id, job.Execution);
        Tell(key, result);
        Assert.Equal(key, Acknowledged());
    }

    public void Die() => kit.Sys.Stop(probe.Ref);

    private T Next<T>(Queue<T> queue)
    {
        while (queue.Count == 0) Take();
        return queue.Dequeue();
    }

    private object Take()
    {
        var message = probe.ExpectMsg<object>(TimeSpan.FromSeconds(30));
        if (message is SlotsHeld told) Held.Add(told);
        if (message is SlotsHeld { Version: 0 } held) probe.LastSender.Tell(new SlotsLent(held.Partition, node, 100, 1, 100), probe); // as if all were for this partition
        if (message is WorkOrders orders)
        {
            foreach (var job in orders.Execute) _jobs.Enqueue(job);
            foreach (var key in orders.Acknowledged) _acknowledged.Enqueue(key);
            foreach (var key in orders.Stop) _stops.Enqueue(key);
        }

        return message;
    }
}
