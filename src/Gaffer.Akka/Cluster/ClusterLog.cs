using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>What happens to this node in its cluster, and to the others as it sees them.</summary>
internal sealed partial class ClusterLog(ILogger logger)
{
    public const string Category = "Gaffer.Cluster";

    [LoggerMessage(4001, LogLevel.Warning, "This node has lost contact with the part of the cluster that goes on; it stops its jobs and takes none until it is in contact again")]
    public partial void ContactLost();

    [LoggerMessage(4002, LogLevel.Information, "This node is in contact with its cluster again")]
    public partial void ContactRegained();

    [LoggerMessage(4003, LogLevel.Error, "Member {Member} has declared this node dead and shut it out. The node stops its jobs and leaves the cluster; start its process again")]
    public partial void NodeShutOut(Address member);

    [LoggerMessage(4004, LogLevel.Error, "This node ({Node}) is in a cluster of its own: {Reason}. It ends; start its process again, and it joins the others")]
    public partial void NodeAstray(Address node, string reason);

    [LoggerMessage(4005, LogLevel.Warning, "The process of member {Member} is gone, as all other members found; it is declared dead")]
    public partial void MemberCrashed(Address member);

    [LoggerMessage(4006, LogLevel.Warning, "Member {Member} was found gone, but accepts connections: it was started again, or something refused them in its name. This node detects no crashes until that member has been removed")]
    public partial void MemberContradicted(Address member);
}
