using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Gaffer.Dashboard.Tests;

/// <summary>What is wrong is a clear 4xx, and changes nothing.</summary>
public sealed class BadInputTests(BadInputTests.Fixture fixture) : IClassFixture<BadInputTests.Fixture>
{
    private const string Unknown = "0198d2f0-0000-7000-8000-00000000ffff";

    private DashboardHost Host => fixture.Host;

    [Theory]
    [InlineData("POST", "queues/idle/jobs", "", 400, "invalid-request", "cannot be read")]
    [InlineData("POST", "queues/idle/jobs", "{", 400, "invalid-request", "cannot be read")]
    [InlineData("POST", "queues/idle/jobs", "[]", 400, "invalid-request", "a list")]
    [InlineData("POST", "queues/idle/jobs", "null", 400, "invalid-request", "null")]
    [InlineData("POST", "queues/idle/jobs", "{}", 400, "invalid-request", "no payload")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"payload":2}""", 400, "invalid-request", "cannot be read")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"priorty":2}""", 400, "invalid-request", "priority")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"priority":"high"}""", 400, "invalid-request", "priority is 'high'")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"priority":99999999999}""", 400, "invalid-request", "priority")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"id":"1"}""", 400, "invalid-request", "UUID")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"tags":"a"}""", 400, "invalid-request", "list of texts")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"meta":{"a":{}}}""", 400, "invalid-request", "texts")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"scheduledAt":"tomorrow"}""", 400, "invalid-request", "2026-01-01T12:00:00Z")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"timeout":"-1s"}""", 400, "invalid-request", "timeout")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"kind":"\ud800"}""", 400, "invalid-request", "surrogate")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"\ud800":1}""", 400, "invalid-request", "surrogate")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":"\ud800"}""", 400, "invalid-request", "surrogate")]
    [InlineData("POST", "queues/idle/jobs/batch", """[{"payload":1,"chain":"\udc00"}]""", 400, "invalid-request", "surrogate")]
    [InlineData("POST", "queues/idle/jobs/" + Unknown + "/cancel", """{"reason":"\ud800"}""", 400, "invalid-request", "cannot be read")]
    [InlineData("PATCH", "queues/idle", """{"timeout":"\ud800"}""", 400, "invalid-request", "surrogate")]
    [InlineData("POST", "queues/idle/jobs", """{"payloadBase64":"%%%"}""", 400, "invalid-request", "base64")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"contentType":"text/plain"}""", 400, "invalid-request", "contentType")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"kind":"no spaces"}""", 422, "invalid-job", "no spaces")]
    [InlineData("POST", "queues/idle/jobs", """{"payload":1,"chain":"'; DROP TABLE jobs; --","kind":"<script>"}""", 422, "invalid-job", "Kind")]
    [InlineData("POST", "queues/nope/jobs", """{"payload":1}""", 404, "unknown-queue", "nope")]
    [InlineData("POST", "queues/no%20pe/jobs", """{"payload":1}""", 400, "invalid-request", "name of a queue")]
    [InlineData("POST", "queues/a%2Fb/jobs", """{"payload":1}""", 400, "invalid-request", "name of a queue")]
    [InlineData("POST", "queues/idle/jobs/batch", "{}", 400, "invalid-request", "no array")]
    [InlineData("POST", "queues/idle/jobs/batch", "[]", 400, "invalid-request", "no job")]
    [InlineData("POST", "queues/idle/jobs/batch", """[{"payload":1},{"payload":1,"priority":"x"},7]""", 400, "invalid-request", "2 places")]
    [InlineData("POST", "queues", """{"name":"../etc"}""", 400, "invalid-request", "../etc")]
    [InlineData("POST", "queues", """{"name":"<script>alert(1)</script>"}""", 400, "invalid-request", "name is")]
    [InlineData("POST", "queues", """{"name":"x","options":{"maxWorkers":0,"timeout":"soon"}}""", 400, "invalid-request", "2 places")]
    [InlineData("POST", "queues", """{"name":"x","options":{"onFailed":"nope"}}""", 422, "forward-target-not-found", "nope")]
    [InlineData("POST", "queues", """{"name":"x","options":{"storage":"nope"}}""", 422, "unknown-storage", "nope")]
    [InlineData("POST", "queues", """{"name":"x","options":{"limits":["nope"]}}""", 422, "unknown-limit", "nope")]
    [InlineData("POST", "queues", """{"name":"x","option":{}}""", 400, "invalid-request", "option")]
    [InlineData("PATCH", "queues/idle", """{"maxWorkers":null}""", 400, "invalid-request", "maxWorkers")]
    [InlineData("PATCH", "queues/idle", """{"maxWorkerz":1}""", 400, "invalid-request", "maxWorkers")]
    [InlineData("PATCH", "queues/idle", """{"prune":{"interval":"0s"}}""", 400, "invalid-request", "prune.interval")]
    [InlineData("PATCH", "queues/idle", "[1]", 400, "invalid-request", "section")]
    [InlineData("PATCH", "queues/nope", """{"maxWorkers":1}""", 404, "unknown-queue", "nope")]
    [InlineData("DELETE", "queues/idle?mode=all", null, 400, "invalid-request", "mode")]
    [InlineData("DELETE", "queues/idle", null, 409, "queue-in-use", "idle")]
    [InlineData("DELETE", "queues/nope", null, 404, "unknown-queue", "nope")]
    [InlineData("POST", "queues/idle/drain?timeout=1h", null, 400, "invalid-request", "60s")]
    [InlineData("POST", "queues/idle/flush?includeScheduled=1", null, 400, "invalid-request", "true or false")]
    [InlineData("POST", "queues/idle/flush?timeout=x", null, 400, "invalid-request", "60s")]
    [InlineData("POST", "queues/nope/poll", null, 404, "unknown-queue", "nope")]
    [InlineData("PUT", "queues/a%20b", "{}", 400, "invalid-request", "name of a queue")]
    [InlineData("PUT", "queues/x", """{"maxWorkers":-1}""", 400, "invalid-request", "maxWorkers")]
    [InlineData("PUT", "queues/x", "7", 400, "invalid-request", "section")]
    [InlineData("POST", "queues/nope/pause", null, 404, "unknown-queue", "nope")]
    [InlineData("POST", "queues/idle/jobs/0198/retry", null, 400, "invalid-request", "not a job id")]
    [InlineData("POST", "queues/idle/jobs/" + Unknown + "/retry", null, 404, "unknown-job", Unknown)]
    [InlineData("POST", "queues/idle/jobs/" + Unknown + "/cancel", null, 404, "unknown-job", Unknown)]
    [InlineData("POST", "queues/idle/jobs/" + Unknown + "/cancel", """{"reason":5}""", 400, "invalid-request", "reason")]
    [InlineData("DELETE", "queues/idle/jobs/" + Unknown, null, 404, "unknown-job", Unknown)]
    [InlineData("POST", "queues/idle/jobs/delete", "{}", 400, "invalid-request", "ids or a state")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"ids":[]}""", 400, "invalid-request", "0 ids")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"ids":["x"]}""", 400, "invalid-request", "not a job id")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"ids":"x"}""", 400, "invalid-request", "ids")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"state":"all"}""", 400, "invalid-request", "state")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"state":"failed","limit":100000}""", 400, "invalid-request", "limit")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"kind":"default","ids":["0198d2f0-0000-7000-8000-00000000ffff"]}""", 400, "invalid-request", "not both")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"state":"gone","ids":["0198d2f0-0000-7000-8000-00000000ffff"]}""", 400, "invalid-request", "state is 'gone'")]
    [InlineData("DELETE", "queues/idle/jobs/" + Unknown + "?state=gone", null, 400, "invalid-request", "state is 'gone'")]
    [InlineData("POST", "queues/idle/jobs/" + Unknown + "/retry?state=gone", null, 400, "invalid-request", "state is 'gone'")]
    [InlineData("POST", "queues/idle/jobs/delete", """{"sate":"failed"}""", 400, "invalid-request", "sate")]
    [InlineData("POST", "queues/idle/jobs/retry", """{"state":"executing"}""", 400, "invalid-request", "not ended")]
    [InlineData("PUT", "limits/a%20b", """{"max":1}""", 400, "invalid-request", "name of a limit")]
    [InlineData("PUT", "limits/x", """{"max":-1}""", 400, "invalid-request", "0 or more")]
    [InlineData("PUT", "limits/x", """{"max":"1"}""", 400, "invalid-request", "max")]
    [InlineData("PUT", "limits/x", """{"max":1.5}""", 400, "invalid-request", "max")]
    [InlineData("PUT", "limits/x", "{}", 400, "invalid-request", "cannot be read")]
    [InlineData("POST", "overview", null, 405, "method-not-allowed", "GET")]
    [InlineData("DELETE", "queues", null, 405, "method-not-allowed", "GET, POST")]
    [InlineData("POST", "nope", null, 404, "not-found", "openapi.json")]
    public async Task A_change_that_is_wrong_is_refused(string method, string path, string? body, int status, string code, string says)
    {
        using var response = await Host.SendAsync(method, path, body);
        var problem = await DashboardHost.ProblemAsync(response, status, code);
        Assert.Contains(says, Words(problem), StringComparison.Ordinal);
        await fixture.AssertUnchangedAsync();
    }

    [Theory]
    [InlineData("queues?limit=0", "limit")]
    [InlineData("queues?limit=1001", "limit")]
    [InlineData("queues?limit=ten", "limit")]
    [InlineData("queues?after=%00", "after")]
    [InlineData("queues?limt=1", "limt")]
    [InlineData("queues?limit=1&limit=2", "2 times")]
    [InlineData("queues/idle/jobs?state=Failed%20", "state")]
    [InlineData("queues/idle/jobs?after=garbage", "after")]
    [InlineData("queues/idle/jobs?limit=-1", "limit")]
    [InlineData("queues/idle/jobs?createdFrom=yesterday", "createdFrom is")]
    [InlineData("queues/idle/jobs?createdBefore=2026-01-01", "createdBefore is")]
    [InlineData("queues/idle/jobs/xyz", "job id")]
    [InlineData("queues/%3Cscript%3E", "name of a queue")]
    public async Task A_question_that_is_wrong_is_refused(string path, string says)
    {
        using var response = await Host.GetAsync(path);
        Assert.Contains(says, (await DashboardHost.ProblemAsync(response, 400, "invalid-request")).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("queues/nope", "unknown-queue")]
    [InlineData("queues/nope/jobs", "unknown-queue")]
    [InlineData("queues/idle/jobs/" + Unknown, "unknown-job")]
    [InlineData("nope", "not-found")]
    public async Task What_is_not_there_is_not_found(string path, string code)
    {
        using var response = await Host.GetAsync(path);
        await DashboardHost.ProblemAsync(response, 404, code);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-ndjson")]
    public async Task A_body_of_another_type_is_refused(string type)
    {
        using var response = await Host.SendAsync("POST", "queues/idle/jobs", """{"payload":1}""", type);
        await DashboardHost.ProblemAsync(response, 415, "unsupported-media-type");
        await fixture.AssertUnchangedAsync();
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_whether_or_not_it_says_how_large_it_is()
    {
        var body = Encoding.UTF8.GetBytes($$"""{"payload":"{{new string('x', 5 * 1024 * 1024)}}"}""");
        using var said = await Host.SendAsync("POST", "queues/idle/jobs", body);
        await DashboardHost.ProblemAsync(said, 413, "body-too-large");

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("queues/idle/jobs", UriKind.Relative)) { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.Add("X-Gaffer", "1");
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.Add("Content-Type", "application/json");
        using var unsaid = await Host.Http.SendAsync(request);
        await DashboardHost.ProblemAsync(unsaid, 413, "body-too-large");
        await fixture.AssertUnchangedAsync();
    }

    [Fact]
    public async Task A_payload_that_is_too_large_for_its_queue_is_refused()
    {
        using var response = await Host.SendAsync("POST", "queues/idle/jobs", $$"""{"payload":"{{new string('x', 1024 * 1024)}}"}""");
        await DashboardHost.ProblemAsync(response, 413, "payload-too-large");
        await fixture.AssertUnchangedAsync();
    }

    [Fact]
    public async Task Json_that_is_too_deep_is_refused()
    {
        using var response = await Host.SendAsync("POST", "queues/idle/jobs", $$"""{"payload":{{new string('[', 500)}}{{new string(']', 500)}}}""");
        await DashboardHost.ProblemAsync(response, 400, "invalid-request");
        await fixture.AssertUnchangedAsync();
    }

    [Fact]
    public async Task Each_wrong_line_is_named_and_none_is_inserted()
    {
        using var response = await Host.SendAsync("POST", "queues/idle/jobs/batch", "{\"payload\":1}\n\n{\"payload\":\n{\"payload\":3,\"x\":1}\n", "application/x-ndjson");
        var problems = (await DashboardHost.ProblemAsync(response, 400, "invalid-request")).GetProperty("problems").EnumerateArray().Select(p => p.GetString()!).ToArray();
        Assert.Collection(problems, p => Assert.StartsWith("Line 3:", p, StringComparison.Ordinal), p => Assert.StartsWith("Line 4:", p, StringComparison.Ordinal));
        await fixture.AssertUnchangedAsync();
    }

    [Fact]
    public async Task Too_many_jobs_at_once_are_refused()
    {
        using var response = await Host.SendAsync("POST", "queues/idle/jobs/batch", $"[{string.Join(',', Enumerable.Repeat("""{"payload":1}""", 10_001))}]");
        Assert.Contains("10000", (await DashboardHost.ProblemAsync(response, 400, "invalid-request")).ToString(), StringComparison.Ordinal);
        await fixture.AssertUnchangedAsync();
    }

    [Theory]
    [InlineData("/gaffer/assets/../../appsettings.json")]
    [InlineData("/gaffer/assets/..%2f..%2fappsettings.json")]
    [InlineData("/gaffer/assets/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/gaffer/assets/....//....//etc/passwd")]
    [InlineData("/gaffer/assets//etc/passwd")]
    [InlineData("/gaffer/assets/..\\..\\index.html")]
    [InlineData("/gaffer/assets/app.js%00.html")]
    [InlineData("/gaffer/assets/Gaffer.Dashboard.wwwroot.app.js")]
    [InlineData("/gaffer/assets/")]
    public async Task No_path_leads_out_of_the_embedded_files(string path)
    {
        // By hand: a client would tidy the path before it sends it.
        using var socket = new TcpClient("127.0.0.1", Host.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_route_that_changes_something_refuses_what_is_foreign_unreadable_or_too_large()
    {
        await using var small = await DashboardHost.StartAsync(o =>
        {
            o.AllowAnonymousAccess = true;
            o.MaxBodyBytes = 2000;
        });
        foreach (var route in ApiRoutes.All.Where(r => r.IsChange))
        {
            var path = route.Pattern.Replace("{queue}", "idle", StringComparison.Ordinal).Replace("{id}", Unknown, StringComparison.Ordinal).Replace("{name}", "x", StringComparison.Ordinal);
            using (var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(path, UriKind.Relative))) await DashboardHost.ProblemAsync(await Host.Http.SendAsync(request), 403, "missing-header");
            using (var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(path, UriKind.Relative)))
            {
                request.Headers.Add("X-Gaffer", "1");
                request.Headers.Add("Origin", "http://evil.example");
                await DashboardHost.ProblemAsync(await Host.Http.SendAsync(request), 403, "foreign-origin");
            }

            if (route.Body is null) continue;
            foreach (var type in route.BodyTypes)
            {
                foreach (var body in new byte[][] { [(byte)'{'], [0xFF, 0xFE], [] })
                {
                    using var unreadable = await Host.SendAsync(route.Method, path, body, type);
                    await DashboardHost.ProblemAsync(unreadable, 400, "invalid-request");
                }

                using var large = await small.SendAsync(route.Method, path, new byte[2001], type);
                await DashboardHost.ProblemAsync(large, 413, "body-too-large");
            }

            using var other = await Host.SendAsync(route.Method, path, "{}", "text/plain");
            await DashboardHost.ProblemAsync(other, 415, "unsupported-media-type");
        }

        await fixture.AssertUnchangedAsync();
    }

    private static string Words(JsonElement problem) => string.Join('\n', problem.GetProperty("problems").EnumerateArray().Prepend(problem.GetProperty("detail")).Select(p => p.GetString()));

    public sealed class Fixture : IAsyncLifetime
    {
        private string _before = "";

        public DashboardHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await DashboardHost.StartAsync();
            await Host.Gaffer.InsertAsync("idle", "<script>alert(1)</script>");
            _before = await StateAsync();
        }

        public async Task DisposeAsync() => await Host.DisposeAsync();

        public async Task AssertUnchangedAsync() => Assert.Equal(_before, await StateAsync());

        private async Task<string> StateAsync()
        {
            List<string> state = [];
            foreach (var name in new[] { "idle", "work" })
            {
                var queue = await Host.Gaffer.GetQueueAsync(name);
                var info = await Host.Gaffer.GetInfoAsync(name);
                state.Add($"{name} {queue.Version} {info.Status} {string.Join(' ', JobStates.All.Select(s => info[s].Count))}");
            }

            await foreach (var queue in Host.Gaffer.ListQueuesAsync()) state.Add(queue.Name.Value);
            state.AddRange((await Host.Gaffer.ListLimitsAsync()).Select(l => $"{l.Name} {l.Max}"));
            return JsonSerializer.Serialize(state);
        }
    }
}
