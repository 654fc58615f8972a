using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Dashboard.Tests;

/// <summary>A million jobs in one queue are as quick to look at as a few.</summary>
public sealed class MillionTests(ITestOutputHelper output)
{
    private const int Jobs = 1_000_000;
    private const int Batch = 10_000;
    private const int Runs = 11;

    [Fact]
    public async Task A_million_jobs_are_paged_without_slowing_down()
    {
        await using var host = await DashboardHost.StartAsync();
        string middle = "", end = "";
        for (var from = 0; from < Jobs; from += Batch)
        {
            var stored = await host.Gaffer.InsertManyAsync("idle", [.. Enumerable.Range(from, Batch).Select(i => InsertJob.Of("idle", i, new JobOptions { Kind = i % 1000 == 0 ? "rare" : "common" }))]);
            if (from == Jobs / 2) middle = stored.Jobs[0].Job.Id.ToString();
            end = stored.Jobs[^100].Job.Id.ToString();
        }

        Assert.Equal(Jobs, (await host.Gaffer.GetInfoAsync("idle")).Available.Count);
        await AssertMedianAsync(host, "the first content", 300, "../", "../assets/app.js", "overview");
        await AssertMedianAsync(host, "a queue", 50, "queues/idle");
        await AssertMedianAsync(host, "the first page", 50, "queues/idle/jobs?limit=50");
        await AssertMedianAsync(host, "a page in the middle", 50, $"queues/idle/jobs?limit=50&after={middle}");
        await AssertMedianAsync(host, "the last page", 50, $"queues/idle/jobs?limit=50&after={end}");
        await AssertMedianAsync(host, "a page of one state", 50, $"queues/idle/jobs?limit=50&state=available&after={middle}");
        await AssertMedianAsync(host, "a page of a rare kind (1 of 1,000)", 250, $"queues/idle/jobs?limit=50&kind=rare&after={middle}");
        await AssertMedianAsync(host, "a page of a state that no job has", 50, "queues/idle/jobs?limit=50&state=failed");
    }

    private async Task AssertMedianAsync(DashboardHost host, string what, double most, params string[] paths)
    {
        List<double> times = [];
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var path in paths)
            {
                using var response = await host.GetAsync(path);
                Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
                await response.Content.ReadAsByteArrayAsync();
            }

            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"{what}: median {times[Runs / 2]:0.0} ms, slowest {times[^1]:0.0} ms");
        Assert.True(times[Runs / 2] < most, $"{what}: {times[Runs / 2]:0.0} ms, more than {most} ms");
    }
}
