namespace Gaffer;

/// <summary>Until when a node must have started: <c>gaffer.start-timeout</c>.</summary>
/// <remarks>Counts real time, whatever clock the queues have: a cluster forms in real time, and nobody moves a test's clock before the start.</remarks>
internal sealed class StartDeadline(TimeSpan timeout)
{
    private static readonly TimeProvider Real = TimeProvider.System;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly long _began = Real.GetTimestamp();

    public bool IsOver => Real.GetElapsedTime(_began) >= timeout;

    /// <summary>A breath before something is tried again.</summary>
    public static Task PauseAsync() => Task.Delay(Pause, Real);

    /// <summary>Waits, but not beyond the deadline.</summary>
    /// <param name="task">What is waited for.</param>
    /// <param name="message">What to say when it does not come; {0} is the time that was waited.</param>
    /// <exception cref="GafferTimeoutException">It did not come in time.</exception>
    public async Task WaitAsync(Task task, string message)
    {
        var left = timeout - Real.GetElapsedTime(_began);
        try
        {
            await task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, Real).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new GafferFailure(GafferError.Timeout, message.Replace("{0}", $"{timeout.TotalSeconds:0.#} s", StringComparison.Ordinal)).ToException();
        }
    }
}
