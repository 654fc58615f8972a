using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Dashboard.Tests.Browser.LoadedHost;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>Each page and each action in a queue of a million jobs, while its host works on it and on others.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class MillionPageTests(BrowserFixture browser, ITestOutputHelper output)
{
    private IGaffer Gaffer => browser.Host.Gaffer;

    [BrowserFact]
    public async Task The_first_content_and_the_numbers_of_a_million_are_there_at_once()
    {
        List<double> firsts = [];
        for (var run = 0; run < 5; run++)
        {
            await using var page = await browser.OpenAsync();
            var row = page.Rows.Filter(new LocatorFilterOptions { Has = page.Link(Newsletter) });
            await Expect(row).ToContainTextAsync(AboutAMillion());
            await Expect(page.Page.Locator(".tile", new PageLocatorOptions { HasText = "Waiting" }).First).ToContainTextAsync(AboutAMillion());
            firsts.Add(await page.FirstContentAsync());
            Assert.Empty(page.Complaints);
        }

        AssertMedian("the first content: page, files and numbers", firsts, 300);
        await using var other = await browser.OpenAsync("#/queues");
        await Expect(other.Rows.Filter(new LocatorFilterOptions { Has = other.Link(Newsletter) })).ToContainTextAsync(AboutAMillion());
        await other.Link(Newsletter).ClickAsync();
        await Expect(other.Page.Locator(".tile", new PageLocatorOptions { HasText = "Waiting" })).ToContainTextAsync(WholeMillion());
        await Expect(other.Page.Locator(".facts").First).ToContainTextAsync("2 / 2");
        Assert.Empty(other.Complaints);
    }

    [BrowserFact]
    public async Task Pages_of_a_million_jobs_lead_forward_and_back()
    {
        await using var page = await browser.OpenAsync($"#/jobs?queue={Newsletter}&state=available&after={browser.Loaded.Middle[0]}");
        await Expect(page.Rows).ToHaveCountAsync(50);
        await Expect(page.Rows.First).ToContainTextAsync(EndOf(1));
        for (var number = 1; number <= 6; number++)
        {
            await page.Link("Next").ClickAsync();
            await Expect(page.Rows.First).ToContainTextAsync(EndOf((number * 50) + 1));
        }

        for (var number = 5; number >= 1; number--)
        {
            await page.Link("Previous").ClickAsync();
            await Expect(page.Rows.First).ToContainTextAsync(EndOf((number * 50) + 1));
        }

        AssertMedian("a page of jobs", [.. page.Waits.Where(w => w.Path.Contains("/jobs?", StringComparison.Ordinal)).Select(w => w.Milliseconds)], 50);
        await page.Link("First").ClickAsync();
        await Expect(page.Link("First")).ToHaveCountAsync(0);
        await Expect(page.Rows.First.Locator("a")).Not.ToHaveAttributeAsync("title", browser.Loaded.Middle[1].ToString());

        await page.GoAsync($"#/jobs?queue={Newsletter}&after={browser.Loaded.NearEnd}");
        await page.Link("Next").ClickAsync();
        await Expect(page.Link("Next")).ToHaveCountAsync(0);
        await Expect(page.Rows.Last).ToContainTextAsync("Available");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Few_of_a_million_jobs_are_found_by_state_kind_tag_and_id()
    {
        await using var page = await browser.OpenAsync($"#/jobs?queue={Newsletter}");
        await page.Page.GetByLabel("Tag").FillAsync(Rare);
        await page.Button("Show").ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("tag=editor"));
        await Expect(page.Rows).ToHaveCountAsync(50);
        await Expect(page.Rows.Nth(49)).ToContainTextAsync("proof");
        await page.Page.GetByLabel("Tag").FillAsync("");
        await page.Page.GetByLabel("Kind").FillAsync("proof");
        await page.Page.GetByLabel("State").SelectOptionAsync("available");
        await Expect(page.Page).ToHaveURLAsync(new Regex("state=available&kind=proof"));
        await Expect(page.Rows.Nth(49)).ToContainTextAsync("proof");
        await page.GoAsync($"#/jobs?queue={Newsletter}&state=executing");
        await Expect(page.Rows.First).ToContainTextAsync("Running");

        var id = browser.Loaded.Middle[500].ToString();
        await page.Page.GetByLabel("Id of a job").FillAsync(id);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".job-id")).ToHaveTextAsync(id);
        await Expect(page.Page.Locator("pre").First).ToContainTextAsync("reader 50");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task One_of_a_million_jobs_is_cancelled_retried_and_deleted()
    {
        var id = browser.Loaded.Middle[700];
        await using var page = await browser.OpenAsync($"#/queues/{Newsletter}/jobs/{id}");
        await page.Button("Cancel").ClickAsync();
        await page.ConfirmAsync("Cancel the job");
        await Expect(page.Toast("The job is cancelled")).ToBeVisibleAsync();
        Assert.Equal(JobState.Cancelled, (await Gaffer.GetJobAsync(Newsletter, id)).State);
        await page.Button("Retry").ClickAsync();
        await Expect(page.Toast("The job is available at once")).ToBeVisibleAsync();
        Assert.Equal(JobState.Available, (await Gaffer.GetJobAsync(Newsletter, id)).State);
        await page.Button("Delete").ClickAsync();
        await page.ConfirmAsync("Delete the job");
        await Expect(page.Toast("The job is deleted")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Jobs");
        await Expect(page.Rows).ToHaveCountAsync(50);
        Assert.Null(await Gaffer.TryGetJobAsync(Newsletter, id));
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Failed_jobs_among_a_million_are_retried_and_deleted_many_at_once()
    {
        await Gaffer.InsertManyAsync(Newsletter, [.. Enumerable.Range(0, 120).Select(NewBounce)]);
        await using var page = await browser.OpenAsync($"#/failed?queue={Newsletter}");
        await WaitForFailedAsync(120);
        await page.GoAsync("#/queues");
        await page.Button($"Pause {Newsletter}").ClickAsync();      // what is retried waits, and is counted
        await Expect(page.Button($"Resume {Newsletter}")).ToBeVisibleAsync();
        await page.GoAsync($"#/failed?queue={Newsletter}");
        await Expect(page.Rows).ToHaveCountAsync(50);
        await page.Button("Next").ClickAsync();
        await Expect(page.Button("First")).ToBeVisibleAsync();
        await page.Page.Locator("tbody input").First.CheckAsync();
        await page.Page.Locator("tbody input").Nth(1).CheckAsync();
        await page.Button("Retry selected").ClickAsync();
        await page.ConfirmAsync("Retry");
        await Expect(page.Toast("2 jobs retried")).ToBeVisibleAsync();
        await Expect(page.Rows).ToHaveCountAsync(50);
        await page.Button("First").ClickAsync();
        await Expect(page.Button("First")).ToHaveCountAsync(0);
        await page.Page.GetByLabel("Select all of this page").First.CheckAsync();
        await page.Button("Delete selected").ClickAsync();
        await page.ConfirmAsync("Delete");
        await Expect(page.Toast("50 jobs deleted")).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Select all of this page")).ToBeVisibleAsync();
        await page.Button("Delete all").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Delete 68 jobs?");
        await page.ConfirmAsync("Delete");
        await Expect(page.Toast("68 jobs deleted")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync("Nothing has failed here");
        await Gaffer.ResumeAsync(Newsletter);
        await WaitForFailedAsync(2);
        await Expect(page.Rows).ToHaveCountAsync(2);
        await page.Button("Delete all").ClickAsync();
        await page.ConfirmAsync("Delete");
        await Expect(page.Toast("2 jobs deleted")).ToBeVisibleAsync();
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_queue_of_a_million_is_drained_resumed_limited_and_pruned()
    {
        await using var page = await browser.OpenAsync($"#/queues/{Newsletter}");
        await page.Button("Drain").ClickAsync();
        await page.ConfirmAsync("Drain");
        await Expect(page.Toast("nothing runs")).ToBeVisibleAsync();
        await page.Button("Resume").ClickAsync();
        await Expect(page.Toast("goes on")).ToBeVisibleAsync();
        await page.Button("Pause").ClickAsync();
        await Expect(page.Toast("is paused: running")).ToBeVisibleAsync();
        await page.Button("Resume").ClickAsync();
        await Expect(page.Button("Pause")).ToBeVisibleAsync();
        await page.Button("Limits").ClickAsync();
        await page.Dialog.GetByLabel("Time-out of an attempt").FillAsync("45s");
        await page.ConfirmAsync("Change");
        await Expect(page.Page.Locator("main")).ToContainTextAsync("45s");
        await page.Button("Prune").ClickAsync();
        await page.ConfirmAsync("Prune");
        await Expect(page.Toast("There was nothing to prune")).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".facts").First).ToContainTextAsync("2 / 2");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_queue_is_deleted_with_a_million_jobs()
    {
        await browser.Host.JsonAsync("POST", "queues", """{"name":"spent"}""");
        await browser.Loaded.FillAsync("spent");
        await using var page = await browser.OpenAsync("#/queues/spent");
        await page.Button("Delete").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("It holds 1,000,000 jobs.");
        await page.Dialog.GetByLabel("Type the name of the queue").FillAsync("spent");
        await page.Dialog.GetByLabel("Delete its jobs with it").CheckAsync();
        await page.ConfirmAsync("Delete the queue");
        await Expect(page.Toast("spent is deleted, and 1,000,000 jobs with it")).ToBeVisibleAsync();
        await Assert.ThrowsAsync<UnknownQueueException>(() => Gaffer.GetInfoAsync("spent"));
        await Expect(page.Link("spent")).ToHaveCountAsync(0);
        Assert.Empty(page.Complaints);
    }

    private Task WaitForFailedAsync(int count) => UntilAsync(async () => (await Gaffer.GetInfoAsync(Newsletter)).Failed.Count == count);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var end = new CancellationTokenSource(DashboardHost.Soon);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds()) await look.WaitForNextTickAsync(end.Token);
    }

    private string EndOf(int index) => browser.Loaded.Middle[index].ToString()[^4..];

    private void AssertMedian(string what, List<double> times, double most)
    {
        times.Sort();
        output.WriteLine($"{what}: median {times[times.Count / 2]:0.0} ms, slowest {times[^1]:0.0} ms, of {times.Count}");
        Assert.True(times.Count >= 5 && times[times.Count / 2] < most, $"{what}: {times[times.Count / 2]:0.0} ms, more than {most} ms");
    }

    [GeneratedRegex(@"(99\d(\.\d)?K|1M)")]
    private static partial Regex AboutAMillion();

    [GeneratedRegex(@"(99\d|1,000),\d{3}")]
    private static partial Regex WholeMillion();
}
