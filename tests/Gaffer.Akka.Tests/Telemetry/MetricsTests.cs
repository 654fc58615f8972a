using Gaffer.Tests.Spec;
using OpenTelemetry.Metrics;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What an exporter of metrics is given.</summary>
[Collection(nameof(Alone))]
public sealed class MetricsTests
{
    [Fact]
    public async Task What_happens_to_jobs_is_counted_timed_and_gone_with_the_node()
    {
        var queue = $"metrics-{Guid.NewGuid():N}";
        var release = new TaskCompletionSource();
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<string>(
            queue,
            async (job, _) =>
            {
                if (job.Payload == "held") await release.Task;
                return job.Payload switch
                {
                    "fails" => throw new InvalidDataException("no"),
                    "cancels" => JobResult.Cancel("not needed"),
                    _ => JobResult.Complete(),
                };
            },
            options => options with { MaxWorkers = 3, MaxAttempts = 2, Backoff = Backoff.Fixed(TimeSpan.Zero) }));
        await host.Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, "done"), InsertJob.Of(queue, "fails"), InsertJob.Of(queue, "cancels")]);
        await host.Gaffer.InsertAsync(queue, "later", new() { Delay = TimeSpan.FromDays(1) });
        await ClusterKit.UntilAsync(async () => await host.Gaffer.GetInfoAsync(queue) is { Failed.Count: 1, Cancelled.Count: 1, Completed.Count: 1 }, "all have ended");
        await host.Gaffer.InsertAsync(queue, "held");
        await ClusterKit.UntilAsync(async () => (await host.Gaffer.GetInfoAsync(queue)).Executing.Count == 1, "it runs");

        var metrics = host.Metrics();

        long Sum(string name, string of = "") => metrics[name].Of(queue)[of].GetSumLong();
        Assert.Equal(
            [5, 5, 1, 1, 1, 1],
            new[] { "inserted", "started", "completed", "failed", "retried", "cancelled" }.Select(what => Sum($"gaffer.jobs.{what}")));
        Assert.Equal(5, Sum("messaging.client.sent.messages"));
        Assert.Equal(2, metrics["messaging.process.duration"].Of(queue)["System.IO.InvalidDataException"].GetHistogramCount());
        Assert.Equal(2, metrics["messaging.process.duration"].Of(queue)[""].GetHistogramCount());
        Assert.Equal(5, metrics["gaffer.job.wait.duration"].Of(queue)[""].GetHistogramCount());
        Assert.True(metrics["gaffer.commit.duration"].Of(queue)[""].GetHistogramCount() >= 3);
        Assert.True(metrics["gaffer.commit.changes"].Of(queue)[""].GetHistogramSum() >= 14);
        Assert.Equal(
            [("available", 0), ("blocked", 0), ("cancelled", 1), ("completed", 1), ("executing", 1), ("failed", 1), ("scheduled", 1)],
            metrics["gaffer.queue.jobs"].Of(queue).Select(p => (p.Key, p.Value.GetSumLong())).Order());
        Assert.Equal((1, 3, 0), (Sum("gaffer.workers.active"), Sum("gaffer.workers.max"), metrics["gaffer.queue.oldest.age"].Of(queue)[""].GetGaugeLastValueDouble()));

        release.SetResult();
        await host.StopAsync();
        Assert.DoesNotContain("gaffer.queue.jobs", host.Metrics().Where(m => m.Value.Of(queue).Count > 0).Select(m => m.Key));
    }

    [Fact]
    public async Task A_queue_that_nobody_works_on_grows_old_and_a_shared_limit_is_seen()
    {
        var queue = $"old-{Guid.NewGuid():N}";
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddLimit("mail", 7).AddQueue(queue, options => options with { Limits = ["mail"] }));
        await host.Gaffer.InsertAsync(queue, "x");
        await host.Gaffer.PauseAsync(queue);

        var metrics = host.Metrics();

        Assert.True(metrics["gaffer.queue.oldest.age"].Of(queue)[""].GetGaugeLastValueDouble() > 0);
        Assert.Equal(1, metrics["gaffer.queue.paused"].Of(queue)[""].GetGaugeLastValueLong());
        Assert.Equal(0, metrics["gaffer.workers.max"].Of(queue)[""].GetSumLong());
        foreach (var point in metrics["gaffer.limit.permits.max"].MetricPoints) Assert.Equal(("mail", 7), (point.Tags.ToDictionary()["gaffer.limit.name"], point.GetSumLong()));
        Assert.True(metrics["gaffer.limit.permits.held"].Of(queue).ContainsKey("mail"));
    }

    [Fact]
    public async Task Jobs_that_were_pruned_are_counted()
    {
        var queue = $"pruned-{Guid.NewGuid():N}";
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<string>(
            queue, (_, _) => Task.FromResult(JobResult.Complete()), options => options with { Prune = PruneOptions.Never with { MaxCount = 1 } }));
        await host.Gaffer.InsertManyAsync(queue, [.. Enumerable.Repeat("done", 4).Select(p => InsertJob.Of(queue, p))]);
        await ClusterKit.UntilAsync(async () => await host.Gaffer.GetInfoAsync(queue) is { Completed.Count: 4 }, "all have ended");
        Assert.Equal(0, Pruned());

        var pruned = await host.Gaffer.PruneAsync(queue);

        Assert.Equal((3, 3), (pruned.Count, Pruned()));

        long Pruned() => host.Metrics()["gaffer.jobs.pruned"].Of(queue)[""].GetSumLong();
    }

    [Fact]
    public async Task Slots_of_a_queue_are_counted_once_however_many_partitions_share_them()
    {
        var queue = $"parts-{Guid.NewGuid():N}";
        var release = new TaskCompletionSource();
        await using var host = await TelemetryHost.StartAsync(gaffer => gaffer.AddQueue<int>(
            queue,
            async (_, _) =>
            {
                await release.Task;
                return JobResult.Complete();
            },
            options => options with { MaxWorkers = 5, Partitions = 3 }));
        await host.Gaffer.InsertManyAsync(queue, [.. Enumerable.Range(0, 20).Select(n => InsertJob.Of(queue, n))]);
        await ClusterKit.UntilAsync(async () => await host.Gaffer.GetInfoAsync(queue) is { ActiveWorkers: 5 }, "all slots are in use");
        var (info, metrics) = (await host.Gaffer.GetInfoAsync(queue), host.Metrics());
        Assert.Equal([(5, 5)], info.Nodes.Select(n => (n.Active, n.Max.Value)));
        Assert.Equal((5, 5), (metrics["gaffer.workers.active"].Of(queue)[""].GetSumLong(), metrics["gaffer.workers.max"].Of(queue)[""].GetSumLong()));
        release.SetResult();
    }

    [Fact]
    public void The_wait_of_a_job_ends_when_its_claim_is_durable()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Given.Noon);
        var telemetry = new QueueTelemetry(Given.Queue, new GafferClock(time, null!));
        var batch = new CommitBatch();
        var job = Given.Job(1);
        batch.Tally.Count(new QueueChange.Claimed(job.CreatedAt.AddMilliseconds(3), job.Id, Given.NodeA), job, endsExecution: false);
        telemetry.Writing();
        time.Advance(TimeSpan.FromMilliseconds(4));
        telemetry.Written(batch);
        Assert.Equal((1, TimeSpan.FromMilliseconds(7)), (telemetry.Totals.Started, telemetry.Totals.WaitTime));
        telemetry.Stop();
    }

    [Theory]
    [InlineData("unknown_queue", null)]
    [InlineData("invalid_job", "")]
    public async Task An_insert_into_a_queue_that_somebody_made_up_makes_no_series_of_that_name(string error, string? kind)
    {
        await using var node = await OwnNode.StartAsync(static g => g.UseInMemory());
        var queue = $"made-up-{Guid.NewGuid():N}";
        var (named, counted) = (0, 0);
        using System.Diagnostics.Metrics.MeterListener listener = new() { InstrumentPublished = (instrument, l) => { if (instrument.Name == "messaging.client.sent.messages") l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, jobs, tags, _) =>
        {
            if (tags.Contains(new("messaging.destination.name", queue))) named++;
            if (jobs == 3 && tags.Contains(new("error.type", error))) counted++; // three at once are of no other test
        });
        listener.Start();

        var insert = InsertJob.Of(queue, 1, new JobOptions { Kind = kind });
        await Assert.ThrowsAnyAsync<GafferException>(() => node.Gaffer.InsertManyAsync(queue, [insert, InsertJob.Of(queue, 2), InsertJob.Of(queue, 3)]));

        Assert.Equal((0, 1), (named, counted));
    }

    [Fact]
    public void A_reading_adds_up_the_partitions_of_a_queue_and_forgets_those_that_moved_away()
    {
        QueueName queue = $"parts-{Guid.NewGuid():N}";
        var state = Given.State(new QueueOptions { Name = queue });
        QueueReading[] partitions = [new(queue, TimeProvider.System), new(queue, TimeProvider.System)];
        foreach (var partition in partitions)
        {
            partition.Set(state, new WorkerRoster(state, new ClusterContact()));
            Gauges.Add(partition);
        }

        Assert.Equal(7, Observed());
        Gauges.Remove(partitions[0]);
        Assert.Equal(7, Observed());
        Gauges.Remove(partitions[1]);
        Assert.Equal(0, Observed());

        int Observed()
        {
            var points = 0;
            using System.Diagnostics.Metrics.MeterListener listener = new() { InstrumentPublished = (instrument, l) => { if (instrument.Name == "gaffer.queue.jobs") l.EnableMeasurementEvents(instrument); } };
            listener.SetMeasurementEventCallback<long>((_, _, tags, _) => points += tags.Contains(new("messaging.destination.name", queue.Value)) ? 1 : 0);
            listener.Start();
            listener.RecordObservableInstruments();
            return points;
        }
    }
}
