using System.Net;
using System.Net.Sockets;
using Gaffer.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A whole node in this process, with a file of its own, on loopback.</summary>
internal sealed class NodeInProcess : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Task<int> _end;

    private NodeInProcess(IEnumerable<(NodeSetting Setting, string Value)> settings, Action<IServiceProvider>? change)
    {
        var values = new Dictionary<string, string?>
        {
            [NodeSetting.Sqlite.Key] = Path.Join(_folder.Path, "jobs.db"), [NodeSetting.Port.Key] = $"{FreePort()}", [NodeSetting.HttpPort.Key] = "0",
        };
        foreach (var (setting, value) in settings) values[setting.Key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        App = RunHost.Build(configuration, NodeSettings.Read(configuration));
        change?.Invoke(App.Services);
        _end = RunCommand.RunAsync(App);
    }

    public WebApplication App { get; }

    public Uri Url => new(App.Urls.Single());

    public static Task<NodeInProcess> StartAsync(params (NodeSetting Setting, string Value)[] settings) => StartAsync(null, settings);

    /// <param name="change">Changes its services before it starts.</param>
    /// <param name="settings">What it is told besides its ports and its file.</param>
    public static async Task<NodeInProcess> StartAsync(Action<IServiceProvider>? change, params (NodeSetting Setting, string Value)[] settings)
    {
        var node = new NodeInProcess(settings, change);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var _ = node.App.Lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        Assert.Same(started.Task, await Task.WhenAny(started.Task, node._end).WaitAsync(Long));
        return node;
    }

    /// <summary>Sends a request as somebody else would.</summary>
    public async Task<(int Status, string Body)> SendAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = Url };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<(int Status, string Body)> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, headers);

    public async ValueTask DisposeAsync()
    {
        App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(ExitCode.Done, await _end.WaitAsync(Long));
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
