using Microsoft.Playwright;
using Xunit;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>The pictures of the documentation, made only when GAFFER_PICTURES names the folder for them.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PictureTests(BrowserFixture browser)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("GAFFER_PICTURES");

    [BrowserFact]
    public async Task Pictures_are_made_when_they_are_asked_for()
    {
        if (Folder is null) return;
        Directory.CreateDirectory(Folder);
        await using (var first = await browser.OpenAsync())
        {
            // Until there is something in the charts.
            await first.Page.WaitForFunctionAsync("() => (document.querySelector('.chart .line')?.getAttribute('d').match(/L/g) ?? []).length > 90", null, new PageWaitForFunctionOptions { Timeout = 180_000 });
        }

        var failed = (await browser.Host.Gaffer.ListPageAsync("emails", new JobFilter { State = JobState.Failed }, 1)).Jobs[0];
        foreach (var dark in new[] { false, true })
        {
            var theme = dark ? "dark" : "light";
            await TakeAsync($"overview-{theme}", "#/", dark);
            await TakeAsync($"queues-{theme}", "#/queues", dark);
            await TakeAsync($"queue-{theme}", "#/queues/emails", dark);
            await TakeAsync($"jobs-{theme}", "#/jobs?queue=emails", dark);
            await TakeAsync($"job-{theme}", $"#/queues/emails/jobs/{failed.Id}", dark);
            await TakeAsync($"failed-{theme}", "#/failed?queue=emails", dark);
            await TakeAsync($"phone-{theme}", "#/", dark, 390, 844);
        }
    }

    private async Task TakeAsync(string name, string hash, bool dark, int width = 1280, int height = 880)
    {
        await using var page = await browser.OpenAsync(hash, dark, width, height);
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, name + ".png") });
    }
}
