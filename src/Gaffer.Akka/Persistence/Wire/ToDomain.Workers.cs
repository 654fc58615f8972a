using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Case = Gaffer.Wire.JobResult.ResultOneofCase;

namespace Gaffer;

internal sealed partial class ToDomain
{
    public static RegisterWorkers Of(Wire.RegisterWorkers message) => new(
        Partition(message.Queue), NodeOf(message.Node), message.HasMax ? Limit(message.Max) : null,
        Texts(message.Kinds), Executions(message.Running), message.Zombies, message.IsAnew);

    public static WorkersRegistered Of(Wire.WorkersRegistered message) => new(Partition(message.Queue), Id(message.Incarnation), Math.Max(message.Partitions, 1), Limit(message.MaxWorkers));

    public static SlotsLent Of(Wire.SlotsLent message) => new(Partition(message.Queue), NodeOf(message.Node), message.Count, message.Version, message.Share);

    public static SlotsHeld Of(Wire.SlotsHeld message) => new(Partition(message.Queue), message.Count, message.Version, message.InUse, message.Wanted, Limit(message.Max));

    public static WorkersLeaving Of(Wire.WorkersLeaving message) => new(Partition(message.Queue), NodeOf(message.Node));

    public static QueueRests Of(Wire.QueueRests message) => new(Partition(message.Queue));

    public static WorkersGone Of(Wire.WorkersGone message) => new(Partition(message.Queue));

    public static WorkFinished Of(Wire.WorkFinished message) => new(
        Partition(message.Queue), NodeOf(message.Node),
        All(message.Finished, static f => new FinishedExecution(new ExecutionKey(Job(f.Job), f.Execution), Result(Required(f.Result)))), message.Zombies);

    public static WorkOrders Of(Wire.WorkOrders message)
    {
        var to = new ToDomain(message.Shared);
        return new WorkOrders(Partition(message.Queue), to.Jobs(message.Execute), Executions(message.Acknowledged), Executions(message.Stop));
    }

    private static JobResult Result(Wire.JobResult result) => result.ResultCase switch
    {
        Case.Completed => result.Completed.HasValue ? new JobResult.Completed(Bytes(result.Completed.Value)) : JobResult.Completed.WithoutValue,
        Case.Failed => new JobResult.Failed(Error(result.Failed.Error), result.Failed.HasRetryAfter ? Span(result.Failed.RetryAfter) : null, result.Failed.ForGood),
        Case.Cancelled => new JobResult.CancelledByWorker(result.Cancelled.HasReason ? result.Cancelled.Reason : null),
        Case.Snoozed => new JobResult.Snoozed(
            result.Snoozed.HasAt ? Absolute(result.Snoozed.At) : null, result.Snoozed.HasDelay ? Span(result.Snoozed.Delay) : null),
        Case.Released => JobResult.Released.Instance,
        _ => throw WireException.Unknown("kind of result"),
    };

    private static ImmutableArray<ExecutionKey> Executions(Wire.Executions? executions)
    {
        if (executions is null)
        {
            return [];
        }

        var all = new ExecutionKey[Count(executions.Jobs)];
        if (all.Length != executions.Executions_.Count)
        {
            throw new WireException($"{all.Length} jobs have {executions.Executions_.Count} execution numbers");
        }

        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new ExecutionKey(new JobId(IdAt(executions.Jobs, i)), executions.Executions_[i]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(all);
    }
}
