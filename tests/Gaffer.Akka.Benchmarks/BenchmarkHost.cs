using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Benchmarks;

/// <summary>Gaffer on one storage with one queue, as an application hosts it: all settings are the defaults, apart from the number of workers.</summary>
internal sealed class BenchmarkHost : IAsyncDisposable
{
    public static readonly QueueName Queue = "bench";
    private const int WarmUpJobs = 5_000;
    private static readonly Task<JobResult> Done = Task.FromResult(JobResult.Complete());
    private readonly IHost _host;

    private BenchmarkHost(IHost host)
    {
        _host = host;
        Gaffer = host.Services.GetRequiredService<IGaffer>();
    }

    public IGaffer Gaffer { get; }

    /// <summary>100 bytes of JSON.</summary>
    public static ReadOnlyMemory<byte> Payload { get; } = Encoding.UTF8.GetBytes($"\"{new string('x', 98)}\"");

    /// <summary>A worker that does nothing.</summary>
    public static JobWorker NoWork { get; } = JobWorker.FromDelegate(static (_, _) => Done);

    public static async Task<BenchmarkHost> StartAsync(FreshStore store, int workers, JobWorker? worker = null, params IReadOnlyCollection<(string Key, string Value)> settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddGaffer(gaffer =>
        {
            Use(gaffer, store).AddQueue(Queue.Value, queue => queue with { MaxWorkers = workers }, worker ?? NoWork);
            if (settings.Count > 0) gaffer.UseConfiguration(builder.Configuration.GetSection("Gaffer"));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new BenchmarkHost(host);
    }

    public static InsertJob NewJob() => new(Queue, Payload);

    /// <summary>Runs some jobs through, so that the code is compiled and the connections are open.</summary>
    public async Task WarmUpAsync()
    {
        await LoadDriver.RunAsync(64, WarmUpJobs, (_, _) => Gaffer.InsertAsync(NewJob()));
        await FlushAsync();
    }

    /// <summary>Fills the queue in batches of 1,000.</summary>
    public async Task FillAsync(int jobs, int payload = 100)
    {
        var content = payload == Payload.Length ? Payload : Encoding.UTF8.GetBytes($"\"{new string('x', payload - 2)}\"");
        for (var left = jobs; left > 0; left -= 1_000)
        {
            await Gaffer.InsertManyAsync(Queue, [.. Enumerable.Range(0, Math.Min(left, 1_000)).Select(_ => new InsertJob(Queue, content))]);
        }
    }

    /// <summary>Waits until the end of every job is durable.</summary>
    public async Task FlushAsync()
    {
        var result = await Gaffer.FlushAsync(Queue, TimeSpan.FromMinutes(5));
        if (!result.Flushed) throw new InvalidOperationException($"The queue did not come to its end: {result}");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static GafferBuilder Use(GafferBuilder gaffer, FreshStore store) => store.Kind switch
    {
        StorageKind.Sqlite => gaffer.UseSqlite(store.Connection),
        StorageKind.Postgres => gaffer.UsePostgres(store.Connection),
        _ => gaffer.UseInMemory(),
    };
}
