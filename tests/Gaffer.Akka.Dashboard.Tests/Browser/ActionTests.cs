using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>All that can be done, as a person does it, on a host under load.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ActionTests(BrowserFixture browser)
{
    private IGaffer Gaffer => browser.Host.Gaffer;

    [BrowserFact]
    public async Task A_queue_is_paused_resumed_and_drained()
    {
        await browser.Host.JsonAsync("POST", "queues", """{"name":"paused"}""");
        await using var page = await browser.OpenAsync("#/queues/paused");
        await page.Button("Pause").ClickAsync();
        await Expect(page.Toast("is paused")).ToBeVisibleAsync();
        await Expect(page.Button("Resume")).ToBeVisibleAsync();
        Assert.Equal(QueueStatus.Paused, (await Gaffer.GetInfoAsync("paused")).Status);
        await page.Button("Resume").ClickAsync();
        await Expect(page.Button("Pause")).ToBeVisibleAsync();
        Assert.Equal(QueueStatus.Active, (await Gaffer.GetInfoAsync("paused")).Status);
        await page.Button("Drain").ClickAsync();
        await page.ConfirmAsync("Drain");
        await Expect(page.Toast("nothing runs")).ToBeVisibleAsync();
        Assert.Equal(QueueStatus.Paused, (await Gaffer.GetInfoAsync("paused")).Status);

        await page.GoAsync("#/queues");
        await page.Button("Resume paused").ClickAsync();
        await Expect(page.Button("Pause paused")).ToBeVisibleAsync();
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Limits_are_changed_and_wrong_ones_are_refused_with_the_reason()
    {
        await using var page = await browser.OpenAsync("#/queues/pictures");
        await page.Button("Limits").ClickAsync();
        await page.Dialog.GetByLabel("Jobs at once on each node").FillAsync("many");
        await page.ConfirmAsync("Change");
        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("maxWorkers is 'many'");
        await page.Dialog.GetByLabel("Jobs at once on each node").FillAsync("5");
        await page.Dialog.GetByLabel("Jobs at once on all nodes").FillAsync("unlimited");
        await page.ConfirmAsync("Change");
        await Expect(page.Toast("has new limits")).ToBeVisibleAsync();
        var options = (await Gaffer.GetQueueAsync("pictures")).Options;
        Assert.Equal((5, true), (options.MaxWorkers.Value, options.GlobalMaxWorkers.IsUnlimited));

        await page.GoAsync("#/queues");
        await page.Button("Change the limit mail-provider").ClickAsync();
        await page.Dialog.GetByLabel("Most jobs at once").FillAsync("14");
        await page.ConfirmAsync("Change");
        await Expect(page.Toast("mail-provider is now 14")).ToBeVisibleAsync();
        Assert.Equal(14, (await Gaffer.ListLimitsAsync()).Single(l => l.Name == "mail-provider").Max);
    }

    [BrowserFact]
    public async Task A_queue_is_pruned_and_deleted_only_when_its_name_is_typed()
    {
        await browser.Host.JsonAsync("POST", "queues", """{"name":"old","options":{"prune":{"interval":"off","maxCount":0}}}""");
        var job = (await Gaffer.InsertAsync("old", 1)).Job.Id;
        await Gaffer.CancelAsync("old", job);
        await Gaffer.InsertAsync("old", 2);
        await using var page = await browser.OpenAsync("#/queues/old");
        await page.Button("Prune").ClickAsync();
        await page.ConfirmAsync("Prune");
        await Expect(page.Toast("1 job is deleted")).ToBeVisibleAsync();

        await page.Button("Delete").ClickAsync();
        await Expect(page.Button("Delete the queue")).ToBeDisabledAsync();
        await page.Dialog.GetByLabel("Type the name of the queue").FillAsync("old");
        await page.ConfirmAsync("Delete the queue");
        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("old");
        await page.Dialog.GetByLabel("Delete its jobs with it").CheckAsync();
        await page.ConfirmAsync("Delete the queue");
        await Expect(page.Toast("old is deleted, and 1 job with it")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Queues");
        await Assert.ThrowsAsync<UnknownQueueException>(() => Gaffer.GetInfoAsync("old"));
    }

    [BrowserFact]
    public async Task Jobs_are_filtered_paged_and_found_by_id()
    {
        await browser.Host.JsonAsync("POST", "queues", """{"name":"many"}""");
        await Gaffer.InsertManyAsync("many", [.. Enumerable.Range(0, 120).Select(i => InsertJob.Of("many", i, new JobOptions { Kind = i % 2 == 0 ? "even" : "odd", Tags = i == 5 ? ["five"] : [] }))]);
        var jobs = (await Gaffer.ListPageAsync("many", JobFilter.All, 120)).Jobs;
        await Gaffer.CancelAsync("many", jobs[3].Id);
        await using var page = await browser.OpenAsync("#/jobs?queue=many");
        var rows = page.Page.Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(50);
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Next" }).ClickAsync();
        await Expect(rows.First).ToContainTextAsync(jobs[50].Id.ToString()[^4..]);
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Next" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(20);
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Previous" }).ClickAsync();
        await Expect(rows.First).ToContainTextAsync(jobs[50].Id.ToString()[^4..]);

        await page.Page.GetByLabel("State").SelectOptionAsync("cancelled");
        await Expect(rows).ToHaveCountAsync(1);
        await page.Page.GetByLabel("State").SelectOptionAsync("");
        await page.Page.GetByLabel("Tag").FillAsync("five");
        await page.Button("Show").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await page.Page.GetByLabel("Tag").FillAsync("");
        await page.Page.GetByLabel("Kind").FillAsync("odd");
        await page.Button("Show").ClickAsync();
        await Expect(rows).ToHaveCountAsync(50);
        await Expect(rows.First).ToContainTextAsync("odd");

        await page.Page.GetByLabel("Id of a job").FillAsync(jobs[7].Id.ToString());
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("main")).ToContainTextAsync(jobs[7].Id.ToString());
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_job_shows_its_history_and_is_retried_cancelled_and_deleted()
    {
        var failed = (await browser.Host.PerformAsync("fail")).Id;
        await using var page = await browser.OpenAsync($"#/queues/work/jobs/{failed}");
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 failed");
        await Expect(page.Page.Locator(".failure .words")).ToHaveTextAsync("The <b>mail</b> server refused it.");
        await page.Page.GetByText("System.InvalidOperationException").ClickAsync();
        await Expect(page.Page.Locator(".failure pre")).ToContainTextAsync("DashboardHost");
        await page.Button("Retry").ClickAsync();
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("Attempt 2 failed");
        await page.Button("Delete").ClickAsync();
        await page.ConfirmAsync("Delete the job");
        await Expect(page.Toast("deleted")).ToBeVisibleAsync();
        Assert.Null(await Gaffer.TryGetJobAsync("work", failed));

        var later = (await Gaffer.InsertAsync("idle", "later", new JobOptions { Delay = TimeSpan.FromHours(1) })).Job.Id;
        await page.GoAsync($"#/queues/idle/jobs/{later}");
        await page.Button("Run now").ClickAsync();
        await Expect(page.Page.Locator("h1 + .actions .chip")).ToHaveTextAsync("Available");
        await page.Button("Cancel").ClickAsync();
        await page.Dialog.GetByLabel("Reason").FillAsync("not needed");
        await page.ConfirmAsync("Cancel the job");
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("not needed");
        Assert.Equal("not needed", (await Gaffer.GetJobAsync("idle", later)).CancelReason);
    }

    [BrowserFact]
    public async Task A_job_that_runs_is_cancelled_and_one_that_does_not_end_is_named_by_a_drain()
    {
        await using var host = await DashboardHost.StartAsync();
        var (first, second) = ((await host.Gaffer.InsertAsync("work", "wait")).Job.Id, (await host.Gaffer.InsertAsync("work", "wait")).Job.Id);
        await using var page = await browser.OpenAsync($"#/queues/work/jobs/{first}", host: host);
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 runs");
        await page.Button("Cancel").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("It runs now");
        await page.ConfirmAsync("Cancel the job");
        await Expect(page.Page.Locator("h1 + .actions .chip")).ToHaveTextAsync("Cancelled");
        Assert.Equal(JobState.Cancelled, (await host.Gaffer.GetJobAsync("work", first)).State);

        await page.GoAsync("#/queues/work");
        await page.Button("Drain").ClickAsync();
        await page.Dialog.GetByLabel("Longest wait").SelectOptionAsync("5s");
        await page.ConfirmAsync("Drain");
        await Expect(page.Toast("1 job still runs")).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = 15_000 });
        Assert.Equal(JobState.Executing, (await host.Gaffer.GetJobAsync("work", second)).State);
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Queues_are_filtered_by_name_and_jobs_shown_by_queue_and_tag()
    {
        var job = (await Gaffer.InsertAsync("idle", "tagged", new JobOptions { Tags = ["blue moon"] })).Job.Id;
        await using var page = await browser.OpenAsync("#/queues");
        await page.Page.GetByLabel("Filter queues by name").FillAsync("NEWS");
        await Expect(page.Link("emails")).ToBeHiddenAsync();
        await Expect(page.Link(LoadedHost.Newsletter)).ToBeVisibleAsync();
        await page.Page.GetByLabel("Filter queues by name").FillAsync("zzz");
        await Expect(page.Page.Locator("main")).ToContainTextAsync("No queue fits");

        await page.GoAsync("#/jobs");
        await page.Page.GetByLabel("Queue").SelectOptionAsync("idle");
        await Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("queue=idle"));
        await page.GoAsync($"#/queues/idle/jobs/{job}");
        await page.Link("blue moon").ClickAsync();
        await Expect(page.Rows).ToHaveCountAsync(1);
        await Expect(page.Page.GetByLabel("Tag")).ToHaveValueAsync("blue moon");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_job_is_seen_to_run_and_to_end()
    {
        var job = (await Gaffer.InsertAsync("work", "wait")).Job.Id;
        await using var page = await browser.OpenAsync($"#/queues/work/jobs/{job}");
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 runs");
        browser.Host.Open();
        await Expect(page.Page.Locator(".timeline")).ToContainTextAsync("Attempt 1 completed");
        await Expect(page.Page.Locator("h1 + .actions .chip")).ToHaveTextAsync("Completed");
    }

    [BrowserFact]
    public async Task What_a_job_brings_along_stays_text()
    {
        const string Evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        var job = (await Gaffer.InsertAsync("idle", new { evil = Evil }, new JobOptions { Tags = [Evil[..40]], Chain = Evil, UniqueKey = Guid.NewGuid() + Evil })).Job.Id;
        await using var page = await browser.OpenAsync($"#/queues/idle/jobs/{job}");
        await Expect(page.Page.Locator("pre").First).ToContainTextAsync("<img src=x onerror=");
        Assert.Equal(0, await page.Page.Locator("main img, main script").CountAsync());
        Assert.DoesNotContain("owned", await page.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Failed_jobs_are_retried_and_deleted_many_at_once()
    {
        await Gaffer.EnsureQueueAsync((await Gaffer.GetQueueAsync("work")).Options with { Name = "broken" });
        await Gaffer.ServeAsync("broken", [JobWorker.FromDelegate<string>((_, _) => Task.FromResult(JobResult.Fail("no")))]);
        await Gaffer.InsertManyAsync("broken", [.. Enumerable.Range(0, 60).Select(i => InsertJob.Of("broken", $"{i}"))]);
        await Gaffer.FlushAsync("broken", DashboardHost.Soon);
        await Gaffer.PauseAsync("broken");

        await using var page = await browser.OpenAsync("#/failed");
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "broken", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("tbody tr")).ToHaveCountAsync(50);
        await Expect(page.Button("Retry selected")).ToBeDisabledAsync();
        await page.Page.Locator("tbody input").First.CheckAsync();
        await page.Page.Locator("tbody input").Nth(1).CheckAsync();
        await page.Button("Retry selected").ClickAsync();
        await Expect(page.Dialog).ToContainTextAsync("Retry 2 jobs?");
        await page.Button("Keep as it is").ClickAsync();
        Assert.Equal(60, (await Gaffer.GetInfoAsync("broken")).Failed.Count);
        await page.Button("Retry selected").ClickAsync();
        await page.ConfirmAsync("Retry");
        await Expect(page.Toast("2 jobs retried")).ToBeVisibleAsync();
        Assert.Equal((58, 2), ((await Gaffer.GetInfoAsync("broken")).Failed.Count, (await Gaffer.GetInfoAsync("broken")).Available.Count));

        await page.Page.GetByLabel("Select all of this page").First.CheckAsync();
        await page.Button("Delete selected").ClickAsync();
        await page.ConfirmAsync("Delete");
        await Expect(page.Toast("50 jobs deleted")).ToBeVisibleAsync();
        await page.Button("Retry all").ClickAsync();
        await page.ConfirmAsync("Retry");
        await Expect(page.Toast("8 jobs retried")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync("Nothing has failed here");
        await Gaffer.ResumeAsync("broken");
        await Gaffer.FlushAsync("broken", DashboardHost.Soon);
        await page.Button("Delete all").ClickAsync();
        await page.ConfirmAsync("Delete");
        await Expect(page.Toast("10 jobs deleted")).ToBeVisibleAsync();
        Assert.Equal(0, (await Gaffer.GetInfoAsync("broken")).Failed.Count);
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Read_only_shows_no_button_that_changes_something()
    {
        await using var host = await DashboardHost.StartAsync(o =>
        {
            o.AllowAnonymousAccess = true;
            o.ReadOnly = true;
        });
        var failed = (await host.PerformAsync("fail")).Id;
        foreach (var hash in new[] { "#/", "#/queues", "#/queues/work", "#/failed", $"#/queues/work/jobs/{failed}", "#/failed?queue=work" })
        {
            await using var page = await browser.OpenAsync(hash, host: host);
            await Expect(page.Page.Locator("#read-only")).ToBeVisibleAsync();
            await Expect(page.Page.Locator("main button:visible")).ToHaveCountAsync(0);
            await Expect(page.Page.Locator("main input[type=checkbox]:visible")).ToHaveCountAsync(0);
        }
    }

    [BrowserFact]
    public async Task Past_values_of_a_chart_are_reached_with_the_keys()
    {
        await using var host = await DashboardHost.StartAsync();
        await using var page = await browser.OpenAsync("#/", host: host);
        var chart = page.Page.GetByRole(AriaRole.Slider).First;
        await page.Page.WaitForFunctionAsync("() => document.querySelector('[role=slider]')?.ariaValueMax >= 2");
        await chart.FocusAsync();
        await chart.PressAsync("Home");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "0");
        await Expect(chart).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex(@"^\d\d:\d\d:\d\d: Completed .+, Inserted .+$"));
        await chart.PressAsync("ArrowRight");
        await Expect(chart).ToHaveAttributeAsync("aria-valuenow", "1");
        Assert.Equal("visible", await chart.Locator(".cursor").GetAttributeAsync("visibility"));
        await chart.PressAsync("Escape");
        Assert.Equal("hidden", await chart.Locator(".cursor").GetAttributeAsync("visibility"));
        Assert.Equal(await chart.GetAttributeAsync("aria-valuemax"), await chart.GetAttributeAsync("aria-valuenow"));
        Assert.Empty(page.Complaints);
    }
}
