using Akka.Actor;

namespace Gaffer;

/// <summary>Changes of a job that are made only while it is in the state that somebody has seen it in.</summary>
internal static class ConditionalCalls
{
    /// <param name="gaffer">The node.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="job">The job.</param>
    /// <param name="ifState">The state that it must be in. Null: any that can be retried.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<RetryResult> RetryAsync(this IGaffer gaffer, QueueName queue, JobId job, JobState? ifState, CancellationToken cancellationToken) =>
        await AskAsync(gaffer, new RetryJob(queue, job) { IfState = ifState }, cancellationToken).ConfigureAwait(false) is var reply && reply is RetryResult result
            ? result
            : throw GafferClient.Unexpected(reply);

    /// <returns>The state for which it was left as it is; null: it is deleted.</returns>
    /// <inheritdoc cref="RetryAsync"/>
    public static async Task<JobState?> DeleteAsync(this IGaffer gaffer, QueueName queue, JobId job, JobState? ifState, CancellationToken cancellationToken) =>
        await AskAsync(gaffer, new DeleteJob(queue, job) { IfState = ifState }, cancellationToken).ConfigureAwait(false) switch
        {
            JobDeletedResult => null,
            JobNotDeleted refused => refused.State,
            var other => throw GafferClient.Unexpected(other),
        };

    private static Task<GafferReply> AskAsync(IGaffer gaffer, GafferRequest request, CancellationToken cancellationToken)
    {
        var call = new PendingCall(request);
        gaffer.Queues.Tell(call, ActorRefs.NoSender);
        return call.Task.WaitAsync(cancellationToken);
    }
}
