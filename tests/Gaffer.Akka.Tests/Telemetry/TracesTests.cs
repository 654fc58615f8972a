using System.Diagnostics;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What an exporter of traces is given.</summary>
[Collection(nameof(Alone))]
public sealed class TracesTests
{
    private readonly string _queue = $"traced-{Guid.NewGuid():N}";

    [Fact]
    public async Task Each_attempt_is_a_span_below_the_insert_and_linked_to_it()
    {
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<string>(
            _queue,
            (job, _) => job.AttemptNumber == 1 ? throw new InvalidDataException("once") : Task.FromResult(JobResult.Complete(Activity.Current?.TraceId.ToString())),
            options => options with { Backoff = Backoff.Fixed(TimeSpan.Zero) }));
        Job job;
        using (var request = TelemetryHost.Caller.StartActivity("request")!)
        {
            request.TraceStateString = "rojo=1";
            job = (await host.Gaffer.InsertAsync(_queue, "x")).Job;
        }

        var insert = Assert.Single(await host.SpansAsync($"insert {_queue}", 1));
        var attempts = (await host.SpansAsync($"process {_queue}", 2)).OrderBy(s => (int)s.GetTagItem("gaffer.job.attempt")!).ToList();

        Assert.Equal((ActivityKind.Producer, "request"), (insert.Kind, insert.Parent?.DisplayName));
        Assert.Equal(("gaffer", "insert", "send", _queue, job.Id.ToString()), (insert.GetTagItem("messaging.system"), insert.GetTagItem("messaging.operation.name"), insert.GetTagItem("messaging.operation.type"), insert.GetTagItem("messaging.destination.name"), insert.GetTagItem("messaging.message.id")));
        Assert.Equal(insert.Id, job.TraceParent);
        Assert.All(attempts, attempt =>
        {
            Assert.Equal((ActivityKind.Consumer, insert.TraceId, insert.SpanId, "rojo=1"), (attempt.Kind, attempt.TraceId, attempt.ParentSpanId, attempt.TraceStateString));
            Assert.Equal((insert.TraceId, insert.SpanId), Assert.Single(attempt.Links).Context is var link ? (link.TraceId, link.SpanId) : default);
        });
        Assert.Equal((ActivityStatusCode.Error, "once", "System.IO.InvalidDataException", "failed"), (attempts[0].Status, attempts[0].StatusDescription, attempts[0].GetTagItem("error.type"), attempts[0].GetTagItem("gaffer.job.outcome")));
        Assert.Equal("exception", Assert.Single(attempts[0].Events).Name);
        Assert.Equal((ActivityStatusCode.Unset, null, "completed", 2), (attempts[1].Status, attempts[1].GetTagItem("error.type"), attempts[1].GetTagItem("gaffer.job.outcome"), attempts[1].GetTagItem("gaffer.job.execution")));
        await ClusterKit.UntilAsync(async () => (await host.Gaffer.GetJobAsync(_queue, job.Id)).ResultAs<string>() == insert.TraceId.ToString(), "the span is current in the code of the worker");
    }

    [Fact]
    public async Task Jobs_that_are_inserted_together_come_of_one_span_and_a_context_of_the_caller_is_kept()
    {
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<string>(_queue, (_, _) => Task.FromResult(JobResult.Complete())));
        const string own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        await host.Gaffer.InsertManyAsync(_queue, [InsertJob.Of(_queue, "a"), InsertJob.Of(_queue, "b"), InsertJob.Of(_queue, "c", new() { TraceParent = own })]);

        var insert = Assert.Single(await host.SpansAsync($"insert {_queue}", 1));
        var attempts = await host.SpansAsync($"process {_queue}", 3);

        Assert.Equal(3, insert.GetTagItem("messaging.batch.message_count"));
        Assert.Equal(2, attempts.Count(a => a.ParentSpanId == insert.SpanId));
        Assert.Equal(1, attempts.Count(a => a.ParentId == own));
    }

    [Fact]
    public async Task A_forwarded_job_goes_on_in_the_same_trace_and_a_failed_insert_says_why()
    {
        var dead = _queue + "-dead";
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer
            .AddQueue<ForwardedJob>(dead, (_, _) => Task.FromResult(JobResult.Complete()))
            .AddQueue<string>(_queue, (_, _) => Task.FromResult(JobResult.Fail("no")), options => options with { MaxAttempts = 1, OnFailed = dead }));
        await host.Gaffer.InsertAsync(_queue, "x");

        var insert = Assert.Single(await host.SpansAsync($"insert {_queue}", 1));
        Assert.Equal(insert.SpanId, Assert.Single(await host.SpansAsync($"process {dead}", 1)).ParentSpanId);
        Assert.Equal("failed", Assert.Single(await host.SpansAsync($"process {_queue}", 1)).GetTagItem("error.type"));

        await Assert.ThrowsAsync<InvalidJobException>(() => host.Gaffer.InsertAsync(_queue, "x", new() { TraceParent = "nonsense" }));
        Assert.Equal("invalid_job", (await host.SpansAsync($"insert {_queue}", 2))[^1].GetTagItem("error.type"));
    }

    [Fact]
    public async Task An_attempt_that_times_out_ends_its_span_and_no_current_span_is_no_context()
    {
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<string>(
            _queue, async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return JobResult.Complete();
            },
            options => options with { MaxAttempts = 1, Timeout = TimeSpan.FromMilliseconds(50) }));
        await host.Gaffer.InsertAsync(_queue, "x");

        Assert.Equal("timeout", Assert.Single(await host.SpansAsync($"process {_queue}", 1)).GetTagItem("error.type"));
    }
}
