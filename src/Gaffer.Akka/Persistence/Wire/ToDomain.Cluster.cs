using Akka.Actor;
using Akka.Cluster;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static CrashBallot Of(Wire.CrashBallot ballot) => new(MemberOf(Required(ballot.Observer)), All(ballot.Gone, MemberOf));

    public static MembershipQuestion Of(Wire.MembershipQuestion question) => new(MemberOf(Required(question.Asker)));

    public static MembershipAnswer Of(Wire.MembershipAnswer answer) => new(MemberOf(Required(answer.Member)), answer.KnowsAsker, All(answer.Up, MemberOf));

    private static UniqueAddress MemberOf(Wire.Member member) => new(new Address(member.Protocol, member.System, member.Host, member.Port), member.Uid);
}
