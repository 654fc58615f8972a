namespace Gaffer;

/// <summary>Names of attributes: those of the OpenTelemetry semantic conventions where they have one.</summary>
internal static class Attributes
{
    public const string System = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Queue = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string BodySize = "messaging.message.body.size";
    public const string BatchCount = "messaging.batch.message_count";
    public const string ErrorType = "error.type";
    public const string Kind = "gaffer.job.kind";
    public const string Attempt = "gaffer.job.attempt";
    public const string Execution = "gaffer.job.execution";
    public const string Outcome = "gaffer.job.outcome";
    public const string State = "gaffer.job.state";
    public const string Limit = "gaffer.limit.name";
    public const string Hook = "gaffer.hook.name";

    /// <summary>The attribute that all instruments of a queue have.</summary>
    public static KeyValuePair<string, object?> Of(QueueName queue) => new(Queue, queue.Value);
}
