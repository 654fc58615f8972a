using Microsoft.Playwright;
using Xunit;

namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>The tests on the host under load run one after the other, those in the browser in one.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}

/// <summary>One browser and one host under load.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public LoadedHost Loaded { get; private set; } = null!;

    public DashboardHost Host => Loaded.Host;

    public async Task InitializeAsync()
    {
        Loaded = await LoadedHost.StartAsync();
        if (BrowserFactAttribute.ChromiumPath is not { } path) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Headless = true, Args = ["--no-sandbox", "--disable-gpu"] });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        if (Loaded is not null) await Loaded.DisposeAsync();
    }

    /// <summary>A page in a profile of its own. What it says on its console as an error, and what it asks of other hosts, is in <see cref="BrowserPage.Complaints"/>.</summary>
    public async Task<BrowserPage> OpenAsync(string hash = "#/", bool dark = false, int width = 1280, int height = 900, DashboardHost? host = null, Uri? address = null)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new ViewportSize { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce, DeviceScaleFactor = 1,
        });
        var page = new BrowserPage(context, await context.NewPageAsync(), address ?? (host ?? Host).Page);
        await page.GoAsync(hash);
        return page;
    }
}

/// <summary>A page of the dashboard.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _address;

    public BrowserPage(IBrowserContext context, IPage page, Uri address)
    {
        (_context, Page, _address) = (context, page, address);
        page.SetDefaultTimeout(15_000);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error") Complaints.Add(message.Text);
        };
        page.Response += (_, response) =>
        {
            if (response.Request.Timing is { RequestStart: >= 0, ResponseStart: > 0 } timing) Waits.Add((response.Url[address.AbsoluteUri.Length..], timing.ResponseStart - timing.RequestStart));
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address.AbsoluteUri, StringComparison.Ordinal)) Complaints.Add($"It asks {request.Url}.");
        };
    }

    public IPage Page { get; }

    public List<string> Complaints { get; } = [];

    /// <summary>What it has asked of the host, and how many milliseconds the host took until it began to answer.</summary>
    public List<(string Path, double Milliseconds)> Waits { get; } = [];

    /// <summary>Opens a page of the dashboard; from another one as a link does.</summary>
    public async Task GoAsync(string hash)
    {
        if (Page.Url.StartsWith(_address.AbsoluteUri, StringComparison.Ordinal))
        {
            await SwitchAsync(hash);
            return;
        }

        await Page.GotoAsync(_address + hash);
        await ReadyAsync();
    }

    // What is shown goes first, so that nothing of it is taken for the page that is to come.
    private async Task SwitchAsync(string hash)
    {
        await Page.EvaluateAsync("""
            hash => {
                document.querySelector("main").replaceChildren();
                if (location.hash === hash) dispatchEvent(new Event("hashchange"));
                else location.hash = hash;
            }
            """, hash);
        await ReadyAsync();
        await Page.Locator("main :is(table, .empty, dl, a[href='#/']):visible").First.WaitForAsync();
    }

    /// <summary>For how many milliseconds the host owed at least one of the answers that the first content waits for: the page, its files, the numbers.</summary>
    public async Task<double> FirstContentAsync()
    {
        var files = await Page.EvaluateAsync<double>("""
            () => {
                const waits = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].filter(e => e.responseStart > 0 && !e.name.includes("/api/"));
                let [sum, end] = [0, 0];
                for (const wait of waits.sort((a, b) => a.requestStart - b.requestStart)) {
                    sum += Math.max(0, wait.responseStart - Math.max(end, wait.requestStart));
                    end = Math.max(end, wait.responseStart);
                }
                return sum;
            }
            """);
        return files + Waits.Single(w => w.Path == "api/events").Milliseconds;
    }

    /// <summary>Until it has its content, and hears the host.</summary>
    public async Task ReadyAsync()
    {
        await Page.Locator("main h1").First.WaitForAsync();
        await Page.Locator("#status[data-status=live]").WaitForAsync();
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Rows => Page.Locator("tbody tr");

    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    public ILocator Toast(string text) => Page.Locator("#toasts").GetByText(text);

    /// <summary>Presses the button of the open dialog that does what it asks about.</summary>
    public Task ConfirmAsync(string name) => Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = name, Exact = true }).ClickAsync();

    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
