using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public class WebhookWorkerTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly WebhookSettings Local = new() { AllowHttp = true, AllowedNetworks = [IPNetwork.Parse("127.0.0.0/8")], Secret = Secret };
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(Given.Noon);

    [Fact]
    public async Task It_posts_the_payload_with_its_signature()
    {
        await using var receiver = await Receiver.StartAsync(204);
        var job = Given.Job() with { Payload = """{"n":1}"""u8.ToArray() };
        var result = await PerformAsync(Local with { Url = $"{receiver.Url}hooks?a=b", Headers = ImmutableSortedDictionary<string, string>.Empty.Add("Authorization", "Bearer x").Add("User-Agent", "shop") }, job);
        Assert.Equal("""{"status":204}""", Encoding.UTF8.GetString(Assert.IsType<JobResult.Completed>(result).Value!));

        var received = Assert.Single(receiver.All);
        var seconds = Given.Noon.ToUnixTimeSeconds();
        Assert.Equal(("POST", "/hooks", """{"n":1}"""), (received.Method, received.Path, Encoding.UTF8.GetString(received.Body)));
        Assert.Equal("application/json", received.Headers["content-type"]);
        Assert.Equal(job.Id.ToString(), received.Headers["webhook-id"]);
        Assert.Equal(seconds.ToString(CultureInfo.InvariantCulture), received.Headers["webhook-timestamp"]);
        Assert.Equal(WebhookSignature.Of(WebhookSignature.Keys(Secret), job.Id.ToString(), seconds, received.Body), received.Headers["webhook-signature"]);
        Assert.Equal(("Bearer x", "shop"), (received.Headers["authorization"], received.Headers["user-agent"]));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task What_may_be_better_later_is_retried_by_the_backoff_of_the_job(int status)
    {
        await using var receiver = await Receiver.StartAsync(status, "not\u001b[31m now\n");
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }));
        Assert.Equal($"{receiver.Url.Authority} answered {status}: not?[31m now", failed.Error.Message);
        Assert.Equal((null, false), (failed.RetryAfter, failed.ForGood));
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("999999", 3600)]
    [InlineData("0", null)]
    [InlineData("never", null)]
    [InlineData("Fri, 02 Jan 2026 12:05:00 GMT", 300)]
    [InlineData("Fri, 02 Jan 2026 11:00:00 GMT", null)]
    public async Task What_the_receiver_asks_for_is_respected_within_bounds(string retryAfter, int? seconds)
    {
        await using var receiver = await Receiver.StartAsync(429, "", ("Retry-After", retryAfter));
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }));
        Assert.Equal(seconds, (int?)failed.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task What_the_receiver_refuses_has_failed(int status)
    {
        await using var receiver = await Receiver.StartAsync(status, "no", ("Retry-After", "5"));
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }));
        Assert.Equal(($"{receiver.Url.Authority} answered {status}: no", true), (failed.Error.Message, failed.ForGood));
    }

    [Fact]
    public async Task Redirects_are_not_followed()
    {
        await using var other = await Receiver.StartAsync(200);
        await using var receiver = await Receiver.StartAsync(307, "", ("Location", other.Url.ToString()));
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }));
        Assert.EndsWith("answered 307 (redirects are not followed; use the final address)", failed.Error.Message, StringComparison.Ordinal);
        Assert.True(failed.ForGood);
        Assert.Empty(other.All);
    }

    [Fact]
    public async Task Of_an_answer_without_end_only_the_begin_is_read()
    {
        await using var receiver = await Receiver.StartAsync(async http =>
        {
            http.Response.StatusCode = 500;
            var block = new string('x', 100_000);
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.WriteAsync(block, http.RequestAborted);
        });
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }).WaitAsync(Long));
        Assert.True(failed.Error.Message.Length < 1200);
    }

    [Fact]
    public async Task A_receiver_that_is_slow_with_the_reason_does_not_hold_up_the_job()
    {
        var time = new FakeTimeProvider(Given.Noon);
        var begun = new TaskCompletionSource();
        await using var receiver = await Receiver.StartAsync(async http =>
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync("well");
            await http.Response.Body.FlushAsync();
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var worker = new WebhookWorker(Local with { Url = receiver.Url.ToString() }, time);
        var performing = worker.PerformAsync(Context(Given.Job()), CancellationToken.None);
        await begun.Task.WaitAsync(Long);
        while (!performing.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.StartsWith($"{receiver.Url.Authority} answered 500", Assert.IsType<JobResult.Failed>(await performing).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_out_of_the_job_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        await using var receiver = await Receiver.StartAsync(async http =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var worker = new WebhookWorker(Local with { Url = receiver.Url.ToString() }, _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => worker.PerformAsync(Context(Given.Job()), stop.Token).WaitAsync(Long));
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_tried_again()
    {
        Uri url;
        await using (var receiver = await Receiver.StartAsync(200)) url = receiver.Url;
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = url.ToString() }));
        Assert.StartsWith($"{url.Authority} could not be reached: ", failed.Error.Message, StringComparison.Ordinal);
        Assert.False(failed.ForGood);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    public async Task No_request_goes_to_this_machine_unless_that_is_allowed(string host)
    {
        await using var receiver = await Receiver.StartAsync(200);
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = $"http://{host}:{receiver.Url.Port}/", AllowedNetworks = [] }));
        Assert.Contains("which is no public address", failed.Error.Message, StringComparison.Ordinal);
        Assert.True(failed.ForGood);
        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task A_name_that_turns_into_a_private_address_gains_nothing()
    {
        await using var receiver = await Receiver.StartAsync(200);
        var asked = 0;
        var settings = Local with { Url = $"http://rebind.example:{receiver.Url.Port}/", AllowedNetworks = [] };
        using var worker = new WebhookWorker(settings, _time, (_, _) => Task.FromResult<IPAddress[]>([++asked == 1 ? IPAddress.Parse("::ffff:127.0.0.1") : IPAddress.Loopback]));
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Assert.Contains("which is no public address", Assert.IsType<JobResult.Failed>(await worker.PerformAsync(Context(Given.Job()), CancellationToken.None)).Error.Message, StringComparison.Ordinal);
            Assert.Equal(attempt, asked);
        }

        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task Of_several_addresses_only_those_that_are_allowed_are_used()
    {
        await using var receiver = await Receiver.StartAsync(200);
        var settings = Local with { Url = $"http://mixed.example:{receiver.Url.Port}/", AllowedNetworks = [IPNetwork.Parse("127.0.0.1/32")] };
        using var worker = new WebhookWorker(settings, _time, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.2"), IPAddress.Parse("10.0.0.1"), IPAddress.Parse("::ffff:127.0.0.1")]));
        Assert.IsType<JobResult.Completed>(await worker.PerformAsync(Context(Given.Job()), CancellationToken.None));
        Assert.Single(receiver.All);
    }

    [Theory]
    [InlineData("http://example.org/", "A URL of http is not allowed here; use https.")]
    [InlineData("file:///etc/passwd", "A URL of file is not allowed here; use https.")]
    [InlineData("https://user:password@example.org/", "A URL may not hold a user or a password.")]
    [InlineData("example.org", "This is no URL; use one such as https://example.org/hooks.")]
    [InlineData("https://evil.test/", "The host evil.test is none of those that are allowed.")]
    [InlineData("https://notexample.org/", "The host notexample.org is none of those that are allowed.")]
    [InlineData(null, "The job has no meta data 'url', which says where it goes.")]
    public async Task A_job_that_says_where_it_goes_is_not_obeyed_blindly(string? url, string problem)
    {
        var job = Given.Job() with { Labels = new JobLabels(null, null, null, [], url is null ? [] : ImmutableDictionary<string, string>.Empty.Add("url", url), 0) };
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(new WebhookSettings { UrlFromMeta = "url", Unsigned = true, AllowedHosts = ["hooks.example.com", "*.example.org"] }, job));
        Assert.Equal((problem, true), (failed.Error.Message, failed.ForGood));
    }

    [Fact]
    public async Task A_job_may_say_where_it_goes()
    {
        await using var receiver = await Receiver.StartAsync(200);
        var job = Given.Job() with { Labels = new JobLabels(null, null, null, [], ImmutableDictionary<string, string>.Empty.Add("url", $"{receiver.Url}mine"), 0) };
        Assert.IsType<JobResult.Completed>(await PerformAsync(Local with { UrlFromMeta = "url", AllowedHosts = ["127.0.0.1"], Secret = null, Unsigned = true }, job));
        var received = Assert.Single(receiver.All);
        Assert.Equal(("/mine", false), (received.Path, received.Headers.ContainsKey("webhook-signature")));
    }

    [Theory]
    [InlineData("text/plain\r\nX-Evil: 1")]
    [InlineData("text/pläin")]
    [InlineData("")]
    public async Task A_stored_job_whose_content_type_is_no_header_has_failed(string type)
    {
        await using var receiver = await Receiver.StartAsync(200);
        var job = Given.Job();
        var failed = Assert.IsType<JobResult.Failed>(await PerformAsync(Local with { Url = receiver.Url.ToString() }, job with { Settings = job.Settings with { ContentType = type } }));
        Assert.StartsWith("The content type of the job cannot be a header", failed.Error.Message, StringComparison.Ordinal);
        Assert.True(failed.ForGood);
        Assert.Empty(receiver.All);
    }

    private async Task<JobResult> PerformAsync(WebhookSettings settings, Job? job = null)
    {
        using var worker = new WebhookWorker(settings, _time);
        return await worker.PerformAsync(Context(job ?? Given.Job()), CancellationToken.None);
    }

    private static JobContext Context(Job job) => new(job, null!);
}
