namespace Gaffer;

internal static class StorageFault
{
    public static GafferFailure Describe(Exception cause, QueueName queue) => new(GafferError.Unavailable, cause.Message, queue);
}
