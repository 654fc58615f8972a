using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>What a page shows may be of yesterday when a button is pressed: it acts on what was seen, or on nothing.</summary>
[Collection(BrowserCollection.Name)]
public sealed class StaleTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task A_job_that_is_done_by_now_is_neither_retried_nor_deleted_as_a_failed_one()
    {
        await using var host = await StartAsync();
        var job = await FailAsync(host);
        await using var page = await browser.OpenAsync("#/failed?queue=flaky", host: host);
        await page.Page.GetByLabel("Select all of this page").First.CheckAsync();
        await SucceedAsync(host, job);
        foreach (var (what, past) in new[] { ("Retry", "retried"), ("Delete", "deleted") })
        {
            await page.Page.EvaluateAsync("document.getElementById('toasts').replaceChildren()");
            await page.Button($"{what} selected").ClickAsync();
            await page.Page.RouteAsync("**/jobs?state=failed**", route => route.AbortAsync()); // the list stays as it was
            await page.ConfirmAsync(what);
            await Expect(page.Toast($"0 jobs {past}; 1 left as they are: The job is completed, not failed")).ToBeVisibleAsync();
        }

        Assert.Equal((JobState.Completed, 2), await StateAsync(host, job));
    }

    [BrowserFact]
    public async Task The_page_of_a_job_acts_on_the_state_that_it_shows_and_then_shows_the_new_one()
    {
        await using var host = await StartAsync();
        var job = await FailAsync(host);
        await using var page = await browser.OpenAsync($"#/queues/flaky/jobs/{job}", host: host);
        await SucceedAsync(host, job);
        await page.Button("Delete").ClickAsync();
        await page.ConfirmAsync("Delete the job");
        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The job is completed, not failed");
        await page.Button("Keep as it is").ClickAsync();
        await page.Button("Retry").ClickAsync();
        await Expect(page.Toast("The job is completed, not failed")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("h1 + .actions .chip")).ToHaveTextAsync("Completed");
        Assert.Equal((JobState.Completed, 2), await StateAsync(host, job));
    }

    [BrowserFact]
    public async Task A_toast_says_what_a_button_has_done_also_when_the_news_come_first()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var page = await browser.OpenAsync("#/queues/idle", host: host);
        foreach (var (hash, ofQueue) in new[] { ("#/queues/idle", ""), ("#/queues", " idle") })
        {
            await page.GoAsync(hash);
            await PressAsync("pause", "Pause" + ofQueue, "Resume" + ofQueue, "idle is paused");
            await PressAsync("resume", "Resume" + ofQueue, "Pause" + ofQueue, "idle goes on");
        }

        async Task PressAsync(string call, string button, string then, string says)
        {
            await page.Page.EvaluateAsync("document.getElementById('toasts').replaceChildren()");
            await page.Page.RouteAsync($"**/idle/{call}", async route =>
            {
                var answer = await route.FetchAsync();
                await page.Button(then).WaitForAsync(); // a tick told of it
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer });
            });
            await page.Button(button).ClickAsync();
            await Expect(page.Page.Locator("#toasts .toast")).ToContainTextAsync(says, new LocatorAssertionsToContainTextOptions { Timeout = 15_000 });
        }
    }

    // Its jobs fail the first time, and are completed the second.
    private static Task<DashboardHost> StartAsync() => DashboardHost.StartAsync(gaffer: g => g.AddQueue<string>(
        "flaky", (job, _) => Task.FromResult(job.AttemptNumber == 1 ? JobResult.Fail("no") : JobResult.Complete()), q => q with { MaxAttempts = 1, Prune = PruneOptions.Never }));

    private static async Task<JobId> FailAsync(DashboardHost host)
    {
        var job = (await host.Gaffer.InsertAsync("flaky", "x")).Job.Id;
        await host.Gaffer.FlushAsync("flaky", DashboardHost.Soon);
        Assert.Equal((JobState.Failed, 1), await StateAsync(host, job));
        return job;
    }

    private static async Task SucceedAsync(DashboardHost host, JobId job)
    {
        await host.Gaffer.RetryAsync("flaky", job);
        await host.Gaffer.FlushAsync("flaky", DashboardHost.Soon);
    }

    private static async Task<(JobState State, int Execution)> StateAsync(DashboardHost host, JobId id)
    {
        var job = await host.Gaffer.GetJobAsync("flaky", id);
        return (job.State, job.Execution);
    }
}
