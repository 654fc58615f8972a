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

    private NodeInProcess(IEnumerable<(string Key, string Value)> settings, Action<IServiceProvider>? change)
    {
        App = Build([(NodeSetting.Sqlite.Key, Path.Join(_folder.Path, "jobs.db")), (NodeSetting.Port.Key, $"{Loopback.FreePort()}"), .. settings]);
        change?.Invoke(App.Services);
        End = RunCommand.RunAsync(App);
    }

    public WebApplication App { get; }

    /// <summary>Its exit code, when it has ended.</summary>
    public Task<int> End { get; }

    public IServiceProvider Services => App.Services;

    public Uri Url => new(App.Urls.Single());

    /// <summary>A node that has not started.</summary>
    public static WebApplication Build(params IEnumerable<(NodeSetting Setting, string Value)> settings) => Build(Keys(settings));

    private static WebApplication Build(IEnumerable<(string Key, string Value)> settings)
    {
        var values = new Dictionary<string, string?> { [NodeSetting.HttpPort.Key] = "0" };
        foreach (var (key, value) in settings) values[key] = value;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return RunHost.Build(configuration, NodeSettings.Read(configuration));
    }

    public static Task<NodeInProcess> StartAsync(params (NodeSetting Setting, string Value)[] settings) => StartAsync(null, settings);

    /// <param name="change">Changes its services before it starts.</param>
    /// <param name="settings">What it is told besides its ports and its file.</param>
    public static Task<NodeInProcess> StartAsync(Action<IServiceProvider>? change, params (NodeSetting Setting, string Value)[] settings) => StartAsync(Keys(settings), change);

    /// <param name="settings">Keys of its configuration.</param>
    /// <param name="change">Changes its services before it starts.</param>
    public static async Task<NodeInProcess> StartAsync(IEnumerable<(string Key, string Value)> settings, Action<IServiceProvider>? change = null)
    {
        var node = new NodeInProcess(settings, change);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var _ = node.App.Lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        Assert.Same(started.Task, await Task.WhenAny(started.Task, node.End).WaitAsync(Long));
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

    private static IEnumerable<(string Key, string Value)> Keys(IEnumerable<(NodeSetting Setting, string Value)> settings) => settings.Select(setting => (setting.Setting.Key, setting.Value));

    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync()
    {
        App.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return End.WaitAsync(Long);
    }

    public async ValueTask DisposeAsync()
    {
        if (!End.IsCompleted) Assert.Equal(ExitCode.Done, await StopAsync());
        _folder.Dispose();
    }
}
