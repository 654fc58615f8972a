using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace Gaffer;

/// <summary>Writes and reads all that is journaled or crosses a node, as Protocol Buffers.</summary>
/// <remarks>A manifest names a shape and its version, never a type of the code. Fields are only added to a shape; one that changes its meaning gets a new
/// manifest, and the old one is read for ever. The bytes of each are pinned by files beside the tests.</remarks>
internal sealed class GafferSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Is stored with each journal event: for ever.</summary>
    public const int Id = 71_260_113;

    public override int Identifier => Id;

    public override string Manifest(object o) => o switch
    {
        QueueCommit => "commit.1",
        QueueSnapshot { Parts: null } => "snapshot.1",
        QueueSnapshot => "snapshot.2",
        QueueSnapshotPart => "snapshot-part.1",
        CatalogChange => "catalog-change.1",
        CatalogSnapshot => "catalog-snapshot.1",
        QueueCalls => "calls.1",
        QueueAnswers => "answers.1",
        WorkOrders => "work-orders.1",
        WorkFinished => "work-finished.1",
        RegisterWorkers => "register-workers.1",
        WorkersRegistered => "workers-registered.1",
        WorkersLeaving => "workers-leaving.1",
        WorkersGone => "workers-gone.1",
        QueueRests => "queue-rests.1",
        SlotsLent => "slots-lent.1",
        SlotsHeld => "slots-held.1",
        FollowHead => "follow-head.1",
        Following => "following.1",
        AskHead => "ask-head.1",
        GafferRequest => "request.1",
        GafferReply => "reply.1",
        CatalogRequest => "catalog-request.1",
        CatalogAnswer => "catalog-answer.1",
        LimitCommit => "limit-commit.1",
        LimitSnapshot => "limit-snapshot.1",
        PermitReport => "permit-report.1",
        PermitGrant => "permit-grant.1",
        LimitRequest => "limit-request.1",
        LimitAnswer => "limit-answer.1",
        CrashBallot => "crash-ballot.1",
        MembershipQuestion => "membership-question.1",
        MembershipAnswer => "membership-answer.1",
        _ => throw NoShape(o),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        QueueCommit m => ToWire.Of(m).ToByteArray(),
        QueueSnapshot m => ToWire.Of(m).ToByteArray(),
        QueueSnapshotPart m => ToWire.Of(m).ToByteArray(),
        CatalogChange m => ToWire.Of(m).ToByteArray(),
        CatalogSnapshot m => ToWire.Of(m).ToByteArray(),
        QueueCalls m => ToWire.Of(m).ToByteArray(),
        QueueAnswers m => ToWire.Of(m).ToByteArray(),
        WorkOrders m => ToWire.Of(m).ToByteArray(),
        WorkFinished m => ToWire.Of(m).ToByteArray(),
        RegisterWorkers m => ToWire.Of(m).ToByteArray(),
        WorkersRegistered m => ToWire.Of(m).ToByteArray(),
        WorkersLeaving m => ToWire.Of(m).ToByteArray(),
        WorkersGone m => ToWire.Of(m).ToByteArray(),
        QueueRests m => ToWire.Of(m).ToByteArray(),
        SlotsLent m => ToWire.Of(m).ToByteArray(),
        SlotsHeld m => ToWire.Of(m).ToByteArray(),
        FollowHead m => ToWire.Of(m).ToByteArray(),
        Following m => ToWire.Of(m).ToByteArray(),
        AskHead m => ToWire.Of(m).ToByteArray(),
        GafferRequest m => ToWire.Of(m).ToByteArray(),
        GafferReply m => ToWire.Of(m).ToByteArray(),
        CatalogRequest m => ToWire.Of(m).ToByteArray(),
        CatalogAnswer m => ToWire.Of(m).ToByteArray(),
        LimitCommit m => ToWire.Of(m.Changes).ToByteArray(),
        LimitSnapshot m => ToWire.Of(m.Changes).ToByteArray(),
        PermitReport m => ToWire.Of(m).ToByteArray(),
        PermitGrant m => ToWire.Of(m).ToByteArray(),
        LimitRequest m => ToWire.Of(m).ToByteArray(),
        LimitAnswer m => ToWire.Of(m).ToByteArray(),
        CrashBallot m => ToWire.Of(m).ToByteArray(),
        MembershipQuestion m => ToWire.Of(m).ToByteArray(),
        MembershipAnswer m => ToWire.Of(m).ToByteArray(),
        _ => throw NoShape(obj),
    };

    /// <exception cref="WireException">The manifest is unknown, or the bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception e) when (e is WireException or InvalidProtocolBufferException or ArgumentException or OverflowException)
        {
            throw new WireException($"A '{manifest}' of {bytes.Length} bytes cannot be read: {e.Message}", e);
        }
    }

    private static object Read(byte[] bytes, string manifest) => manifest switch
    {
        "commit.1" => ToDomain.Of(Wire.QueueCommit.Parser.ParseFrom(bytes)),
        "snapshot.1" or "snapshot.2" => ToDomain.Of(Wire.QueueSnapshot.Parser.ParseFrom(bytes)),
        "snapshot-part.1" => ToDomain.Of(Wire.QueueSnapshotPart.Parser.ParseFrom(bytes)),
        "catalog-change.1" => ToDomain.Of(Wire.CatalogChange.Parser.ParseFrom(bytes)),
        "catalog-snapshot.1" => ToDomain.Of(Wire.CatalogSnapshot.Parser.ParseFrom(bytes)),
        "calls.1" => ToDomain.Of(Wire.QueueCalls.Parser.ParseFrom(bytes)),
        "answers.1" => ToDomain.Of(Wire.QueueAnswers.Parser.ParseFrom(bytes)),
        "work-orders.1" => ToDomain.Of(Wire.WorkOrders.Parser.ParseFrom(bytes)),
        "work-finished.1" => ToDomain.Of(Wire.WorkFinished.Parser.ParseFrom(bytes)),
        "register-workers.1" => ToDomain.Of(Wire.RegisterWorkers.Parser.ParseFrom(bytes)),
        "workers-registered.1" => ToDomain.Of(Wire.WorkersRegistered.Parser.ParseFrom(bytes)),
        "workers-leaving.1" => ToDomain.Of(Wire.WorkersLeaving.Parser.ParseFrom(bytes)),
        "workers-gone.1" => ToDomain.Of(Wire.WorkersGone.Parser.ParseFrom(bytes)),
        "queue-rests.1" => ToDomain.Of(Wire.QueueRests.Parser.ParseFrom(bytes)),
        "slots-lent.1" => ToDomain.Of(Wire.SlotsLent.Parser.ParseFrom(bytes)),
        "slots-held.1" => ToDomain.Of(Wire.SlotsHeld.Parser.ParseFrom(bytes)),
        "follow-head.1" => ToDomain.Of(Wire.FollowHead.Parser.ParseFrom(bytes)),
        "following.1" => ToDomain.Of(Wire.Following.Parser.ParseFrom(bytes)),
        "ask-head.1" => ToDomain.Of(Wire.AskHead.Parser.ParseFrom(bytes)),
        "request.1" => ToDomain.Of(Wire.Request.Parser.ParseFrom(bytes)),
        "reply.1" => ToDomain.Of(Wire.Reply.Parser.ParseFrom(bytes)),
        "catalog-request.1" => ToDomain.Of(Wire.CatalogRequest.Parser.ParseFrom(bytes)),
        "catalog-answer.1" => ToDomain.Of(Wire.CatalogAnswer.Parser.ParseFrom(bytes)),
        "limit-commit.1" => new LimitCommit(ToDomain.Of(Wire.LimitChanges.Parser.ParseFrom(bytes))),
        "limit-snapshot.1" => new LimitSnapshot(ToDomain.Of(Wire.LimitChanges.Parser.ParseFrom(bytes))),
        "permit-report.1" => ToDomain.Of(Wire.PermitReport.Parser.ParseFrom(bytes)),
        "permit-grant.1" => ToDomain.Of(Wire.PermitGrant.Parser.ParseFrom(bytes)),
        "limit-request.1" => ToDomain.Of(Wire.LimitRequest.Parser.ParseFrom(bytes)),
        "limit-answer.1" => ToDomain.Of(Wire.LimitAnswer.Parser.ParseFrom(bytes)),
        "crash-ballot.1" => ToDomain.Of(Wire.CrashBallot.Parser.ParseFrom(bytes)),
        "membership-question.1" => ToDomain.Of(Wire.MembershipQuestion.Parser.ParseFrom(bytes)),
        "membership-answer.1" => ToDomain.Of(Wire.MembershipAnswer.Parser.ParseFrom(bytes)),
        _ => throw WireException.Unknown($"manifest '{manifest}'"),
    };

    private static ArgumentException NoShape(object o) =>
        new($"No shape is known for {o.GetType()}: it is not a message of Gaffer.", nameof(o));
}
