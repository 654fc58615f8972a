using System.Runtime.InteropServices;

namespace Gaffer.Node;

/// <summary>What people do with a running cluster from the shell of one of its machines.</summary>
internal static class OperateCommand
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>A cluster that moves the queue may be silent for so long.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        var arguments = OperateArguments.Parse(args);
        switch (arguments)
        {
            case OperateArguments.ShowHelp: return await CommandLine.Say(Console.Out, OperateArguments.Help, ExitCode.Done);
            case OperateArguments.Wrong wrong: return await CommandLine.Say(Console.Error, $"{wrong.Problem} More with {args[0]} --help.", ExitCode.Usage);
        }

        using var client = new NodeClient(arguments.Nodes, arguments.Token);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        try
        {
            return arguments switch
            {
                OperateArguments.Health => await HealthAsync(client, stop.Token),
                OperateArguments.Status status => await StatusAsync(client, status.Watch, stop.Token),
                OperateArguments.Work work => await WorkAsync(client, work.Order, stop.Token),
                _ => throw new InvalidOperationException("No such command."),
            };
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (NodeClientException e)
        {
            return await ApiCommand.Problem(e.Message, e.Code);
        }
    }

    private static async Task<int> HealthAsync(NodeClient client, CancellationToken stop) => await client.HealthAsync(stop) is { } problem
        ? await CommandLine.Say(Console.Out, ApiCommand.Clean(problem), ExitCode.Failed)
        : await CommandLine.Say(Console.Out, "ready", ExitCode.Done);

    private static async Task<int> StatusAsync(NodeClient client, bool watch, CancellationToken stop)
    {
        var line = new StatusLine(TimeProvider.System);
        if (!watch) return await CommandLine.Say(Console.Out, line.Of(await client.StatusAsync(stop), null), ExitCode.Done);
        await WatchAsync(line, async () => (await client.StatusAsync(stop), null), static _ => false, stop);
        return ExitCode.Done;
    }

    private static async Task<int> WorkAsync(NodeClient client, WorkOrder order, CancellationToken stop)
    {
        await client.InsertAsync(order, stop);
        Console.WriteLine($"Inserted {DemoText.Plural(order.Jobs, "job", "jobs")} of {order.Task.Milliseconds} ms into the queue '{order.Queue}'.");
        var report = await WatchAsync(new StatusLine(TimeProvider.System), async () => (await client.StatusAsync(stop), await client.ReportAsync(order, stop)), static report => report?.IsOver == true, stop);
        Console.WriteLine($"All {order.Jobs} jobs have ended, {report!.Done} of them well. Executions that were lost with their node: {report.Lost}; jobs that were rescued: {report.Rescued}.");
        foreach (var (node, jobs) in report.DoneBy) Console.WriteLine($"  {node} did {jobs}");
        return report.Done == order.Jobs ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>A line each second, until it is over; a second without an answer has a line that says so.</summary>
    private static async Task<WorkReport?> WatchAsync(StatusLine line, Func<Task<(NodeStatus Status, WorkReport? Report)>> read, Func<WorkReport?, bool> isOver, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var heard = time.GetTimestamp();
        using var timer = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            try
            {
                var (status, report) = await read();
                heard = time.GetTimestamp();
                Console.WriteLine(line.Of(status, report));
                if (isOver(report)) return report;
            }
            catch (NodeClientException e) when (e.Code == ExitCode.Unreachable && time.GetElapsedTime(heard) < LongestSilence)
            {
                Console.WriteLine(line.Silence(e.Message));
            }

            await timer.WaitForNextTickAsync(stop);
        }
    }
}
