namespace Gaffer;

/// <summary>By id, as lists are read.</summary>
internal readonly struct ById : IOrder<JobId>
{
    public static int Compare(JobId left, JobId right) => left.CompareTo(right);
}

/// <summary>By the turn in which jobs are claimed: higher priority first, then longer in the queue. A job that was retried or snoozed keeps its place.</summary>
internal readonly struct ByTurn : IOrder<Job>
{
    public static int Compare(Job left, Job right)
    {
        var order = right.Priority.CompareTo(left.Priority);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }
}

/// <summary>By the instant from which jobs may be claimed.</summary>
internal readonly struct ByDue : IOrder<Job>
{
    public static int Compare(Job left, Job right)
    {
        var order = left.ScheduledTicks.CompareTo(right.ScheduledTicks);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }
}

/// <summary>By the instant at which jobs came into their state.</summary>
internal readonly struct ByStateTime : IOrder<Job>
{
    public static int Compare(Job left, Job right)
    {
        var order = left.StateAt.CompareTo(right.StateAt);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }
}

/// <summary>By the instant at which jobs that have not started are given up.</summary>
internal readonly struct ByExpiry : IOrder<Job>
{
    public static int Compare(Job left, Job right)
    {
        var order = Nullable.Compare(left.ExpiresAt, right.ExpiresAt);
        return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
    }
}
