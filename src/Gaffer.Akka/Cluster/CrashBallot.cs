using System.Collections.Immutable;
using Akka.Cluster;

namespace Gaffer;

/// <summary>What a node tells the others: these members refuse connections, so their processes are gone.</summary>
/// <param name="Observer">Who found that.</param>
/// <param name="Gone">All that it found, in this life of each.</param>
internal sealed record CrashBallot(UniqueAddress Observer, ImmutableArray<UniqueAddress> Gone) : IGafferWire;
