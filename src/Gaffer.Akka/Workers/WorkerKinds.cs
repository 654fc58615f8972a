using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Gaffer;

/// <summary>The workers of a queue on one node, by the kind of job they perform, aliases included.</summary>
internal sealed class WorkerKinds
{
    private readonly FrozenDictionary<string, JobWorker> _byKind;

    public WorkerKinds(IReadOnlyCollection<JobWorker> workers)
    {
        var byKind = new Dictionary<string, JobWorker>(StringComparer.Ordinal);
        foreach (var worker in workers)
        {
            foreach (var kind in (string[])[worker.Kind, .. worker.Aliases])
            {
                if (!byKind.TryAdd(kind, worker))
                {
                    throw new ArgumentException($"Two workers perform jobs of kind '{kind}'; give each worker of a queue a kind of its own.", nameof(workers));
                }
            }
        }

        _byKind = byKind.ToFrozenDictionary(StringComparer.Ordinal);
        Names = [.. byKind.Keys.Order(StringComparer.Ordinal)];
    }

    public ImmutableArray<string> Names { get; }

    public JobWorker? Find(string kind) => _byKind.GetValueOrDefault(kind);
}
