using Npgsql;
using Quartz;

namespace Gaffer.Benchmarks;

/// <summary>Quartz.NET with its ADO.NET job store. One job is stored once, and each insert is a trigger of it for now, with the payload: the way that its guide "One-Off Job" shows.</summary>
/// <remarks>
/// What differs from the defaults, and who advises it:
/// <list type="bullet">
/// <item><c>MaxConcurrency</c>: the number that all subjects have.</item>
/// <item><c>MaxBatchSize</c> stays automatic, the size of the pool: the fastest for triggers that are due, by the remarks of that option.</item>
/// <item><c>BatchTriggerAcquisitionFireAheadTimeWindow</c> 1 s: "the larger the number, the more likely" are full batches, by the configuration reference. No trigger here is due later, so none is early.</item>
/// <item><c>LockOnInsert</c> off: "a significant performance increase during the addition of new jobs and triggers", by the remarks of that option in Quartz 3; it is the database that keeps inserts and acquisitions apart.</item>
/// <item>Not clustered and no lock handler set, so locks are a monitor of the process instead of rows: the remarks of <c>UseLockHandler</c>.</item>
/// <item><c>RequestRecovery</c>, so that a job whose process dies runs again, as with the others.</item>
/// <item>Job data as strings: "Job Stores", the recommended configuration. As many connections as threads, and one: the same page.</item>
/// <item>A misfire threshold that no run reaches, as a trigger in the backlog is late, not missed.</item>
/// <item>Tables by <c>ProvisionSchema</c>: the script that the package brings.</item>
/// <item>Npgsql without a reset at each return to the pool, with automatic preparation: "Performance" and "Prepared statements" of its documentation.</item>
/// </list>
/// </remarks>
internal sealed class QuartzQueue : ILibraryQueue
{
    private const string OnStart = "started";
    private static readonly JobKey JobKey = new("bench");
    private static readonly string Payload = new('x', 98);   // 100 bytes of JSON
    private readonly IScheduler _scheduler;
    private readonly string _tuned;
    private readonly NpgsqlDataSource _source;

    private QuartzQueue(IScheduler scheduler, string tuned) => (_scheduler, _tuned, _source) = (scheduler, tuned, NpgsqlDataSource.Create(tuned));

    public bool Blocks => false;

    public static async Task<ILibraryQueue> CreateAsync(string connectionString, int workers, Action started)
    {
        var tuned = LibraryDatabase.Tune(connectionString, workers);
        var scheduler = await QuartzSchedulerBuilder.Create(quartz => quartz
            .ConfigureScheduler(options =>
            {
                options.InstanceName = $"bench-{Guid.NewGuid():N}";   // unique in the process
                options.BatchTriggerAcquisitionFireAheadTimeWindow = TimeSpan.FromSeconds(1);
            })
            .UseDefaultThreadPool(maxConcurrency: workers)
            .UsePersistentStore(store =>
            {
                store.UsePostgres(NpgsqlFactory.Instance, tuned);
                store.ProvisionSchema();
                store.ConfigureStore(options =>
                {
                    options.LockOnInsert = false;
                    options.StoreJobDataAsStrings = true;
                    options.MisfireThreshold = TimeSpan.FromHours(1);
                });
            })).BuildScheduler();
        scheduler.Context[OnStart] = started;
        await scheduler.AddJob(JobBuilder.Create<Job>().WithIdentity(JobKey).StoreDurably().RequestRecovery().Build());
        return new QuartzQueue(scheduler, tuned);
    }

    public async Task InsertAsync() => await _scheduler.ScheduleJob(
        TriggerBuilder.Create().ForJob(JobKey).UsingJobData("payload", Payload).StartNow().Build());

    public async Task StartAsync() => await _scheduler.Start();

    public async Task StopAsync() => await _scheduler.Standby();

    /// <summary>The trigger of a job that ended is deleted.</summary>
    public async Task<long> LeftAsync()
    {
        await using var command = _source.CreateCommand("SELECT count(*) FROM qrtz_triggers");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await _scheduler.Shutdown(waitForJobsToComplete: true);
        await using (var pooled = new NpgsqlConnection(_tuned)) NpgsqlConnection.ClearPool(pooled);
        await _source.DisposeAsync();
    }

    /// <summary>The job that does nothing.</summary>
    public sealed class Job : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
        {
            ((Action)context.Scheduler.Context[OnStart]!)();
            return ValueTask.CompletedTask;
        }
    }
}
