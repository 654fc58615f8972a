using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The real program, started as the manifest starts it: on loopback, and with a file instead of the database.</summary>
public sealed class DeployedNodeTests : IDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly int _http = Loopback.FreePort();

    [Fact]
    public async Task A_pod_answers_its_probes_and_leaves_on_a_signal()
    {
        if (OperatingSystem.IsWindows()) return;
        using var node = Start(DeployedNode.Pod(0));
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_http}"), Timeout = TimeSpan.FromSeconds(10) };
            var container = Manifest.Read("deploy/kubernetes/statefulset.yaml")["spec.template.spec.containers"].Named("node");
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
            {
                await AnswersAsync(http, container[probe]["httpGet.path"].Text, node);
            }

            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(NodeEndpoints.Status, UriKind.Relative))).StatusCode);
            using var asStranger = new HttpRequestMessage(HttpMethod.Get, NodeEndpoints.Status);
            asStranger.Headers.Host = "gaffer-0.gaffer";
            Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(asStranger)).StatusCode);

            Assert.Equal(0, SendSignal(node.Id, SigTerm));
            await node.WaitForExitAsync().WaitAsync(Long);
            Assert.True(node.ExitCode == ExitCode.Done, $"{node.ExitCode}: {await errors}{await output}");
        }
        finally
        {
            if (!node.HasExited) node.Kill();
        }
    }

    public void Dispose() => _folder.Dispose();

    private Process Start(DeployedNode pod)
    {
        var settings = _folder.Write("settings.json", pod.SettingsJson!);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(RunHost).Assembly.Location, .. pod.Args.Select(a => a == "/etc/gaffer/settings.json" ? settings : a)])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = _folder.Path,
        };
        foreach (var (name, value) in pod.Variables) start.Environment[name] = value;
        var port = Loopback.FreePort();
        start.Environment.Remove(NodeSetting.Postgres.Variable);
        start.Environment[NodeSetting.Sqlite.Variable] = Path.Join(_folder.Path, "jobs.db");
        start.Environment[NodeSetting.Host.Variable] = start.Environment[NodeSetting.Bind.Variable] = start.Environment[NodeSetting.HttpHost.Variable] = "127.0.0.1";
        start.Environment[NodeSetting.Port.Variable] = $"{port}";
        start.Environment[NodeSetting.Seeds.Variable] = $"127.0.0.1:{port}";
        start.Environment[NodeSetting.HttpPort.Variable] = $"{_http}";
        return Process.Start(start)!;
    }

    private static async Task AnswersAsync(HttpClient http, string path, Process node)
    {
        var patience = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!node.HasExited && patience.Elapsed < Long)
        {
            try
            {
                if ((await http.GetAsync(new Uri(path, UriKind.Relative))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It has not started yet.
            }

            await timer.WaitForNextTickAsync();
        }

        Assert.Fail($"{path} has no answer after {patience.Elapsed}.");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
