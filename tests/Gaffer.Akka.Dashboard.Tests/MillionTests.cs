using System.Diagnostics;
using Gaffer.Dashboard.Tests.Browser;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Dashboard.Tests.Browser.LoadedHost;

namespace Gaffer.Dashboard.Tests;

/// <summary>A million jobs in one queue are as quick to look at as a few, while their host is under load.</summary>
[Collection(BrowserCollection.Name)]
public sealed class MillionTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int Runs = 11;

    [Fact]
    public async Task A_million_jobs_are_paged_without_slowing_down()
    {
        var jobs = $"queues/{Newsletter}/jobs?limit=50";
        var middle = browser.Loaded.Middle[0];
        Assert.True((await browser.Host.Gaffer.GetInfoAsync(Newsletter)).Available.Count > Million * 0.99);
        await AssertMedianAsync("the first content", 300, "../", "../assets/app.js", "overview");
        await AssertMedianAsync("a queue", 50, $"queues/{Newsletter}");
        await AssertMedianAsync("the first page", 50, jobs);
        await AssertMedianAsync("a page in the middle", 50, $"{jobs}&after={middle}");
        await AssertMedianAsync("the last page", 50, $"{jobs}&after={browser.Loaded.NearEnd}");
        await AssertMedianAsync("a page of one state", 50, $"{jobs}&state=available&after={middle}");
        await AssertMedianAsync("a page of a rare kind (1 of 1,000)", 2000, $"{jobs}&kind=proof&after={middle}");
        await AssertMedianAsync("a page of a rare tag (1 of 1,000)", 2000, $"{jobs}&tag={Rare}");
        await AssertMedianAsync("a page of a state that no job has", 50, $"{jobs}&state=cancelled");
    }

    private async Task AssertMedianAsync(string what, double most, params string[] paths)
    {
        List<double> times = [];
        for (var run = 0; run < Runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            foreach (var path in paths)
            {
                using var response = await browser.Host.GetAsync(path);
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
