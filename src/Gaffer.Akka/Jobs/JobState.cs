namespace Gaffer;

/// <summary>The five states of a job. "Scheduled" is none of them: it is <see cref="Available"/> with a time in the future.</summary>
/// <remarks>Source: <c>job_state()</c> of gaffer.</remarks>
public enum JobState
{
    /// <summary>Waits to be claimed, now or from <see cref="Job.ScheduledAt"/> on.</summary>
    Available,

    /// <summary>A worker has it.</summary>
    Executing,

    /// <summary>Ended well. Terminal.</summary>
    Completed,

    /// <summary>Taken back by its worker or a caller. Terminal.</summary>
    Cancelled,

    /// <summary>Its attempts are used up. Terminal.</summary>
    Failed,
}

/// <summary>What a person wants to read about a job: its state, and why it waits.</summary>
public enum JobDisplayState
{
    /// <summary>Waits for a free worker.</summary>
    Available,

    /// <summary>Waits for the time that it was inserted or snoozed for.</summary>
    Scheduled,

    /// <summary>Failed, and waits for its backoff to end.</summary>
    Retrying,

    /// <summary>Runs now.</summary>
    Executing,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>Taken back.</summary>
    Cancelled,

    /// <summary>Its attempts are used up.</summary>
    Failed,
}

/// <summary>Facts about job states.</summary>
public static class JobStates
{
    /// <summary>All states, in the order of the enumeration.</summary>
    public static IReadOnlyList<JobState> All { get; } = [JobState.Available, JobState.Executing, JobState.Completed, JobState.Cancelled, JobState.Failed];

    /// <summary>Whether a job in this state has ended: completed, cancelled or failed.</summary>
    public static bool IsTerminal(this JobState state) => state >= JobState.Completed;
}
