using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Dashboard.Tests;

/// <summary>A host with the dashboard on a free port of the loopback interface, and queues in memory: <c>work</c> has a worker that does as the payload says, <c>idle</c> has none.</summary>
public sealed class DashboardHost : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly Channel<bool> _open = Channel.CreateUnbounded<bool>();

    private DashboardHost(Action<GafferDashboardOptions>? configure, Action<GafferBuilder>? gaffer, string environment, Action<WebApplicationBuilder>? build, int port)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ApplicationName = "dashboard-tests" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddGaffer(g =>
        {
            g.UseInMemory().AddLimit("supplier", 5)
                .AddQueue<string>("work", PerformAsync, q => q with { MaxWorkers = 4, MaxAttempts = 1, Prune = PruneOptions.Never })
                .AddQueue("idle", q => q with { Prune = PruneOptions.Never });
            gaffer?.Invoke(g);
        });
        build?.Invoke(builder);
        _app = builder.Build();
        _app.MapGaffer("/gaffer", configure ?? (o => o.AllowAnonymousAccess = true));
    }

    public Uri Address { get; private set; } = null!;

    public Uri Page => new(Address, "/gaffer/");

    public ActorSystem System => _app.Services.GetRequiredService<ActorSystem>();

    public IGaffer Gaffer => _app.Services.GetRequiredService<IGaffer>();

    public HttpClient Http { get; private set; } = null!;

    public static async Task<DashboardHost> StartAsync(
        Action<GafferDashboardOptions>? configure = null, Action<GafferBuilder>? gaffer = null, string environment = "Production", Action<WebApplicationBuilder>? build = null, int port = 0)
    {
        var host = new DashboardHost(configure, gaffer, environment, build, port);
        await host._app.StartAsync();
        host.Address = new Uri(host._app.Urls.First());
        host.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(host.Address, "/gaffer/api/") };
        return host;
    }

    /// <summary>Lets one job of the payload <c>wait</c> go on.</summary>
    public void Open() => _open.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        _open.Writer.TryComplete();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri(path, UriKind.Relative));

    public Task<HttpResponseMessage> SendAsync(string method, string path, string? json = null, string contentType = "application/json") =>
        SendAsync(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), contentType);

    public Task<HttpResponseMessage> SendAsync(string method, string path, byte[]? body, string contentType = "application/json")
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (method != "GET") request.Headers.Add("X-Gaffer", "1");
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        return Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The JSON of an answer that must be good.</summary>
    public async Task<JsonElement> JsonAsync(string method, string path, string? json = null, string contentType = "application/json")
    {
        using var response = await SendAsync(method, path, json, contentType);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>The problem of an answer that must be bad.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"expected {status}, got {(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        var problem = JsonElement.Parse(text);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal("urn:gaffer:" + code, problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        return problem;
    }

    /// <summary>Inserts into <c>work</c>, and waits until the queue is through with it.</summary>
    public async Task<Job> PerformAsync(string payload)
    {
        var job = (await Gaffer.InsertAsync("work", payload)).Job;
        await Gaffer.FlushAsync("work", Soon);
        return await Gaffer.GetJobAsync("work", job.Id);
    }

    private async Task<JobResult> PerformAsync(JobContext<string> job, CancellationToken stop)
    {
        switch (job.Payload)
        {
            case "wait":
                await _open.Reader.ReadAsync(stop);
                return JobResult.Complete();
            case "fail":
                throw new InvalidOperationException("The <b>mail</b> server refused it.");
            default:
                return JobResult.Complete(job.Payload);
        }
    }
}
