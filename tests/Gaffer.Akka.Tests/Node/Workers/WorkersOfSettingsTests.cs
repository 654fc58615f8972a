using System.Diagnostics;
using System.Text;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A whole node that is made of a configuration file alone.</summary>
public sealed class WorkersOfSettingsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_delivers_webhooks_and_runs_commands_without_any_code()
    {
        var answers = 0;
        await using var receiver = await Receiver.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref answers) == 1 ? 503 : http.Request.Path == "/gone" ? 410 : 204;
            return Task.CompletedTask;
        });
        var settings = _folder.Write("settings.json", $$"""
            {
              "Gaffer": {
                "Storage": { "Sqlite": "{{_folder.Path}}/jobs.db" },
                "Queues": { "hooks": { "MaxAttempts": 3, "Backoff": "10ms" }, "slow": { "Timeout": "300ms", "MaxAttempts": 1 } }
              },
              "GafferNode": {
                "Port": {{Loopback.FreePort()}}, "HttpPort": 0,
                "Workers": {
                  "hooks": { "Webhook": { "UrlFromMeta": "url", "Secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "AllowHttp": true, "AllowedNetworks": "127.0.0.0/8" } },
                  "sums": { "Command": { "Program": "/bin/sh", "Arguments": ["-c", "wc -c"] } },
                  "slow": { "Command": { "Program": "/bin/sh", "Arguments": ["-c", "sleep 1000 & wait"] } }
                }
              }
            }
            """);
        var configuration = new ConfigurationBuilder().AddJsonFile(settings).Build();
        await using var app = RunHost.Build(configuration, NodeSettings.Read(configuration));
        await app.StartAsync().WaitAsync(Long);
        var gaffer = app.Services.GetRequiredService<IGaffer>();

        var delivered = await EndAsync(gaffer, await InsertAsync(gaffer, "hooks", "{}", $"{receiver.Url}here"));
        Assert.Equal((JobState.Completed, 2), (delivered.State, delivered.Attempt));
        Assert.Equal([delivered.Id.ToString(), delivered.Id.ToString()], receiver.All.Select(r => r.Headers["webhook-id"]));
        Assert.Equal(
            receiver.All.Select(r => WebhookSignature.Of(WebhookSignature.Keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), r.Headers["webhook-id"], long.Parse(r.Headers["webhook-timestamp"], null), r.Body)),
            receiver.All.Select(r => r.Headers["webhook-signature"]));

        var refused = await EndAsync(gaffer, await InsertAsync(gaffer, "hooks", "{}", $"{receiver.Url}gone"));
        Assert.Equal((JobState.Failed, 1, $"{receiver.Url.Authority} answered 410"), (refused.State, refused.Attempt, refused.Errors[0].Error.Message));

        Assert.Equal("7", (await EndAsync(gaffer, await InsertAsync(gaffer, "sums", "seven7!"))).ResultAs<string>());
        var slow = await EndAsync(gaffer, await InsertAsync(gaffer, "slow", ""));
        Assert.Equal((JobState.Failed, JobErrorKind.Timeout), (slow.State, slow.Errors[0].Error.Kind));
        await app.StopAsync().WaitAsync(Long);
    }

    private static async Task<Job> InsertAsync(IGaffer gaffer, string queue, string payload, string? url = null)
    {
        var options = new JobOptions { Meta = url is null ? [] : JobOptions.Default.Meta.Add("url", url) };
        return (await gaffer.InsertAsync(new InsertJob(queue, Encoding.UTF8.GetBytes(payload), options))).Job;
    }

    private static async Task<Job> EndAsync(IGaffer gaffer, Job job)
    {
        Assert.True((await gaffer.FlushAsync(job.Queue, Long)).Flushed);
        return await gaffer.GetJobAsync(job.Queue, job.Id);
    }
}
