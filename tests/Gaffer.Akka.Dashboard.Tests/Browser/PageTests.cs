using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>Each page, in light and dark, on a desk and on a phone, on a host under load.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PageTests(BrowserFixture browser)
{
    private static readonly AxeRunOptions Violations = new() { ResultTypes = [ResultType.Violations] };

    [BrowserFact]
    public Task Pages_are_accessible_in_light() => CheckAccessAsync(dark: false, width: 1280);

    [BrowserFact]
    public Task Pages_are_accessible_in_dark() => CheckAccessAsync(dark: true, width: 1280);

    [BrowserFact]
    public Task Pages_are_accessible_in_light_on_a_phone() => CheckAccessAsync(dark: false, width: 390);

    [BrowserFact]
    public Task Pages_are_accessible_in_dark_on_a_phone() => CheckAccessAsync(dark: true, width: 390);

    [BrowserFact]
    public async Task Pages_need_no_horizontal_scrolling_on_a_phone()
    {
        foreach (var width in new[] { 390, 320 })
        {
            await using var page = await browser.OpenAsync(width: width, height: 800);
            foreach (var hash in await HashesAsync())
            {
                await page.GoAsync(hash);
                var most = await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
                Assert.True(most <= width, $"{hash} is {most} wide on a screen of {width}.");
                Assert.Empty(page.Complaints);
            }
        }
    }

    [BrowserFact]
    public async Task The_overview_moves_by_itself()
    {
        await using var page = await browser.OpenAsync();
        var rate = page.Page.Locator(".tile", new PageLocatorOptions { HasText = "Throughput" }).Locator(".tile-value");
        await Expect(rate).Not.ToHaveTextAsync("–");
        await Expect(rate).Not.ToHaveTextAsync("0 / s");
        await page.Page.WaitForFunctionAsync("() => (document.querySelector('.chart .line')?.getAttribute('d').match(/L/g) ?? []).length >= 3");
        await Expect(page.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Jobs each second" })).ToHaveAttributeAsync("aria-valuetext", new Regex(": Completed [1-9]"));
        await Expect(page.Page.GetByRole(AriaRole.Row, new PageGetByRoleOptions { NameRegex = new("this node") })).ToContainTextAsync("up");
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "emails", Exact = true })).ToBeVisibleAsync();
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task A_queue_shows_what_it_did_since_the_tab_was_opened()
    {
        await using var page = await browser.OpenAsync();
        await page.Page.WaitForFunctionAsync("() => (document.querySelector('.chart .line')?.getAttribute('d').match(/L/g) ?? []).length >= 3");
        await page.Link("emails").ClickAsync();
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("emails");
        await page.Page.WaitForFunctionAsync("() => (document.querySelector('.chart .line')?.getAttribute('d').match(/L/g) ?? []).length >= 3");
        await Expect(page.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Jobs each second" })).ToHaveAttributeAsync("aria-valuetext", new Regex(": Completed [1-9]"));
        await Expect(page.Page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Latency" })).ToHaveAttributeAsync("aria-valuetext", new Regex(@": Wait [\d.]+ m?s, Execution [\d.]+ m?s"));
        Assert.Empty(page.Complaints);
    }

    [BrowserFact]
    public async Task The_theme_is_chosen_and_kept()
    {
        await using var page = await browser.OpenAsync(dark: true);
        var ground = "() => getComputedStyle(document.body).backgroundColor";
        var dark = await page.Page.EvaluateAsync<string>(ground);
        var theme = page.Page.Locator("#theme");
        await theme.ClickAsync();
        await Expect(theme).ToHaveTextAsync("Light");
        var light = await page.Page.EvaluateAsync<string>(ground);
        Assert.NotEqual(dark, light);
        await page.Page.ReloadAsync();
        await page.ReadyAsync();
        Assert.Equal(light, await page.Page.EvaluateAsync<string>(ground));
        await theme.ClickAsync();
        await theme.ClickAsync();
        await Expect(theme).ToHaveTextAsync("Auto");
        Assert.Equal(dark, await page.Page.EvaluateAsync<string>(ground));
    }

    [BrowserFact]
    public async Task All_is_reached_with_the_keyboard()
    {
        await using var page = await browser.OpenAsync();
        var keys = page.Page.Keyboard;
        await keys.PressAsync("Tab");
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Skip to the content" })).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("main")).ToBeFocusedAsync();

        await TabToAsync(page, "link", "Queues", backwards: true);
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Queues");
        await Expect(page.Page.Locator("h1")).ToBeFocusedAsync();
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Queues", Exact = true })).ToHaveAttributeAsync("aria-current", "page");

        await TabToAsync(page, "link", "idle");
        await keys.PressAsync("Enter");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("idle");
        await TabToAsync(page, "button", "Delete");
        await keys.PressAsync("Enter");
        await Expect(page.Dialog).ToBeVisibleAsync();
        await keys.PressAsync("Escape");
        await Expect(page.Dialog).ToBeHiddenAsync();
        await Expect(page.Button("Delete")).ToBeFocusedAsync();
        var outline = await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle");
        Assert.Equal("solid", outline);
    }

    [BrowserFact]
    public async Task A_page_that_is_not_there_says_so()
    {
        await using var page = await browser.OpenAsync("#/nowhere");
        await Expect(page.Page.Locator("h1")).ToHaveTextAsync("Not found");
        await page.GoAsync("#/queues/nope");
        await Expect(page.Page.Locator("main")).ToContainTextAsync("no queue 'nope'");
        await page.GoAsync("#/queues/idle/jobs/xyz");
        await Expect(page.Page.Locator("main")).ToContainTextAsync("not a job id");
    }

    [BrowserFact]
    public async Task A_lost_stream_is_said_and_opened_again()
    {
        var first = await DashboardHost.StartAsync();
        await using var page = await browser.OpenAsync(host: first);
        await first.DisposeAsync();
        await Expect(page.Page.Locator("#banner")).ToContainTextAsync("Reconnecting", new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });
        await Expect(page.Page.Locator("#status")).ToHaveTextAsync("Reconnecting");
        await using var second = await DashboardHost.StartAsync(port: first.Address.Port);
        await Expect(page.Page.Locator("#status")).ToHaveTextAsync("Live", new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        await Expect(page.Page.Locator("#banner")).ToBeHiddenAsync();
    }

    private async Task<string[]> HashesAsync()
    {
        var failed = (await browser.Host.PerformAsync("fail")).Id;
        var waiting = (await browser.Host.Gaffer.InsertAsync("idle", new { text = new string('w', 300), list = Enumerable.Range(0, 5) }, new JobOptions { Tags = ["a", "b"], Meta = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("by", "test") })).Job.Id;
        return ["#/", "#/queues", "#/queues/emails", "#/queues/idle", "#/jobs?queue=emails", $"#/jobs?queue={LoadedHost.Newsletter}&after={browser.Loaded.Middle[0]}", "#/jobs?queue=reports&state=available", "#/jobs?queue=idle&kind=none", $"#/queues/work/jobs/{failed}", $"#/queues/idle/jobs/{waiting}", "#/failed", "#/failed?queue=work", "#/failed?queue=idle", "#/nowhere"];
    }

    // Each page and each dialog, in one tab: what differs between pages is what main holds.
    private async Task CheckAccessAsync(bool dark, int width)
    {
        var hashes = await HashesAsync();
        var (failed, waiting) = (hashes.Single(h => h.StartsWith("#/queues/work/jobs/", StringComparison.Ordinal)), hashes.Single(h => h.StartsWith("#/queues/idle/jobs/", StringComparison.Ordinal)));
        await using var page = await browser.OpenAsync("#/", dark, width);
        foreach (var hash in hashes)
        {
            await page.GoAsync(hash);
            await CheckAsync(page, hash);
        }

        (string Hash, string[] Buttons)[] dialogs =
        [
            ("#/queues/idle", ["Drain", "Limits", "Prune", "Delete"]), ("#/queues", ["Change the limit supplier"]), (waiting, ["Cancel", "Delete"]), ("#/failed?queue=work", ["Retry all", "Delete all"]),
        ];
        foreach (var (hash, buttons) in dialogs)
        {
            await page.GoAsync(hash);
            foreach (var name in buttons)
            {
                await page.Button(name).ClickAsync();
                await Expect(page.Dialog).ToBeVisibleAsync();
                Report(await page.Dialog.RunAxe(Violations), $"the dialog {name}");
                await page.Page.Keyboard.PressAsync("Escape");
                await Expect(page.Dialog).ToHaveCountAsync(0);
            }
        }

        await page.GoAsync(failed);
        await page.Button("Retry").ClickAsync();
        await Expect(page.Toast("available at once")).ToBeVisibleAsync();
        Report(await page.Page.Locator("#toasts").RunAxe(Violations), "a toast");
        Assert.Empty(page.Complaints);
    }

    private static async Task CheckAsync(BrowserPage page, string what)
    {
        Report(await page.Page.RunAxe(Violations), what);
        Assert.Empty(page.Complaints);
    }

    private static void Report(AxeResult result, string what) =>
        Assert.True(result.Violations.Length == 0, $"{what}: {string.Join("\n", result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html + string.Join(" ", n.Any.Select(c => c.Message))))}"))}");

    private static async Task TabToAsync(BrowserPage page, string role, string name, bool backwards = false)
    {
        var wanted = page.Page.Locator(role == "link" ? "a" : "button", new PageLocatorOptions { HasTextRegex = new($"^{name}$") }).First;
        for (var presses = 0; presses < 80; presses++)
        {
            await page.Page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement")) return;
        }

        Assert.Fail($"Tab does not lead to the {role} {name}.");
    }
}
