namespace Gaffer;

/// <summary>Executions that no longer count, whose code may still run on a node: until it has ended they keep their place under all limits, and neither their job nor another of its chain starts.</summary>
internal sealed class StoppingExecutions
{
    private readonly Dictionary<(ExecutionKey Key, WorkerNode Node), string?> _chains = [];

    public int Count => _chains.Count;

    public IEnumerable<WorkerNode> Nodes => _chains.Keys.Select(k => k.Node).Distinct();

    public IEnumerable<StoppingExecution> All => _chains.Select(e => new StoppingExecution(e.Key.Key, e.Key.Node, e.Value));

    public int CountOn(WorkerNode node) => _chains.Count == 0 ? 0 : _chains.Keys.Count(k => k.Node == node);

    public IEnumerable<ExecutionKey> On(WorkerNode node) => _chains.Keys.Where(k => k.Node == node).Select(k => k.Key);

    public bool Contains(ExecutionKey key, WorkerNode node) => _chains.Count > 0 && _chains.ContainsKey((key, node));

    /// <summary>Whether a job must wait: code of its own, or of its chain, still runs.</summary>
    public bool Holds(Job job) => _chains.Any(e => e.Key.Key.Job == job.Id || (e.Value is not null && e.Value == job.Chain));

    public void Add(StoppingExecution stopping) => _chains[(stopping.Key, stopping.Node)] = stopping.Chain;

    public bool Remove(ExecutionKey key, WorkerNode node) => _chains.Remove((key, node));

    public void RemoveAllOn(WorkerNode node)
    {
        foreach (var key in On(node).ToList()) _chains.Remove((key, node));
    }

    public void Clear() => _chains.Clear();
}

/// <summary>An execution that no longer counts, and the chain of its job.</summary>
internal readonly record struct StoppingExecution(ExecutionKey Key, WorkerNode Node, string? Chain)
{
    public static StoppingExecution Of(Job job) => new(new ExecutionKey(job.Id, job.Execution), job.Node!, job.Chain);
}
