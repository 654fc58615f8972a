using System.Collections.Immutable;

namespace Gaffer;

internal sealed partial class ToWire
{
    public static Wire.RegisterWorkers Of(RegisterWorkers message)
    {
        var wire = new Wire.RegisterWorkers
        {
            Queue = Name(message.Partition), Node = NodeOf(message.Node), Running = Executions(message.Running), Zombies = message.Zombies, IsAnew = message.IsAnew,
        };
        if (message.Max is { } max) wire.Max = Limit(max);
        Texts(wire.Kinds, message.Kinds);
        return wire;
    }

    public static Wire.WorkersRegistered Of(WorkersRegistered message) =>
        new() { Queue = Name(message.Partition), Incarnation = Id(message.Incarnation), Partitions = message.Partitions == 1 ? 0 : message.Partitions, MaxWorkers = Limit(message.MaxWorkers) };

    public static Wire.SlotsLent Of(SlotsLent message) =>
        new() { Queue = Name(message.Partition), Node = NodeOf(message.Node), Count = message.Count, Version = message.Version, Share = message.Share };

    public static Wire.SlotsHeld Of(SlotsHeld message) =>
        new() { Queue = Name(message.Partition), Count = message.Count, Version = message.Version, InUse = message.InUse, Wanted = message.Wanted, Max = Limit(message.Max) };

    public static Wire.WorkersLeaving Of(WorkersLeaving message) => new() { Queue = Name(message.Partition), Node = NodeOf(message.Node) };

    public static Wire.QueueRests Of(QueueRests message) => new() { Queue = Name(message.Partition) };

    public static Wire.WorkersGone Of(WorkersGone message) => new() { Queue = Name(message.Partition) };

    public static Wire.WorkFinished Of(WorkFinished message)
    {
        var to = new ToWire();
        var wire = new Wire.WorkFinished { Queue = Name(message.Partition), Node = NodeOf(message.Node), Zombies = message.Zombies };
        foreach (var (key, result) in message.Finished.IsDefault ? [] : message.Finished)
        {
            wire.Finished.Add(new Wire.FinishedExecution { Job = to.Id(key.Job), Execution = key.Execution, Result = Result(result) });
        }

        return wire;
    }

    public static Wire.WorkOrders Of(WorkOrders message)
    {
        var to = new ToWire();
        var wire = new Wire.WorkOrders { Queue = Name(message.Partition), Acknowledged = Executions(message.Acknowledged), Stop = Executions(message.Stop) };
        to.Jobs(wire.Execute, message.Execute);
        wire.Shared = to.Shared;
        return wire;
    }

    private static Wire.JobResult Result(JobResult result)
    {
        var wire = new Wire.JobResult();
        switch (result)
        {
            case JobResult.Completed r:
                wire.Completed = new();
                if (r.Value is { } value) wire.Completed.Value = Bytes(value);
                break;
            case JobResult.Failed r:
                wire.Failed = new() { Error = Error(r.Error), ForGood = r.ForGood };
                if (r.RetryAfter is { } retryAfter) wire.Failed.RetryAfter = Span(retryAfter);
                break;
            case JobResult.CancelledByWorker r:
                wire.Cancelled = new();
                if (r.Reason is { } reason) wire.Cancelled.Reason = reason;
                break;
            case JobResult.Snoozed r:
                wire.Snoozed = new();
                if (r.At is { } at) wire.Snoozed.At = Absolute(at);
                if (r.Delay is { } delay) wire.Snoozed.Delay = Span(delay);
                break;
            case JobResult.Released:
                wire.Released = new();
                break;
            default:
                throw new ArgumentException($"No shape is known for {result.GetType()}.", nameof(result));
        }

        return wire;
    }

    private static Wire.Executions? Executions(ImmutableArray<ExecutionKey> keys)
    {
        if (keys.IsDefaultOrEmpty)
        {
            return null;
        }

        var wire = new Wire.Executions();
        var ids = new byte[16 * keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            Write(keys[i].Job.Value, ids.AsSpan(16 * i));
            wire.Executions_.Add(keys[i].Execution);
        }

        wire.Jobs = Bytes(ids);
        return wire;
    }
}
