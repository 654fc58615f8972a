using System.Collections.Immutable;

namespace Gaffer;

/// <summary>A limit that queues share, see <see cref="QueueOptions.Limits"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Max">Jobs that run at once under it, in all queues and on all nodes together. 0: none.</param>
/// <param name="Queues">Who holds permits, by name. Together never more than <paramref name="Max"/>, unless that was lowered and jobs still run.</param>
public sealed record LimitSummary(string Name, int Max, ImmutableArray<LimitShare> Queues);

/// <summary>Permits of a limit in the hands of a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Permits">How many of its jobs may run at once. Those that it does not use go to others when they want them.</param>
public sealed record LimitShare(QueueName Queue, int Permits);
