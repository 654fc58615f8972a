using Akka.Actor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Dashboard;

/// <summary>What all requests of one mount share.</summary>
internal sealed class Mount
{
    public Mount(IServiceProvider services, GafferDashboardOptions options, Access access)
    {
        Options = options;
        Access = access;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Gaffer.Dashboard");
        Gaffer = services.GetService<IGaffer>()
            ?? throw new InvalidOperationException("The application has no Gaffer. Call services.AddGaffer(...), or AddGafferClient() beside AddAkka(...), before MapGaffer.");
        Nodes = new NodeReader(services.GetRequiredService<ActorSystem>());
        Live = Broadcaster.Of(Gaffer, Nodes, Time, Log, services.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None);
        Contents = new ContentReader(options.Redact, Log);
    }

    public GafferDashboardOptions Options { get; }

    public Access Access { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public IGaffer Gaffer { get; }

    public NodeReader Nodes { get; }

    public Broadcaster Live { get; }

    public ContentReader Contents { get; }
}
