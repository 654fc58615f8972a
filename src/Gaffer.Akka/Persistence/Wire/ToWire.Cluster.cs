using Akka.Cluster;

namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.CrashBallot Of(CrashBallot ballot)
    {
        var wire = new Wire.CrashBallot { Observer = MemberOf(ballot.Observer) };
        foreach (var gone in ballot.Gone) wire.Gone.Add(MemberOf(gone));
        return wire;
    }

    public static Wire.MembershipQuestion Of(MembershipQuestion question) => new() { Asker = MemberOf(question.Asker) };

    public static Wire.MembershipAnswer Of(MembershipAnswer answer)
    {
        var wire = new Wire.MembershipAnswer { Member = MemberOf(answer.Member), KnowsAsker = answer.KnowsAsker };
        foreach (var up in answer.Up) wire.Up.Add(MemberOf(up));
        return wire;
    }

    private static Wire.Member MemberOf(UniqueAddress member) => new()
    {
        Protocol = member.Address.Protocol,
        System = member.Address.System,
        Host = member.Address.Host ?? throw NoAddress(member),
        Port = member.Address.Port ?? throw NoAddress(member),
        Uid = member.Uid,
    };

    private static ArgumentException NoAddress(UniqueAddress member) => new($"{member} is no address that another node could use.", nameof(member));
}
