using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Node;

/// <summary>The process of the demo: queues in one SQLite file, their workers, and the dashboard.</summary>
internal static class DemoHost
{
    private const string Name = "gaffer";

    public static IHost Build(DemoSettings settings, DemoView view)
    {
        if (settings.Dashboard is not { } dashboard)
        {
            var plain = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = Name });
            Configure(plain, settings, view);
            return plain.Build();
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = Name });
        Configure(builder, settings, view);
        dashboard.AddTo(builder);
        var app = builder.Build();
        app.UseGuards();
        app.MapLocalApi();
        return app;
    }

    private static void Configure(IHostApplicationBuilder builder, DemoSettings settings, DemoView view)
    {
        builder.Logging
            .AddProvider(new LineLoggerProvider(view.Log))
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)            // a start that fails is an exception, which says it once
            .AddFilter("Akka.Hosting.AkkaHostedService", LogLevel.None);
        builder.Services
            .AddSingleton(settings)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<DemoMeter>()
            .AddSingleton<FolderWatch>()
            .AddSingleton<CheckPace>()
            .AddGaffer(gaffer => gaffer
                .UseSqlite(settings.Data)
                .AddQueue(DemoQueues.Unreadable.Value, DemoQueues.Kept)
                .AddQueue(DemoQueues.Runs.Value, DemoQueues.Kept)
                .AddQueue(DemoQueues.Folders.Value, queue => DemoQueues.Work(queue, workers: 2))
                .AddQueue(DemoQueues.Files.Value, queue => DemoQueues.Work(queue, settings.Workers)));
    }
}
