using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gaffer.Node;

/// <summary>Runs a node until it is told to stop, or the cluster puts it out.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        switch (RunArguments.Parse(args))
        {
            case RunArguments.ShowHelp:
                return await CommandLine.Say(Console.Out, RunArguments.Help, ExitCode.Done);
            case RunArguments.Wrong wrong:
                return await CommandLine.Say(Console.Error, $"{DemoText.Clean(wrong.Problem)} Usage: {RunArguments.Usage}; more with run --help.", ExitCode.Usage);
            case RunArguments.Run run:
                try
                {
                    var configuration = RunHost.Configuration(run);
                    return await RunAsync(RunHost.Build(configuration, NodeSettings.Read(configuration)));
                }
                catch (NodeSettingsException e)
                {
                    return await CommandLine.Say(Console.Error, e.Message, ExitCode.Usage);
                }

            default:
                throw new InvalidOperationException("No such command.");
        }
    }

    /// <summary>Until the node ends; what is said to the shell then.</summary>
    public static async Task<int> RunAsync(WebApplication app)
    {
        await using var _ = app;
        try
        {
            await app.StartAsync();
        }
        catch (Exception e)
        {
            // Whatever it is, it ends this process: what has started stops, and the last line says why.
            if (e is not (GafferException or IOException)) await Console.Error.WriteLineAsync(e.ToString());
            await app.StopAsync();
            return await CommandLine.Say(Console.Error, $"error: The node could not start: {e.Message}", ExitCode.Failed);
        }

        var shutdown = CoordinatedShutdown.Get(app.Services.GetRequiredService<ActorSystem>());
        AllowFor(shutdown, app.Services.GetRequiredService<IOptions<HostOptions>>().Value);
        await app.WaitForShutdownAsync();
        return PutOut(shutdown.ShutdownReason) is { } why
            ? await CommandLine.Say(Console.Error, $"error: {why} It must be started again.", ExitCode.Downed)
            : ExitCode.Done;
    }

    /// <summary>How a node was put out that nobody has asked to stop; null: it was asked.</summary>
    public static string? PutOut(CoordinatedShutdown.Reason? reason) => reason switch
    {
        CoordinatedShutdown.ClusterDowningReason => "The cluster declared this node dead; its jobs run elsewhere.",
        ShutOutReason => "The others go on without this node: they have shut it out, or it was in a cluster of its own, as its log says. Its jobs run elsewhere.",
        _ => null,
    };

    // An operator who gives the phases more time need not say so twice.
    private static void AllowFor(CoordinatedShutdown shutdown, HostOptions host)
    {
        var enough = shutdown.TotalTimeout + Margin;
        if (host.ShutdownTimeout < enough) host.ShutdownTimeout = enough;
    }
}
