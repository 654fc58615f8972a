using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Node;

/// <summary>Works through all files of a folder with a durable queue, and follows it.</summary>
internal static class DemoCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        switch (DemoArguments.Parse(args))
        {
            case DemoArguments.ShowHelp:
                return await CommandLine.Say(Console.Out, DemoArguments.Help, ExitCode.Done);
            case DemoArguments.Wrong wrong:
                return await CommandLine.Say(Console.Error, $"{DemoText.Clean(wrong.Problem)} Usage: {DemoArguments.Usage}; more with demo --help.", ExitCode.Usage);
            case DemoArguments.Run run:
                try
                {
                    var view = DemoView.TakeConsole(TimeProvider.System);
                    return await RunAsync(DemoSettings.From(run, view.IsTerminal), view);
                }
                catch (DemoException e)
                {
                    return await CommandLine.Say(Console.Error, DemoText.Clean(e.Message), ExitCode.Usage);
                }

            default:
                throw new InvalidOperationException("No such command.");
        }
    }

    /// <summary>From the start of the host to its end.</summary>
    /// <exception cref="DemoException">The data file holds the run of another folder, or the port is not free.</exception>
    public static async Task<int> RunAsync(DemoSettings settings, DemoView view)
    {
        using var host = DemoHost.Build(settings, view);
        var stop = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        DemoProgress? last = null;
        var exitCode = ExitCode.Interrupted;
        view.Starting(settings);
        try
        {
            await host.StartAsync(CancellationToken.None);
            var dashboard = DemoDashboard.AddressOf(host);
            if (dashboard is not null) view.Line($"Dashboard: {dashboard}");
            var gaffer = host.Services.GetRequiredService<IGaffer>();
            var meter = host.Services.GetRequiredService<DemoMeter>();
            var run = await DemoRun.StartAsync(gaffer, settings.Folder, stop);
            view.Started(run, settings);
            await view.WatchAsync(report => WatchAsync(gaffer, meter, progress => report(last = progress), stop));
            var summary = await DemoSummary.ReadAsync(gaffer, meter, stop);
            view.Summary(summary);
            await run.EndAsync(gaffer, CancellationToken.None);
            if (!settings.Follows) return exitCode = ExitCode.Done;
            view.Following(dashboard);
            await FollowAsync(gaffer, host.Services.GetRequiredService<FolderWatch>(), run, view, summary, stop);
            exitCode = ExitCode.Done;
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or GafferException)
        {
            view.Line("Stopping.");
        }
        catch (GafferException e)
        {
            view.Log($"error: {DemoText.Clean(e.Message)}");                // a failed start, too: its log says nothing more
            exitCode = ExitCode.Failed;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        if (exitCode == ExitCode.Interrupted) view.Stopped(last);
        return exitCode;
    }

    /// <summary>Until Ctrl+C, or until somebody ends it on the dashboard. Both are a good end.</summary>
    private static async Task FollowAsync(IGaffer gaffer, FolderWatch watch, DemoRun run, DemoView view, DemoSummary counted, CancellationToken stop)
    {
        var last = FollowProgress.None;
        long? read = null;
        try
        {
            read = await DemoFollowing.StartAsync(gaffer, run, stop);
            await view.FollowAsync(async report =>
            {
                using var timer = new PeriodicTimer(BetweenLooks);
                do report(last = await FollowProgress.ReadAsync(gaffer, read.Value, stop));
                while (!last.IsOver && await timer.WaitForNextTickAsync(stop));
            });
            view.Line("The job that follows the folder was ended.");
        }
        catch (UnknownQueueException e)
        {
            view.Line($"The folder is not followed any more: {DemoText.Clean(e.Message)}");
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is OperationCanceledException or GafferException)
        {
            if (read is { } before) last = await FollowProgress.ReadAsync(gaffer, before, CancellationToken.None);
        }

        try
        {
            view.Summary(await DemoSummary.ReadAsync(gaffer, watch, counted, last, CancellationToken.None));
        }
        catch (UnknownQueueException e)
        {
            view.Line($"There is no new summary: {DemoText.Clean(e.Message)}");        // that of the count was shown
        }

        await DemoFollowing.EndAsync(gaffer, CancellationToken.None);
    }

    private static async Task WatchAsync(IGaffer gaffer, DemoMeter meter, Action<DemoProgress> report, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            var progress = await DemoProgress.ReadAsync(gaffer, meter, stop);
            report(progress);
            if (progress.IsOver) return;
            await timer.WaitForNextTickAsync(stop);
        }
    }
}
