namespace Gaffer;

internal sealed partial class ToDomain
{
    public static FollowHead Of(Wire.FollowHead message)
    {
        var followed = Required(message.Followed);
        return new FollowHead(Partition(message.Queue), followed.Revision, message.Storage, Head(followed), message.OnlyIfEmpty);
    }

    public static Following Of(Wire.Following message) => new(message.Index, message.Revision, message.Jobs, message.Refused);

    public static AskHead Of(Wire.AskHead message) => new(Partition(message.Queue), message.Index, message.Revision);

    private static HeadState? Head(Wire.Followed followed) => followed.Options is { } options ? new HeadState(Options(options), followed.Version, followed.Paused) : null;
}
