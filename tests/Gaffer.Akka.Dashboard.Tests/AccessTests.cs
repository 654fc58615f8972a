using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gaffer.Dashboard.Tests;

public sealed class AccessTests
{
    [Fact]
    public async Task Outside_of_development_nobody_is_served_by_mistake()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => DashboardHost.StartAsync(_ => { }));
        Assert.Contains("AuthorizationPolicy", e.Message, StringComparison.Ordinal);
        Assert.Contains("AllowAnonymousAccess", e.Message, StringComparison.Ordinal);
        Assert.Contains("Production", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_needs_authorization_and_must_exist()
    {
        Assert.Contains("AddAuthorization", (await Assert.ThrowsAsync<InvalidOperationException>(() => DashboardHost.StartAsync(o => o.AuthorizationPolicy = "operators"))).Message, StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => DashboardHost.StartAsync(o => o.AuthorizationPolicy = "operators", build: b => b.Services.AddAuthorization()));
        Assert.Contains("'operators', which does not exist", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_and_anonymous_access_do_not_go_together() => await Assert.ThrowsAsync<InvalidOperationException>(() => DashboardHost.StartAsync(o =>
    {
        o.AuthorizationPolicy = "operators";
        o.AllowAnonymousAccess = true;
    }));

    [Fact]
    public void An_application_without_gaffer_is_told_what_to_call()
    {
        var app = WebApplication.CreateBuilder().Build();
        Assert.Contains("AddGaffer", Assert.Throws<InvalidOperationException>(() => app.MapGaffer("/gaffer", o => o.AllowAnonymousAccess = true)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gaffer")]
    [InlineData("/gaffer/")]
    [InlineData("/")]
    [InlineData("/{x}")]
    public void A_path_that_cannot_be_is_refused(string path)
    {
        var builder = WebApplication.CreateBuilder();
        Assert.Throws<ArgumentException>(() => builder.Build().MapGaffer(path));
    }

    [Fact]
    public async Task The_policy_guards_pages_files_and_api()
    {
        await using var host = await DashboardHost.StartAsync(o => o.AuthorizationPolicy = "operators", build: b =>
        {
            b.Services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestScheme>("test", null);
            b.Services.AddAuthorization(o => o.AddPolicy("operators", p => p.RequireRole("operator")));
        });
        foreach (var path in new[] { "/gaffer/", "/gaffer/assets/app.js", "/gaffer/api/queues", "/gaffer/api/events", "/gaffer/api/nope" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, path, null));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, path, "guest"));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/gaffer/", "operator"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/gaffer/api/queues", "operator"));
    }

    [Theory]
    [InlineData("Development", false)]
    [InlineData("Production", true)]
    public async Task In_development_and_where_it_is_said_this_machine_is_served_by_its_own_name_alone(string environment, bool said)
    {
        await using var host = await DashboardHost.StartAsync(o => o.AllowLocalAccess = said, environment: environment);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("queues")).StatusCode);
        foreach (var path in new[] { "queues", "../assets/app.js", "../" })
        {
            using var bent = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
            bent.Headers.Host = "evil.example:80";
            await DashboardHost.ProblemAsync(await host.Http.SendAsync(bent), 403, "not-local");
        }
    }

    [Theory]
    [InlineData("Forwarded", "for=192.0.2.7")]
    [InlineData("X-Forwarded-For", "192.0.2.7")]
    [InlineData("X-Forwarded-Host", "ops.example.org")]
    [InlineData("X-Real-IP", "192.0.2.7")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Original-For", "192.0.2.7")]
    [InlineData("X-Original-Host", "ops.example.org")]
    public async Task What_a_proxy_of_this_machine_passes_on_is_not_of_this_machine(string header, string value)
    {
        await using var host = await DashboardHost.StartAsync(o => o.AllowLocalAccess = true);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("queues", UriKind.Relative));
        request.Headers.Add(header, value);
        await DashboardHost.ProblemAsync(await host.Http.SendAsync(request), 403, "not-local");
    }

    [Fact]
    public async Task What_the_host_itself_has_read_of_a_proxy_is_not_of_this_machine()
    {
        // As ASPNETCORE_FORWARDEDHEADERS_ENABLED does it: whatever a caller writes there becomes its address.
        await using var host = await DashboardHost.StartAsync(o => o.AllowLocalAccess = true, build: b => b.Configuration["ForwardedHeaders_Enabled"] = "true");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("queues", UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        await DashboardHost.ProblemAsync(await host.Http.SendAsync(request), 403, "not-local");
    }

    [Fact]
    public void A_caller_without_an_address_is_not_of_this_machine()
    {
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        http.Request.Host = new("localhost");
        Assert.False(AccessRules.IsLocal(http));
        http.Connection.RemoteIpAddress = IPAddress.IPv6Loopback;
        Assert.True(AccessRules.IsLocal(http));
    }

    [Theory]
    [InlineData(null, null, null, "missing-header")]
    [InlineData("1", "http://evil.example", null, "foreign-origin")]
    [InlineData("1", "null", null, "foreign-origin")]
    [InlineData("1", "https://{host}", null, "foreign-origin")]
    [InlineData("1", "http://127.0.0.1:1", null, "foreign-origin")]
    [InlineData("1", "http://{host}.evil.example", null, "foreign-origin")]
    [InlineData("1", "http://{host}", "cross-site", "foreign-origin")]
    [InlineData("1", null, "same-site", "foreign-origin")]
    public async Task A_change_from_another_site_is_refused(string? header, string? origin, string? site, string code)
    {
        await using var host = await DashboardHost.StartAsync();
        using var response = await host.Http.SendAsync(Request(host, header, origin, site));
        await DashboardHost.ProblemAsync(response, 403, code);
        Assert.Equal(QueueStatus.Active, (await host.Gaffer.GetInfoAsync("idle")).Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("http://{host}", "same-origin")]
    [InlineData(null, "none")]
    public async Task A_change_from_the_dashboard_or_a_program_is_made(string? origin, string? site)
    {
        await using var host = await DashboardHost.StartAsync();
        using var response = await host.Http.SendAsync(Request(host, "1", origin, site));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(QueueStatus.Paused, (await host.Gaffer.GetInfoAsync("idle")).Status);
    }

    [Fact]
    public async Task Read_only_refuses_each_route_that_changes_something()
    {
        await using var host = await DashboardHost.StartAsync(o =>
        {
            o.AllowAnonymousAccess = true;
            o.ReadOnly = true;
        });
        foreach (var route in ApiRoutes.All.Where(r => r.Method != "GET"))
        {
            var path = route.Pattern.Replace("{queue}", "idle", StringComparison.Ordinal).Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{name}", "x", StringComparison.Ordinal);
            using var response = await host.SendAsync(route.Method, path, "{}");
            await DashboardHost.ProblemAsync(response, 403, "read-only");
        }

        Assert.True((await host.JsonAsync("GET", "overview")).GetProperty("readOnly").GetBoolean());
    }

    [Fact]
    public async Task Each_answer_tells_the_browser_what_not_to_do()
    {
        await using var host = await DashboardHost.StartAsync();
        foreach (var path in new[] { "../", "../assets/app.js", "../assets/nope", "queues", "queues/nope", "nope" })
        {
            using var response = await host.GetAsync(path);
            var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
            Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    private static HttpRequestMessage Request(DashboardHost host, string? header, string? origin, string? site)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("queues/idle/pause", UriKind.Relative));
        if (header is not null) request.Headers.Add("X-Gaffer", header);
        if (origin is not null) request.Headers.Add("Origin", origin.Replace("{host}", host.Address.Authority, StringComparison.Ordinal));
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        return request;
    }

    private static async Task<HttpStatusCode> StatusAsync(DashboardHost host, string path, string? role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, path));
        if (role is not null) request.Headers.Add("Test-Role", role);
        using var response = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    private sealed class TestScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
            Request.Headers["Test-Role"].ToString() is { Length: > 0 } role
                ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, role)], "test")), "test"))
                : AuthenticateResult.NoResult());
    }
}
