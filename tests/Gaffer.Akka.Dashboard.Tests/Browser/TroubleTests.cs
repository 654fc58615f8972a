using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>What a person sees of that which did not work, or was stopped.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TroubleTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task A_page_that_did_not_load_is_tried_again()
    {
        await using var page = await browser.OpenAsync("#/queues");
        await page.Page.RouteAsync("**/api/queues/idle", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503, ContentType = "application/problem+json", Json = new { detail = "It moves.", problems = Array.Empty<string>() } }));
        await page.Link("idle").ClickAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync("It moves.");
        await page.Page.UnrouteAsync("**/api/queues/idle");
        await page.Button("Try again").ClickAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("idle");
    }

    [BrowserFact]
    public async Task What_a_button_could_not_do_is_said()
    {
        await using var page = await browser.OpenAsync("#/queues/idle");
        await page.Page.RouteAsync("**/api/queues/idle**", route => route.FulfillAsync(new RouteFulfillOptions { Status = 503, ContentType = "application/problem+json", Json = new { detail = "It moves.", problems = Array.Empty<string>() } }));
        foreach (var name in new[] { "Pause", "Limits" })
        {
            await page.Button(name).ClickAsync();
            await Expect(page.Toast("It moves.").Last).ToBeVisibleAsync();
            await Expect(page.Button(name)).ToBeEnabledAsync();
        }

        await Expect(page.Toast("It moves.")).ToHaveCountAsync(2);
    }

    [BrowserFact]
    public async Task A_deletion_of_many_stops_when_its_dialog_is_closed()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.PerformAsync("fail");
        await using var page = await browser.OpenAsync("#/failed?queue=work", host: host);
        var asked = 0;
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Page.RequestFailed += (_, _) => ended.TrySetResult();
        await page.Page.RouteAsync("**/jobs/delete", route =>
        {
            if (Interlocked.Increment(ref asked) == 1) return route.FulfillAsync(new RouteFulfillOptions { Json = new { done = 1000, skipped = Array.Empty<string>(), next = "more" } });
            second.TrySetResult();
            return Task.CompletedTask;      // has no answer
        });
        await page.Button("Delete all").ClickAsync();
        await Expect(page.Button("Stop")).ToHaveCountAsync(0);
        await page.ConfirmAsync("Delete");
        await second.Task.WaitAsync(DashboardHost.Soon);
        await page.Button("Stop").ClickAsync();
        await ended.Task.WaitAsync(DashboardHost.Soon);
        await Expect(page.Toast("Stopped; at least 1,000 jobs deleted.")).ToBeVisibleAsync();
        Assert.Equal(2, asked);
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_dialog_stays_until_what_cannot_be_stopped_is_done()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = (await host.Gaffer.InsertAsync("idle", "x")).Job.Id;
        await using var page = await browser.OpenAsync($"#/queues/idle/jobs/{job}", host: host);
        var asked = new TaskCompletionSource<IRoute>(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.Page.RouteAsync($"**/{job}/cancel", asked.SetResult);
        await page.Button("Cancel").ClickAsync();
        await page.ConfirmAsync("Cancel the job");
        var cancel = await asked.Task.WaitAsync(DashboardHost.Soon);
        await Expect(page.Button("Keep as it is")).ToBeDisabledAsync();
        await page.Dialog.GetByLabel("Reason").PressSequentiallyAsync("too late");
        await Expect(page.Button("Cancel the job")).ToBeDisabledAsync();
        for (var i = 0; i < 3; i++) await page.Page.Keyboard.PressAsync("Escape"); // a browser lets a page prevent the first alone
        await Expect(page.Dialog).ToBeVisibleAsync();
        await cancel.ContinueAsync();
        await Expect(page.Toast("The job is cancelled.")).ToBeVisibleAsync();
        await Expect(page.Dialog).ToHaveCountAsync(0);
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_dialog_whose_action_failed_can_be_closed()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = (await host.Gaffer.InsertAsync("idle", "x")).Job.Id;
        await using var page = await browser.OpenAsync($"#/queues/idle/jobs/{job}", host: host);
        await page.Page.RouteAsync($"**/{job}**", route => route.AbortAsync());
        await page.Button("Delete").ClickAsync();
        await page.ConfirmAsync("Delete the job");
        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not answer");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Dialog).ToHaveCountAsync(0);
    }

    [BrowserFact]
    public async Task The_jobs_are_shown_once_a_host_that_was_not_heard_is_heard()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var page = await browser.OpenAsync("#/", host: host);
        await page.Page.RouteAsync("**/api/events", route => route.AbortAsync(), new PageRouteOptions { Times = 1 });
        await page.Page.EvaluateAsync("location.hash = '#/jobs'");
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync("not heard");
        await Expect(page.Page.GetByLabel("Id of a job")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 15_000 });
        await Expect(page.Page.Locator("main .empty-title")).ToHaveTextAsync("This queue is empty");
    }
}
