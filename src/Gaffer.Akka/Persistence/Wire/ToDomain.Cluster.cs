using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static CrashBallot Of(Wire.CrashBallot ballot) => new(MemberOf(Required(ballot.Observer)), All(ballot.Gone, MemberOf));

    private static UniqueAddress MemberOf(Wire.Member member) => new(new Address(member.Protocol, member.System, member.Host, member.Port), member.Uid);
}
