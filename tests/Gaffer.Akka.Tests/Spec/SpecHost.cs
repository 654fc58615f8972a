using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>A node with one storage, in virtual time. Shared by the tests of a class; each makes queues of its own.</summary>
public abstract class SpecHost : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-spec-").FullName;
    private IHost? _host;

    public FakeTimeProvider Time { get; } = new(Start);

    public EventRecorder Events { get; } = new();

    public IGaffer Gaffer => _host!.Services.GetRequiredService<IGaffer>();

    public ActorSystem System => _host!.Services.GetRequiredService<ActorSystem>();

    protected string Folder => _folder;

    protected abstract Storage NewStorage();

    protected virtual bool IsAvailable => true;

    /// <summary>In how many partitions the queues of the tests are.</summary>
    public virtual int Partitions => 1;

    public async Task InitializeAsync()
    {
        if (!IsAvailable) return;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IGafferHook>(Events);
        builder.Services.AddSingleton<ISpecService, SpecService>();
        builder.Services.AddGaffer(gaffer => gaffer.UseStorage("default", NewStorage()).UseTimeProvider(Time));
        _host = builder.Build();
        await _host.StartAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync(_host, Time).WaitAsync(TimeSpan.FromSeconds(60));
            _host.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Stops a host whose time a test holds: jobs that still run get their grace in virtual time.</summary>
    public static async Task StopAsync(IHost host, FakeTimeProvider time)
    {
        var stopping = host.StopAsync();
        while (await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(20))) != stopping) time.Advance(TimeSpan.FromSeconds(1));
        await stopping;
    }
}

/// <summary>What a worker class of the tests gets by dependency injection.</summary>
public interface ISpecService;

public sealed class SpecService : ISpecService;

public sealed class MemoryHost : SpecHost
{
    protected override Storage NewStorage() => Storage.InMemory();
}

/// <summary>All that holds for a queue holds for one of several partitions.</summary>
public sealed class PartitionedHost : SpecHost
{
    public override int Partitions => 3;

    protected override Storage NewStorage() => Storage.InMemory();
}

public sealed class SqliteHost : SpecHost
{
    protected override Storage NewStorage() => Storage.Sqlite(Path.Combine(Folder, "spec.db"));
}

public sealed class PostgresHost : SpecHost
{
    protected override bool IsAvailable => PostgresServer.IsAvailable(out _);

    protected override Storage NewStorage() =>
        Storage.Postgres(PostgresServer.Shared.NewDatabase());
}
