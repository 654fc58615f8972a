using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote;
using Akka.Remote.Hosting;
using Akka.Remote.Transport;
using Gaffer.Tests.Spec;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit.Abstractions;
using static Akka.Remote.Transport.FailureInjectorTransportAdapter;

namespace Gaffer.Tests;

/// <param name="Name">A letter, for the output.</param>
/// <param name="Role">Its role; empty: none.</param>
/// <param name="Hocon">What it is set to.</param>
/// <param name="CanBeCut">Whether its network can be cut.</param>
/// <param name="Seed">Whom it joins; null: itself.</param>
internal sealed record KitNodeSettings(string Name, string Role, string Hocon, bool CanBeCut, KitNode? Seed);

/// <summary>One node of a <see cref="ClusterKit"/>.</summary>
internal sealed class KitNode : IDisposable
{
    private readonly IHost _host;
    private bool _hasStarted;

    public KitNode(KitNodeSettings settings, Action<GafferBuilder> configure, ITestOutputHelper output)
    {
        Name = settings.Name;
        Log = new NodeLog(Name, output);
        var port = Loopback.FreePort();
        Address = new Address(settings.CanBeCut ? "akka.gremlin.tcp" : "akka.tcp", "nodes", "127.0.0.1", port);
        var seed = settings.Seed?.Address ?? Address;
        var hocon = $"akka.remote.dot-netty.tcp.applied-adapters = [{(settings.CanBeCut ? "gremlin" : "")}]\n akka.coordinated-shutdown.run-by-actor-system-terminate = off\n{settings.Hocon}";
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddProvider(Log);
        builder.Services.AddAkka("nodes", akka => akka
            .ConfigureLoggers(logs =>
            {
                logs.ClearLoggers();
                logs.AddLoggerFactory();
            })
            .AddHocon(hocon, HoconAddMode.Prepend)
            .AddHocon(ConfigurationFactory.FromResource<GafferBuilder>("Gaffer.cluster.conf"), HoconAddMode.Append)
            .WithRemoting("127.0.0.1", port)
            .WithClustering(new ClusterOptions { SeedNodes = [seed.ToString()], Roles = settings.Role.Length > 0 ? [settings.Role] : [] })
            .WithGaffer(configure));
        builder.Services.AddGafferClient();
        _host = builder.Build();
    }

    public string Name { get; }

    public Address Address { get; }

    public NodeLog Log { get; }

    public IGaffer Gaffer => _host.Services.GetRequiredService<IGaffer>();

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public bool IsRunning => _hasStarted && !System.WhenTerminated.IsCompleted;

    /// <summary>How many members it sees that are up and reachable; 0 when it does not run.</summary>
    public int SeesUp => !IsRunning ? 0 : Cluster.Get(System).State is var state ? state.Members.Count(m => m.Status == MemberStatus.Up && !state.Unreachable.Contains(m)) : 0;

    public async Task StartAsync()
    {
        _hasStarted = true;
        await _host.StartAsync().WaitAsync(Patience.Longest * 2);
    }

    /// <summary>It leaves in order.</summary>
    public Task StopAsync() => _host.StopAsync().WaitAsync(Patience.Longest);

    /// <summary>It is gone, and has said nothing to anybody, if its network can be cut.</summary>
    public async Task KillAsync()
    {
        if (!IsRunning) return;
        await CommandAsync(new All(new Drop(1, 1)));
        await System.Terminate().WaitAsync(Patience.Longest);
    }

    /// <summary>Nothing passes between the two any more.</summary>
    public async Task CutFromAsync(KitNode other)
    {
        await CommandAsync(new One(other.Address, new Drop(1, 1)));
        await other.CommandAsync(new One(Address, new Drop(1, 1)));
    }

    /// <summary>All passes again.</summary>
    public async Task HealAsync(KitNode other)
    {
        if (IsRunning) await CommandAsync(new One(other.Address, PassThru.Instance));
        if (other.IsRunning) await other.CommandAsync(new One(Address, PassThru.Instance));
    }

    public void Dispose() => _host.Dispose();

    private Task<bool> CommandAsync(object command) => ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport.ManagementCommand(command);
}
