using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Tests;

/// <summary>Hosts Gaffer for the crash tests.</summary>
public static class CrashHost
{
    /// <summary>A life is shorter than the default of 5 s: on PostgreSQL, where another process may have the jobs, no life would rescue any.</summary>
    private const string RescueGrace = "300ms";

    /// <summary>A host that performs jobs.</summary>
    public static IHost Subject(SubjectOptions options, LedgerWriter ledger, SemaphoreSlim unfinished)
    {
        var builder = Builder();
        builder.Configuration["Gaffer:queue:rescue-grace"] = RescueGrace;
        builder.Services
            .AddSingleton<IGafferHook>(new CrashObserver(ledger, options, unfinished))
            .AddGaffer(gaffer => Use(gaffer, options.Storage).UseConfiguration(builder.Configuration.GetSection("Gaffer")).AddQueue(
                CrashJob.Queue.Value,
                static queue => queue with
                {
                    MaxWorkers = 32,
                    MaxAttempts = 50,
                    Backoff = Backoff.Fixed(TimeSpan.FromMilliseconds(20)),
                    Prune = PruneOptions.Never,
                    ShutdownTimeout = TimeSpan.FromSeconds(2),
                },
                JobWorker.FromDelegate<CrashPayload>(new CrashWorker(ledger).PerformAsync)));
        return builder.Build();
    }

    /// <summary>A host that performs none, to read what there is.</summary>
    public static IHost Reader(CrashStorage storage)
    {
        var builder = Builder();
        builder.Services.AddGaffer(gaffer => Use(gaffer, storage));
        return builder.Build();
    }

    private static GafferBuilder Use(GafferBuilder gaffer, CrashStorage storage) =>
        storage.IsPostgres ? gaffer.UsePostgres(storage.Connection) : gaffer.UseSqlite(storage.Connection);

    private static HostApplicationBuilder Builder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        return builder;
    }
}
