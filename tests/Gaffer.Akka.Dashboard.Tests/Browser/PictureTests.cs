using Microsoft.Playwright;
using Xunit;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>The pictures of the documentation, made only when GAFFER_PICTURES names the folder for them, from the root of the clone.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PictureTests(BrowserFixture browser)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("GAFFER_PICTURES") is { Length: > 0 } folder ? Path.Combine(Repository.Root, folder) : null;

    [BrowserFact]
    public async Task Pictures_are_made_when_they_are_asked_for()
    {
        if (Folder is null) return;
        Directory.CreateDirectory(Folder);
        await using var page = await browser.OpenAsync(height: 880);

        // Until there is something in the charts.
        await page.Page.WaitForFunctionAsync("() => (document.querySelector('.chart .line')?.getAttribute('d').match(/L/g) ?? []).length > 90", null, new PageWaitForFunctionOptions { Timeout = 180_000 });
        var failed = (await browser.Host.Gaffer.ListPageAsync("emails", new JobFilter { State = JobState.Failed }, 1)).Jobs[0];
        foreach (var dark in new[] { false, true })
        {
            var theme = dark ? "dark" : "light";
            await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light });
            await TakeAsync(page, $"overview-{theme}", "#/");
            await TakeAsync(page, $"queues-{theme}", "#/queues");
            await TakeAsync(page, $"queue-{theme}", "#/queues/emails");
            await TakeAsync(page, $"jobs-{theme}", "#/jobs?queue=emails");
            await TakeAsync(page, $"job-{theme}", $"#/queues/emails/jobs/{failed.Id}");
            await TakeAsync(page, $"failed-{theme}", "#/failed?queue=emails");
            await using var phone = await browser.OpenAsync("#/", dark, 390, 844);
            await TakeAsync(phone, $"phone-{theme}", "#/");
        }
    }

    private static async Task TakeAsync(BrowserPage page, string name, string hash)
    {
        await page.GoAsync(hash);
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder!, name + ".png") });
    }
}
