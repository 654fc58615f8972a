using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>What the page of a job shows, and how one comes to it.</summary>
[Collection(BrowserCollection.Name)]
public sealed class JobPageTests(BrowserFixture browser)
{
    [BrowserFact]
    public async Task A_payload_and_a_result_are_shown_as_they_are_stored()
    {
        const string Payload = """{"n":12345678901234567890,"huge":1e400,"exact":1.10,"twice":1,"twice":2,"text":"<b>\u00e9\n\"}","none":{},"empty":[],"list":[true,null,[-0]]}""";
        const string Shown = """
            {
              "n": 12345678901234567890,
              "huge": 1e400,
              "exact": 1.10,
              "twice": 1,
              "twice": 2,
              "text": "<b>é\n\"}",
              "none": {},
              "empty": [],
              "list": [
                true,
                null,
                [
                  -0
                ]
              ]
            }
            """;
        await using var host = await DashboardHost.StartAsync(gaffer: g => g.AddQueue<System.Text.Json.JsonElement>("echo", (job, _) => Task.FromResult(JobResult.Complete(job.Payload)), q => q with { Prune = PruneOptions.Never }));
        var job = (await host.Gaffer.InsertAsync(new InsertJob("echo", System.Text.Encoding.UTF8.GetBytes(Payload)))).Job.Id;
        await host.Gaffer.FlushAsync("echo", DashboardHost.Soon);
        await using var page = await browser.OpenAsync($"#/queues/echo/jobs/{job}", host: host);
        await Expect(page.Page.GetByLabel("Content of the payload")).ToBeVisibleAsync();
        Assert.Equal(Shown, await page.Page.GetByLabel("Content of the payload").TextContentAsync());
        Assert.Equal(Shown, await page.Page.GetByLabel("Content of the result").TextContentAsync());
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task Executions_that_are_not_kept_are_said_to_be_missing()
    {
        await using var host = await DashboardHost.StartAsync(gaffer: g => g.AddQueue<string>(
            "often", (_, _) => Task.FromResult(JobResult.Fail("no")), q => q with { MaxAttempts = 25, Backoff = Backoff.Fixed(TimeSpan.Zero), Prune = PruneOptions.Never }));
        var job = (await host.Gaffer.InsertAsync("often", "x")).Job.Id;
        await host.Gaffer.FlushAsync("often", DashboardHost.Soon);
        await using var page = await browser.OpenAsync($"#/queues/often/jobs/{job}", host: host);
        var entries = page.Page.Locator(".timeline .event-title");
        await Expect(entries.Nth(0)).ToContainTextAsync("Inserted");
        await Expect(entries.Nth(1)).ToHaveTextAsync("5 earlier executions are not kept");
        await Expect(entries.Nth(2)).ToContainTextAsync("Attempt 6 failed");
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_job_is_found_by_its_id_in_whichever_queue_it_is()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = (await host.Gaffer.InsertAsync("idle", "x")).Job.Id;
        await using var page = await browser.OpenAsync("#/jobs?queue=work", host: host);
        await page.Page.GetByLabel("Id of a job").FillAsync(job.ToString());
        await page.Button("Show").ClickAsync();
        await Expect(page.Page.Locator("main .job-id")).ToHaveTextAsync(job.ToString());
        Assert.EndsWith($"#/queues/idle/jobs/{job}", page.Page.Url, StringComparison.Ordinal);

        await page.GoAsync("#/jobs?queue=work");
        await page.Page.GetByLabel("Id of a job").FillAsync(JobId.New().ToString());
        await page.Button("Show").ClickAsync();
        await Expect(page.Toast("None of the 2 queues has this job")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Id of a job").FillAsync("7");
        await page.Button("Show").ClickAsync();
        await Expect(page.Toast("'7' is not a job id")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Jobs");
    }
}
