using System.Text.Json;
using Xunit;

namespace Gaffer.Dashboard.Tests;

/// <summary>Each route that the OpenAPI document names is called here, and no other is there.</summary>
public sealed class EveryRouteTests
{
    private static readonly string Waiting = "0198d2f0-0000-7000-8000-000000000001";
    private static readonly string Ended = "0198d2f0-0000-7000-8000-000000000002";
    private static readonly string Gone = "0198d2f0-0000-7000-8000-000000000003";

    /// <summary>In an order in which each can be carried out.</summary>
    private static readonly (string Route, string Path, string? Body, int Status)[] Calls =
    [
        ("post /queues", "queues", """{"name":"new","options":{"maxWorkers":2,"backoff":["1s","5m"],"prune":"never"}}""", 201),
        ("get /queues", "queues?limit=2", null, 200),
        ("get /queues/{queue}", "queues/new", null, 200),
        ("put /queues/{queue}", "queues/new", """{"maxWorkers":4,"prune":"never"}""", 200),
        ("patch /queues/{queue}", "queues/new", """{"maxWorkers":"unlimited","timeout":"2m"}""", 200),
        ("post /queues/{queue}/jobs", "queues/new/jobs", $$"""{"payload":{"to":"ada"},"id":"{{Waiting}}"}""", 201),
        ("post /queues/{queue}/jobs/batch", "queues/new/jobs/batch", $$"""[{"payload":1,"id":"{{Ended}}"},{"payload":2,"id":"{{Gone}}"}]""", 200),
        ("get /queues/{queue}/jobs", "queues/new/jobs?state=available&kind=default", null, 200),
        ("get /queues/{queue}/jobs/{id}", $"queues/new/jobs/{Waiting}", null, 200),
        ("post /queues/{queue}/jobs/{id}/cancel", $"queues/new/jobs/{Ended}/cancel", """{"reason":"no"}""", 200),
        ("post /queues/{queue}/jobs/{id}/retry", $"queues/new/jobs/{Ended}/retry", null, 200),
        ("delete /queues/{queue}/jobs/{id}", $"queues/new/jobs/{Gone}", null, 204),
        ("post /queues/{queue}/jobs/retry", "queues/new/jobs/retry", $$"""{"ids":["{{Ended}}"]}""", 200),
        ("post /queues/{queue}/jobs/delete", "queues/new/jobs/delete", """{"state":"available"}""", 200),
        ("post /queues/{queue}/pause", "queues/new/pause", null, 200),
        ("post /queues/{queue}/resume", "queues/new/resume", null, 200),
        ("post /queues/{queue}/drain", "queues/new/drain?timeout=1s", null, 200),
        ("post /queues/{queue}/flush", "queues/new/flush?timeout=1s&includeScheduled=false", null, 200),
        ("post /queues/{queue}/poll", "queues/new/poll", null, 200),
        ("post /queues/{queue}/prune", "queues/new/prune", null, 200),
        ("delete /queues/{queue}", "queues/new?mode=purge", null, 200),
        ("get /overview", "overview", null, 200),
        ("put /limits/{name}", "limits/printer", """{"max":3}""", 200),
        ("get /limits", "limits", null, 200),
        ("get /nodes", "nodes", null, 200),
        ("get /events", "events", null, 200),
        ("get /openapi.json", "openapi.json", null, 200),
    ];

    [Fact]
    public async Task Each_route_of_the_document_answers_as_it_says()
    {
        await using var host = await DashboardHost.StartAsync();
        var document = await host.JsonAsync("GET", "openapi.json");
        string[] routes = [.. document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"))];
        Assert.Equal(routes.Order(), Calls.Select(c => c.Route).Order());

        foreach (var (route, path, body, status) in Calls)
        {
            using var response = await host.SendAsync(route.Split(' ')[0].ToUpperInvariant(), path, body);
            var operation = document.GetProperty("paths").GetProperty(route.Split(' ')[1]).GetProperty(route.Split(' ')[0]);
            if (body is not null) AssertFits(document, operation.GetProperty("requestBody"), JsonElement.Parse(body), $"the body of {route}", isWhole: false);
            Assert.True((int)response.StatusCode == status, $"{route}: {(int)response.StatusCode}, expected {status}: {(path == "events" ? "" : await response.Content.ReadAsStringAsync())}");
            if (path == "events" || status == 204) continue;
            AssertFits(document, operation.GetProperty("responses").GetProperty("2XX"), JsonElement.Parse(await response.Content.ReadAsStringAsync()), $"the answer of {route}", isWhole: true);
        }
    }

    [Fact]
    public async Task The_document_names_schemas_that_it_has()
    {
        await using var host = await DashboardHost.StartAsync();
        using var response = await host.GetAsync("openapi.json");
        var text = await response.Content.ReadAsStringAsync();
        var document = JsonElement.Parse(text);
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        Assert.Equal("/gaffer/api", document.GetProperty("servers")[0].GetProperty("url").GetString());
        foreach (var reference in text.Split("#/components/schemas/").Skip(1).Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)]))
        {
            Assert.True(document.GetProperty("components").GetProperty("schemas").TryGetProperty(reference, out _), reference);
        }
    }

    [Fact]
    public async Task The_table_of_the_documentation_is_the_table_of_routes()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "http-api.md"));
        string[] said = [.. text.Split('\n').Where(l => l.StartsWith("| `", StringComparison.Ordinal) && l.Split('`').Length >= 4)
            .Select(l => l.Split('`')).Where(p => p[1].All(char.IsAsciiLetterUpper)).Select(p => $"{p[1]} {p[3].Split('?')[0]}")];
        Assert.Equal(ApiRoutes.All.Select(r => $"{r.Method} {r.Pattern}").Order(), said.Order());
    }

    [Theory]
    [InlineData("NewJob", """{"payload":{"a":[1]},"id":null,"kind":"k","priority":-1,"maxAttempts":3,"timeout":"30s","backoff":["1s"],"tags":["a"],"meta":{"by":"shop"},"scheduledAt":"2026-01-01T12:00:00Z"}""", null)]
    [InlineData("NewJob", """{"payloadBase64":"AAA=","contentType":"text/plain","backoff":{"exponential":{"first":"1s"}}}""", null)]
    [InlineData("NewJob", """{"kind":"k"}""", "anyOf")]
    [InlineData("NewJob", """{"payload":1,"priority":"high"}""", "/priority")]
    [InlineData("NewJob", """{"payload":1,"tags":[1]}""", "/tags")]
    [InlineData("NewJob", """{"payload":1,"kinds":"k"}""", "kinds")]
    [InlineData("NewQueue", """{"options":{}}""", "name")]
    [InlineData("NewQueue", """{"name":"a","options":{"maxWorkers":"unlimited","keepLog":true,"limits":["db"],"prune":{"interval":"1m"},"onFailed":""}}""", null)]
    [InlineData("NewQueue", """{"name":"a","options":{"maxAttempts":[]}}""", "/options/maxAttempts")]
    [InlineData("LimitBody", """{"max":1.5}""", "/max")]
    [InlineData("BulkBody", """{"ids":["0198"],"state":"failed"}""", null)]
    public async Task The_schema_of_a_body_says_what_it_may_hold(string schema, string body, string? problem)
    {
        await using var host = await DashboardHost.StartAsync();
        var document = await host.JsonAsync("GET", "openapi.json");
        var problems = SchemaCheck.Problems(document, document.GetProperty("components").GetProperty("schemas").GetProperty(schema), JsonElement.Parse(body), "", isWhole: false).ToArray();
        if (problem is null) Assert.Empty(problems);
        else Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_described_as_lines()
    {
        await using var host = await DashboardHost.StartAsync();
        var document = await host.JsonAsync("GET", "openapi.json");
        var content = document.GetProperty("paths").GetProperty("/queues/{queue}/jobs/batch").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal("string", SchemaCheck.Resolve(document, content.GetProperty("application/x-ndjson").GetProperty("schema")).GetProperty("type").GetString());
        Assert.Equal("array", SchemaCheck.Resolve(document, content.GetProperty("application/json").GetProperty("schema")).GetProperty("type").GetString());
    }

    private static void AssertFits(JsonElement document, JsonElement described, JsonElement value, string what, bool isWhole) =>
        Assert.Empty(SchemaCheck.Problems(document, described.GetProperty("content").GetProperty("application/json").GetProperty("schema"), value, what, isWhole));
}
