using System.Collections.Immutable;
using CsCheck;

namespace Gaffer.Tests;

/// <summary>What may happen to a queue next: each step of numbers becomes changes that are valid for the queue as it is then.</summary>
internal sealed class QueueChangeScript(QueueModel model)
{
    public static readonly string[] Kinds = ["default", "other"];
    private static readonly string?[] Chains = [null, null, "c", "c", "d"];
    private static readonly WorkerNode[] Nodes = [Given.NodeA, Given.NodeB, new("c:1", new Guid("cccccccc-0000-0000-0000-000000000000"))];
    private static readonly string[] Keys = ["k1", "k2", "k3"];
    private DateTimeOffset _now = Given.Noon;
    private long _nextId;
    private int _nextCommand;

    public static Gen<Step[]> Steps(int most) => Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 3])
        .Select((what, a, b, c, seconds) => new Step(what, a, b, c, seconds)).Array[0, most];

    /// <summary>The changes of a step. Time may pass before it.</summary>
    public IEnumerable<QueueChange> Next(Step step)
    {
        if (step.C % 3 == 0) _now += TimeSpan.FromSeconds(step.Seconds);
        model.Advance(_now);
        if (model.Options is null) return step.A % 3 == 0 ? [Followed(step)] : [new QueueChange.Configured(_now, OptionsOf(step), 1, false, Command())];
        return step.What switch
        {
            < 30 => Insert(step),
            < 52 => model.NextOf(Kinds[step.A % 2]) is { } job ? [new QueueChange.Claimed(_now, job.Id, Nodes[step.B % 3])] : [],
            < 72 => Pick(step.A, model.In(JobState.Executing)) is { } job ? [EndOf(job, step)] : [],
            < 77 => Pick(step.A, model.In(step.B % 3 == 0 ? JobState.Executing : JobState.Available)) is { } job ? [new QueueChange.Cancelled(_now, job.Id, null, EventActor.User, Command())] : [],
            < 84 => Retry(step),
            < 88 => Remove(step),
            < 90 => [new QueueChange.Pruned(_now, [.. model.Jobs.Where(j => j.State.IsTerminal()).OrderBy(j => j.FinishedAt).Take(step.A % 4).Select(j => j.Id)], Command())],
            < 91 => [new QueueChange.Paused(_now, Command())],
            < 92 => [new QueueChange.Resumed(_now, Command())],
            < 95 => [new QueueChange.Configured(_now, OptionsOf(step), model.Version + 1, true, Command())],
            < 97 => model.Forwards.Count > 0 ? [new QueueChange.ForwardDelivered(_now, model.Forwards.Keys.ElementAt(step.A % model.Forwards.Count))] : [],
            97 when step.B >= 800 => [step.C % 2 == 0 ? new QueueChange.DeletionBegun(_now, Command()) : new QueueChange.DeletionRefused(_now)],
            97 when step.B < 100 => [new QueueChange.Deleted(_now, Command())],
            97 => [step.B < 150 ? new QueueChange.Followed(_now, model.Revision + 1, null) : Followed(step)],
            _ => Cluster(step),
        };
    }

    private QueueChange.Followed Followed(Step step) => new(_now, model.Revision + 1 + step.C, new HeadState(OptionsOf(step), step.C, step.B % 2 == 0));

    private IEnumerable<QueueChange> Cluster(Step step) => (step.B % 4) switch
    {
        0 => [new QueueChange.Opened(_now, Nodes[step.A % 3])],
        1 => [new QueueChange.NodeGone(_now, Nodes[step.A % 3])],
        2 => [new QueueChange.PermitsMoved(_now, new PermitsHeld(Keys[step.A % 3], step.C % 5, step.A))],
        _ => model.Stopping.Count > 0 && model.Stopping.ElementAt(step.A % model.Stopping.Count) is var s ? [new QueueChange.Stopped(_now, s.Key, s.Node)] : [],
    };

    private IEnumerable<QueueChange> Insert(Step step)
    {
        var key = step.B % 7 == 0 ? Keys[step.A % 3] : null;
        if (key is not null && model.HolderOf(key) is not null) return [];
        DateTimeOffset? at = (step.B % 5) switch { 0 => _now.AddSeconds(step.A % 5), 1 => _now.AddSeconds(-1), _ => null };
        DateTimeOffset? expires = step.B % 11 == 0 ? _now.AddSeconds(step.A % 9) : null;
        var job = Given.Job(++_nextId, (step.A % 4) - 1, Kinds[step.C % 2], Chains[step.C % Chains.Length], key, at, expires, 1 + (step.A % 4), _now);
        return [new QueueChange.Inserted(_now, job with { Sequence = model.NextSequence })];
    }

    private QueueChange EndOf(Job job, Step step) => (step.B % 8) switch
    {
        0 or 1 => new QueueChange.Completed(_now, job.Id, step.A % 2 == 0 ? null : "1"u8.ToArray()),
        2 or 3 => new QueueChange.Failed(_now, job.Id, Given.Error, _now.AddSeconds(step.A % 4)),
        4 => new QueueChange.Failed(_now, job.Id, Given.Error, null),
        5 => new QueueChange.Cancelled(_now, job.Id, "why", EventActor.Worker, Guid.Empty),
        6 => new QueueChange.Snoozed(_now, job.Id, _now.AddSeconds(step.A % 4)),
        _ => new QueueChange.Released(_now, job.Id),
    };

    private IEnumerable<QueueChange> Retry(Step step)
    {
        var free = model.Jobs.Where(j => j.State != JobState.Executing && (!j.State.IsTerminal() || j.UniqueKey is null || model.HolderOf(j.UniqueKey) is null));
        return Pick(step.A, free) is { } job ? [new QueueChange.Retried(_now, job.Id, Command(), job.Retries + 1)] : [];
    }

    private IEnumerable<QueueChange> Remove(Step step)
    {
        if (Pick(step.A, model.Jobs) is not { } job) yield break;
        if (job.State == JobState.Executing && step.B % 2 == 0) yield return new QueueChange.Cancelled(_now, job.Id, "deleted", EventActor.User, Guid.Empty);
        yield return new QueueChange.Removed(_now, job.Id, Command());
    }

    private static QueueOptions OptionsOf(Step step) => Given.Options with
    {
        ChainPolicy = (ChainPolicy)(step.A % 2),
        OnFailed = step.B % 2 == 0 ? new QueueName("dead") : default(QueueName?),
        OnCompleted = step.B % 3 == 0 ? new QueueName("done") : default(QueueName?),
    };

    private Guid Command() => new(++_nextCommand, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private static Job? Pick(int number, IEnumerable<Job> jobs) => jobs.ToImmutableArray() is { Length: > 0 } all ? all[number % all.Length] : null;

    public readonly record struct Step(int What, int A, int B, int C, int Seconds);
}
