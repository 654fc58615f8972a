using System.Collections.Immutable;
using Akka.Cluster;

namespace Gaffer;

/// <summary>A node asks another: which cluster are you in, and am I in it?</summary>
/// <param name="Asker">This life of the node that asks.</param>
internal sealed record MembershipQuestion(UniqueAddress Asker) : IGafferWire;

/// <summary>The answer.</summary>
/// <param name="Member">Who answers.</param>
/// <param name="KnowsAsker">Whether the asker is a member of its cluster, in whatever state.</param>
/// <param name="Up">All members of its cluster that are up.</param>
internal sealed record MembershipAnswer(UniqueAddress Member, bool KnowsAsker, ImmutableArray<UniqueAddress> Up) : IGafferWire;
