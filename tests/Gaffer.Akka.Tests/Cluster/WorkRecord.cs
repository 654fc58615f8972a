using System.Collections.Concurrent;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What the workers of all nodes of a test did: who ran which execution, and how many ran at once.</summary>
internal sealed class WorkRecord
{
    private readonly ConcurrentDictionary<JobId, ConcurrentQueue<(string Node, int Token)>> _starts = new();
    private readonly ConcurrentDictionary<JobId, int> _ends = new();
    private readonly ConcurrentDictionary<string, int> _running = new();
    private readonly ConcurrentDictionary<string, int> _most = new();

    /// <summary>Executions that ended by themselves.</summary>
    public IReadOnlyDictionary<JobId, int> Ends => _ends;

    /// <summary>Worker for a node: does the work, and says here what it does.</summary>
    public JobWorker On(string node, Func<JobContext, CancellationToken, Task<JobResult>>? work = null) => JobWorker.FromDelegate((job, stop) => PerformAsync(node, job, work, stop));

    /// <inheritdoc cref="On(string, Func{JobContext, CancellationToken, Task{JobResult}}?)"/>
    public JobWorker On(string node, string kind) => JobWorker.FromDelegate((job, stop) => PerformAsync(node, job, null, stop), kind);

    /// <summary>The nodes on which a job has started, in their order.</summary>
    public IReadOnlyList<string> NodesOf(JobId job) => _starts.TryGetValue(job, out var starts) ? [.. starts.Select(s => s.Node)] : [];

    /// <summary>How many have run at once on a node, or on all.</summary>
    public int MostAtOnce(string node = "") => _most.GetValueOrDefault(node);

    /// <summary>Each of the jobs has ended once, and no others have.</summary>
    public void EachOnce(IReadOnlyCollection<JobId> jobs)
    {
        Assert.DoesNotContain(jobs, j => _ends.GetValueOrDefault(j) != 1);
        Assert.Equal(jobs.Count, _ends.Count);
    }

    private async Task<JobResult> PerformAsync(string node, JobContext job, Func<JobContext, CancellationToken, Task<JobResult>>? work, CancellationToken stop)
    {
        _starts.GetOrAdd(job.Id, _ => new()).Enqueue((node, job.FencingToken));
        Count(node, 1);
        Count("", 1);
        try
        {
            var result = work is null ? JobResult.Complete() : await work(job, stop);
            _ends.AddOrUpdate(job.Id, 1, static (_, n) => n + 1);
            return result;
        }
        finally
        {
            Count(node, -1);
            Count("", -1);
        }
    }

    private void Count(string node, int more)
    {
        lock (_most)
        {
            var running = _running.AddOrUpdate(node, more, (_, n) => n + more);
            _most.AddOrUpdate(node, running, (_, most) => Math.Max(most, running));
        }
    }
}
