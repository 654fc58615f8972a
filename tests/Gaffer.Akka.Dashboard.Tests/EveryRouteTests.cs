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
            Assert.True((int)response.StatusCode == status, $"{route}: {(int)response.StatusCode}, expected {status}: {(path == "events" ? "" : await response.Content.ReadAsStringAsync())}");
            if (path == "events" || status == 204) continue;
            var said = document.GetProperty("paths").GetProperty(route.Split(' ')[1]).GetProperty(route.Split(' ')[0]).GetProperty("responses").GetProperty("2XX").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            CheckMembers(route, said, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
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

    // What is there is described, and what is described is there.
    private static void CheckMembers(string route, JsonElement schema, JsonElement answer)
    {
        if (!schema.TryGetProperty("properties", out var properties)) return;
        Assert.True(
            properties.EnumerateObject().Select(p => p.Name).Order().SequenceEqual(answer.EnumerateObject().Select(p => p.Name).Order()),
            $"{route}: {string.Join(",", properties.EnumerateObject().Select(p => p.Name))} / {string.Join(",", answer.EnumerateObject().Select(p => p.Name))}");
    }
}
