using System.Globalization;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>Hangfire with Hangfire.PostgreSql.</summary>
/// <remarks>
/// What differs from the defaults, and who advises it:
/// <list type="bullet">
/// <item>Compatibility level 180, simple type names, recommended serializer settings: Hangfire, "Upgrading to Hangfire 1.7" and "1.8", for small and fast payloads.</item>
/// <item>A default culture that is not captured: release notes of 1.8.0-rc2 and rc3; it saves two parameters, so two statements, for each job.</item>
/// <item><c>WorkerCount</c>: "Configuring the Degree of Parallelism"; the number that all subjects have.</item>
/// <item><c>QueuePollInterval</c> 1 s. In one process an insert wakes a worker at once; an interval of 50 ms, the lowest allowed, makes 100 workers ask 20 times a second each, and was slower.</item>
/// <item><c>UseSlidingInvisibilityTimeout</c>: the recommended fetch of Hangfire since 1.6.14, ported in pull request 353 of Hangfire.PostgreSql; no transaction is open while a job runs.</item>
/// <item><c>EnableLongPolling</c> stays off: it opens a connection for LISTEN at each fetch, was slower, and helps other processes only.</item>
/// <item>Npgsql without a reset at each return to the pool, with automatic preparation: "Performance" and "Prepared statements" of its documentation.</item>
/// </list>
/// </remarks>
internal sealed class HangfireQueue : ILibraryQueue
{
    private static readonly string Payload = new('x', 98);   // 100 bytes of JSON
    private readonly PostgreSqlStorage _storage;
    private readonly BackgroundJobClient _client;
    private readonly BackgroundJobServerOptions _options;
    private readonly NpgsqlDataSource _source;
    private BackgroundJobServer? _server;

    private HangfireQueue(NpgsqlDataSource source, int workers, Action started)
    {
        _source = source;
        _storage = new PostgreSqlStorage(new Connections(source), new PostgreSqlStorageOptions
        {
            QueuePollInterval = TimeSpan.FromSeconds(1), UseSlidingInvisibilityTimeout = true, InvisibilityTimeout = TimeSpan.FromMinutes(5),
        });
        _client = new BackgroundJobClient(_storage);
        _options = new BackgroundJobServerOptions { WorkerCount = workers, Activator = new OneJob(new Job(started)), ShutdownTimeout = TimeSpan.FromSeconds(5) };
    }

    public bool Blocks => true;

    public static Task<ILibraryQueue> CreateAsync(string connectionString, int workers, Action started)
    {
        GlobalConfiguration.Configuration.SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings()
            .UseDefaultCulture(CultureInfo.InvariantCulture, CultureInfo.InvariantCulture, captureDefault: false);
        var source = NpgsqlDataSource.Create(LibraryDatabase.Tune(connectionString, workers));
        return Task.FromResult<ILibraryQueue>(new HangfireQueue(source, workers, started));
    }

    public Task InsertAsync()
    {
        _client.Enqueue<Job>(job => job.Perform(Payload));
        return Task.CompletedTask;
    }

    public Task StartAsync()
    {
        _server = new BackgroundJobServer(_options, _storage);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        server.SendStop();
        await server.WaitForShutdownAsync(CancellationToken.None);
        server.Dispose();
    }

    public async Task<long> LeftAsync()
    {
        await using var command = _source.CreateCommand("SELECT count(*) FROM hangfire.job WHERE statename IS DISTINCT FROM 'Succeeded'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _source.DisposeAsync();
    }

    /// <summary>The job that does nothing. Hangfire calls it by its name.</summary>
    public sealed class Job(Action started)
    {
        public void Perform(string payload) => started();
    }

    private sealed class OneJob(Job job) : JobActivator
    {
        public override object ActivateJob(Type jobType) => job;
    }

    private sealed class Connections(NpgsqlDataSource source) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();
    }
}
