namespace Gaffer.Benchmarks;

/// <summary>A queue of another library on PostgreSQL, set up as its own documentation says that it is fast.</summary>
internal interface ILibraryQueue : IAsyncDisposable
{
    /// <summary>Whether an insert keeps the thread of its caller until it is durable.</summary>
    bool Blocks { get; }

    /// <summary>Stores a job of 100 bytes; it is durable at the end.</summary>
    Task InsertAsync();

    /// <summary>Begins to perform, or goes on after <see cref="StopAsync"/>.</summary>
    Task StartAsync();

    /// <summary>Performs nothing more.</summary>
    Task StopAsync();

    /// <summary>Jobs whose end is not durable yet.</summary>
    Task<long> LeftAsync();
}

/// <summary>Another library: its name in the results, and how its queue is made.</summary>
/// <param name="Subject">The name in the results.</param>
/// <param name="CreateAsync">Makes the queue in an empty database, for so many jobs at once; the action is called at the start of each job.</param>
internal sealed record Library(Subject Subject, Func<string, int, Action, Task<ILibraryQueue>> CreateAsync)
{
    public static readonly Library Hangfire = new(Subject.Hangfire, HangfireQueue.CreateAsync);
    public static readonly Library Quartz = new(Subject.Quartz, QuartzQueue.CreateAsync);
}
