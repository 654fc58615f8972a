using Akka.Configuration;

namespace Gaffer;

/// <summary>The operator's settings, read once from <c>gaffer</c> in HOCON. <c>reference.conf</c> is their only home: it says what each means, its unit and its default.</summary>
internal sealed record GafferSettings(ClientSettings Client, QueueSettings Queue, WorkerSettings Worker, HookSettings Hooks, ClusterSettings Cluster)
{
    public static GafferSettings From(Config gaffer) => new(
        ClientSettings.From(gaffer.GetConfig("client")),
        QueueSettings.From(gaffer.GetConfig("queue")),
        WorkerSettings.From(gaffer.GetConfig("worker")),
        HookSettings.From(gaffer.GetConfig("hooks")),
        ClusterSettings.From(gaffer.GetConfig("cluster")));
}

internal sealed record ClientSettings(TimeSpan Timeout, TimeSpan RetryInterval, int MaxMessageBytes)
{
    public static ClientSettings From(Config c) => new(c.GetTimeSpan("timeout"), c.GetTimeSpan("retry-interval"), (int)(c.GetByteSize("max-message-size") ?? throw new ConfigurationException("gaffer.client.max-message-size is missing")));
}

internal sealed record QueueSettings(
    int MaxCommitChanges, int MaxCommitBytes, int MaxPendingChanges, long SnapshotFloorBytes, long SnapshotPartBytes, TimeSpan RescueGrace,
    TimeSpan RestartMin, TimeSpan RestartMax, int RememberedIds, TimeSpan RememberFor)
{
    /// <summary>How long whatever lost its journal waits before it starts again: twice as long after each failure.</summary>
    /// <param name="failures">How often it had failed before, in a row.</param>
    public TimeSpan RestartDelay(int failures) => TimeSpan.FromTicks((long)Math.Min(RestartMax.Ticks, RestartMin.Ticks * Math.Pow(2, failures)));

    public static QueueSettings From(Config c) => new(
        c.GetInt("max-commit-changes"), (int)(c.GetByteSize("max-commit-size") ?? 0), c.GetInt("max-pending-changes"), c.GetByteSize("snapshot-floor") ?? 0, c.GetByteSize("snapshot-part") ?? 0,
        c.GetTimeSpan("rescue-grace"), c.GetTimeSpan("restart-min"), c.GetTimeSpan("restart-max"), c.GetInt("remembered-ids"), c.GetTimeSpan("remember-for"));
}

internal sealed record WorkerSettings(TimeSpan RegisterInterval, TimeSpan RetryInterval, TimeSpan Lease)
{
    public static WorkerSettings From(Config c) => new(c.GetTimeSpan("register-interval"), c.GetTimeSpan("retry-interval"), c.GetTimeSpan("lease"));
}

internal sealed record HookSettings(int Buffer, TimeSpan SlowAfter)
{
    public static HookSettings From(Config c) => new(c.GetInt("buffer"), c.GetTimeSpan("slow-after"));
}

internal sealed record ClusterSettings(bool CrashDetection)
{
    public static ClusterSettings From(Config c) => new(c.GetBoolean("crash-detection"));
}
