using Akka.Actor;
using Akka.Cluster;

namespace Gaffer.Tests;

/// <summary>Writes down which process is which member, and which members this process saw go. On a thread of its own, so that it is not late.</summary>
public sealed class MembershipObserver : ReceiveActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    public MembershipObserver(ChaosRecorder recorder, int life)
    {
        ReceiveAsync<ClusterEvent.MemberUp>(up => up.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
            ? recorder.JoinedAsync(life, $"{up.Member.Address}", up.Member.UniqueAddress.Uid)
            : Task.CompletedTask);
        Receive<ClusterEvent.MemberRemoved>(gone => recorder
            .RemovedAsync(life, $"{gone.Member.Address}", gone.Member.UniqueAddress.Uid, gone.PreviousStatus == MemberStatus.Down, ChaosRecorder.Now)
            .PipeTo(Self, success: static () => "recorded"));
        Receive<Status.Failure>(failure => throw failure.Cause);
        Receive<string>(static _ => { });
    }

    public static Props Props(ChaosRecorder recorder, int life) =>
        Akka.Actor.Props.Create(() => new MembershipObserver(recorder, life)).WithDispatcher("chaos.observer");

    protected override void PreStart() => _cluster.Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.MemberRemoved));
}
