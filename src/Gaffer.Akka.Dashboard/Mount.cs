using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Dashboard;

/// <summary>What all requests of one mount share.</summary>
internal sealed class Mount
{
    // The first request asks for them: making them starts the actor system, and the host does that in its own turn.
    private readonly Lazy<IGaffer> _gaffer;
    private readonly Lazy<NodeReader> _nodes;
    private readonly Lazy<Broadcaster> _live;

    public Mount(IServiceProvider services, GafferDashboardOptions options, Access access)
    {
        if (services.GetRequiredService<IServiceProviderIsService>() is var known && !(known.IsService(typeof(IGaffer)) && known.IsService(typeof(ActorSystem))))
        {
            throw new InvalidOperationException("The application has no Gaffer. Call services.AddGaffer(...), or AddGafferClient() beside AddAkka(...), before MapGaffer.");
        }

        Options = options;
        Access = access;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Log = services.GetRequiredService<ILoggerFactory>().CreateLogger("Gaffer.Dashboard");
        Contents = new ContentReader(options.Redact, Log);
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        _gaffer = new(services.GetRequiredService<IGaffer>);
        _nodes = new(() => new NodeReader(services.GetRequiredService<ActorSystem>()));
        _live = new(() => Broadcaster.Of(Gaffer, Nodes, Time, Log, stopping));
    }

    public GafferDashboardOptions Options { get; }

    public Access Access { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public ContentReader Contents { get; }

    public IGaffer Gaffer => _gaffer.Value;

    public NodeReader Nodes => _nodes.Value;

    public Broadcaster Live => _live.Value;
}
