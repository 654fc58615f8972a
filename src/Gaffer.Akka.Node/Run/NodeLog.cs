using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gaffer.Node;

/// <summary>What the program says of itself. A generator fills it.</summary>
internal static partial class NodeLog
{
    private const string Category = "Gaffer.Node";

    public static ILogger Of(IServiceProvider services) => services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);

    /// <summary>Says, once the node has started, what it serves, and to whom.</summary>
    public static void SayWhenReady(this WebApplication app, NodeSettings settings)
    {
        var log = Of(app.Services);
        app.Lifetime.ApplicationStarted.Register(() => LogReady(log, $"{string.Join(", ", app.Urls)}{Served(settings)}"));
    }

    private static string Served(NodeSettings settings) => settings switch
    {
        { Dashboard: DashboardAccess.Off } => NodeEndpoints.Ready,
        { Token: not null } => $"{NodeApi.Path}/ serves those who send the token",
        { Dashboard: DashboardAccess.Local } => $"{NodeApi.Path}/ serves this machine",
        { Dashboard: DashboardAccess.AnybodyReadOnly } => $"{NodeApi.Path}/ shows everything to everybody",
        _ => $"{NodeApi.Path}/ serves everybody",
    };

    [LoggerMessage(LogLevel.Information, "The node is ready: {Served}")]
    private static partial void LogReady(ILogger log, string served);
}
