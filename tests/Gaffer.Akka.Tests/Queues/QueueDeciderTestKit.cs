using Xunit;

namespace Gaffer.Tests;

/// <summary>A decider, and what it decides.</summary>
public abstract class QueueDeciderTestKit
{
    private readonly QueueDecider _decider;

    protected QueueDeciderTestKit() => _decider = new QueueDecider(State, new Commit(State, Changes), 4_000_000);

    private protected QueueState State { get; } = Given.State();

    /// <summary>What was decided.</summary>
    private protected List<QueueChange> Changes { get; } = [];

    private protected DateTimeOffset Now { get; set; } = Given.Noon;

    private protected T Decide<T>(GafferRequest request)
        where T : GafferReply => Assert.IsAssignableFrom<T>(_decider.Decide(request, Now));

    private protected GafferFailure Refused(GafferError error, GafferRequest request)
    {
        var failure = Decide<GafferFailure>(request);
        Assert.Equal(error, failure.Error);
        Assert.Equal(Given.Queue.Value, failure.Queue);
        return failure;
    }

    private protected InsertResult Insert(int payload = 1, JobOptions? options = null) => Decide<InsertResult>(InsertJob.Of(Given.Queue, payload, options));

    private protected void Configure(QueueOptions options) => State.Apply(new QueueChange.Configured(Now, options, State.Version + 1, false, Guid.Empty));

    /// <summary>Something happens that is not decided here.</summary>
    private protected void Do(QueueChange change) => State.Apply(change);

    private protected void Expire(DateTimeOffset now) => _decider.Expire(now);

    private protected void End(int count)
    {
        foreach (var n in Enumerable.Range(100_001, count))
        {
            Do(new QueueChange.Inserted(Now, Given.Job(n)));
            Do(new QueueChange.Claimed(Now, Given.Id(n), Given.NodeA));
            Do(new QueueChange.Completed(Now, Given.Id(n), null));
        }
    }

    private protected List<JobPage> Pages(JobFilter filter, int limit)
    {
        List<JobPage> pages = [];
        JobId? after = null;
        do
        {
            pages.Add(Decide<JobPage>(new ListJobs(Given.Queue, filter, limit, after)));
            Assert.True(pages[^1].Jobs.Length <= limit);
            after = pages[^1].Next;
        }
        while (after is not null && pages.Count < 1000);
        return pages;
    }

    private sealed class Commit(QueueState state, List<QueueChange> changes) : ICommit
    {
        public Job? Do(QueueChange change)
        {
            changes.Add(change);
            return state.Apply(change);
        }
    }
}
