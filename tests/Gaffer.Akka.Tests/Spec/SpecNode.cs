using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Gaffer.Tests.Spec;

/// <summary>A node of a test's own, in virtual time, that can be stopped and started again on the same file.</summary>
public sealed class SpecNode : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-node-").FullName;
    private IHost? _host;

    public FakeTimeProvider Time { get; } = new(SpecHost.Start);

    public IGaffer Gaffer => _host!.Services.GetRequiredService<IGaffer>();

    public async Task StartAsync(Action<GafferBuilder>? configure = null, Action<IServiceCollection>? services = null)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        services?.Invoke(builder.Services);
        builder.Services.AddGaffer(gaffer =>
        {
            gaffer.UseSqlite(Path.Combine(_folder, "node.db")).UseTimeProvider(Time);
            configure?.Invoke(gaffer);
        });
        _host = builder.Build();
        await _host.StartAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async Task StopAsync()
    {
        if (_host is null) return;
        await SpecHost.StopAsync(_host, Time).WaitAsync(TimeSpan.FromSeconds(60));
        _host.Dispose();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
