using System.Text;
using System.Text.Json;
using Xunit;

namespace Gaffer.Dashboard.Tests;

public sealed class JobTests
{
    [Fact]
    public async Task What_is_said_of_a_job_is_what_is_stored()
    {
        await using var host = await DashboardHost.StartAsync();
        var inserted = await host.JsonAsync("POST", "queues/idle/jobs", """
            {"payload":{ "to":"ada" },"kind":"mail","priority":-3,"maxAttempts":7,"timeout":"2m","backoff":{"exponential":{"first":"1s"}},"shutdownTimeout":"10s",
             "delay":"1h","expiresAt":"2100-01-01T00:00:00Z","chain":"c","uniqueKey":"u","tags":["a","b"],"meta":{"by":"shop"},"id":null}
            """);
        Assert.False(inserted.GetProperty("duplicate").GetBoolean());
        var id = inserted.GetProperty("job").GetProperty("id").GetString()!;
        var job = await host.Gaffer.GetJobAsync("idle", JobId.Parse(id));
        Assert.Equal("""{ "to":"ada" }""", Encoding.UTF8.GetString(job.Payload.Span));
        Assert.Equal(("mail", -3, 7, TimeSpan.FromMinutes(2), "c", "u"), (job.Kind, job.Priority, job.MaxAttempts, job.Timeout, job.Chain, job.UniqueKey));
        Assert.Equal(Backoff.Exponential(TimeSpan.FromSeconds(1)), job.Backoff);
        Assert.Equal("a b", string.Join(" ", job.Tags));
        Assert.Equal("shop", job.Meta["by"]);

        var said = await host.JsonAsync("GET", $"queues/idle/jobs/{id}");
        Assert.Equal("scheduled", said.GetProperty("displayState").GetString());
        Assert.Equal("ada", said.GetProperty("payload").GetProperty("json").GetProperty("to").GetString());
        Assert.Equal("2m", said.GetProperty("timeout").GetString());
        Assert.Equal("1d", said.GetProperty("backoff").GetProperty("exponential").GetProperty("max").GetString());

        var again = await host.JsonAsync("POST", "queues/idle/jobs", """{"payload":1,"uniqueKey":"u"}""");
        Assert.True(again.GetProperty("duplicate").GetBoolean());
        Assert.Equal(id, again.GetProperty("job").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_partition_key_decides_where_a_job_is()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.JsonAsync("POST", "queues", """{"name":"parts","options":{"partitions":4}}""");
        var one = await host.JsonAsync("POST", "queues/parts/jobs", """{"payload":1,"partitionKey":"customer-7"}""");
        var many = await host.JsonAsync("POST", "queues/parts/jobs/batch", """[{"payload":2,"partitionKey":"customer-7"},{"payload":3,"partitionKey":"customer-7","uniqueKey":null}]""");
        string?[] ids = [one.GetProperty("job").GetProperty("id").GetString(), .. many.GetProperty("jobs").EnumerateArray().Select(j => j.GetProperty("id").GetString())];
        Assert.All(ids, id => Assert.Equal(JobPlace.SlotOf("customer-7"), JobPlace.SlotOf(JobId.Parse(id!))));
        using var other = await host.SendAsync("POST", "queues/parts/jobs", $$"""{"payload":1,"partitionKey":"customer-8","id":"{{ids[0]}}"}""");
        await DashboardHost.ProblemAsync(other, 422, "invalid-job");
    }

    [Fact]
    public async Task An_insert_with_an_id_can_be_repeated_and_not_changed()
    {
        await using var host = await DashboardHost.StartAsync();
        var id = JobId.New();
        using var first = await host.SendAsync("POST", "queues/idle/jobs", $$"""{"payload":1,"id":"{{id}}"}""");
        using var second = await host.SendAsync("POST", "queues/idle/jobs", $$"""{"payload":1,"id":"{{id}}"}""");
        using var other = await host.SendAsync("POST", "queues/idle/jobs", $$"""{"payload":2,"id":"{{id}}"}""");
        Assert.Equal((201, 200), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.Equal($"/gaffer/api/queues/idle/jobs/{id}", first.Headers.Location?.ToString());
        await DashboardHost.ProblemAsync(other, 409, "job-id-conflict");
    }

    [Fact]
    public async Task Lines_and_arrays_insert_the_same()
    {
        await using var host = await DashboardHost.StartAsync();
        var lines = await host.JsonAsync("POST", "queues/idle/jobs/batch", "{\"payload\":1}\r\n\r\n{\"payload\":2}", "application/x-ndjson");
        var array = await host.JsonAsync("POST", "queues/idle/jobs/batch", """[{"payload":3},{"payload":4}]""");
        Assert.Equal((2, 2), (lines.GetProperty("inserted").GetInt32(), array.GetProperty("inserted").GetInt32()));
        Assert.Equal(4, (await host.Gaffer.GetInfoAsync("idle")).Available.Count);
    }

    [Fact]
    public async Task Pages_hold_each_job_once()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.Gaffer.InsertManyAsync("idle", [.. Enumerable.Range(0, 25).Select(i => InsertJob.Of("idle", i, new JobOptions { Kind = i % 2 == 0 ? "even" : "odd" }))]);
        List<string> seen = [];
        string? next = null;
        do
        {
            var page = await host.JsonAsync("GET", $"queues/idle/jobs?kind=even&limit=5{(next is null ? "" : "&after=" + next)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(j => j.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        Assert.Equal(13, seen.Distinct().Count());
        Assert.Equal(13, seen.Count);
    }

    [Fact]
    public async Task Rare_jobs_of_a_large_queue_come_in_one_page()
    {
        await using var host = await DashboardHost.StartAsync();
        for (var batch = 0; batch < 6; batch++)
        {
            await host.Gaffer.InsertManyAsync("idle", [.. Enumerable.Range(0, 10_000).Select(i => InsertJob.Of("idle", i, new JobOptions { Kind = i == 9_999 ? "rare" : "common" }))]);
        }

        Assert.Equal(6, (await host.JsonAsync("GET", "queues/idle/jobs?kind=rare&limit=6")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_failed_job_shows_its_errors_with_stack_and_node_and_is_retried()
    {
        await using var host = await DashboardHost.StartAsync();
        var job = await host.PerformAsync("fail");
        var said = await host.JsonAsync("GET", $"queues/work/jobs/{job.Id}");
        var execution = Assert.Single(said.GetProperty("history").EnumerateArray());
        Assert.Equal("failed", execution.GetProperty("outcome").GetString());
        Assert.Contains(":", execution.GetProperty("node").GetString(), StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", execution.GetProperty("error").GetProperty("type").GetString());
        Assert.Contains("DashboardHost", execution.GetProperty("error").GetProperty("stackTrace").GetString(), StringComparison.Ordinal);
        Assert.Equal("The <b>mail</b> server refused it.", said.GetProperty("lastError").GetString());

        var retried = await host.JsonAsync("POST", $"queues/work/jobs/{job.Id}/retry");
        Assert.Equal(2, retried.GetProperty("maxAttempts").GetInt32());
        await host.Gaffer.FlushAsync("work", DashboardHost.Soon);
        Assert.Equal(2, (await host.Gaffer.GetJobAsync("work", job.Id)).History.Length);
    }

    [Fact]
    public async Task What_is_not_possible_in_a_state_is_a_conflict()
    {
        await using var host = await DashboardHost.StartAsync();
        var done = await host.PerformAsync("done");
        using var cancel = await host.SendAsync("POST", $"queues/work/jobs/{done.Id}/cancel");
        await DashboardHost.ProblemAsync(cancel, 409, "invalid-transition");
    }

    [Fact]
    public async Task Many_are_retried_and_deleted_page_by_page_and_each_that_is_not_is_named()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.Gaffer.PauseAsync("work");
        await host.Gaffer.InsertManyAsync("work", [.. Enumerable.Range(0, 30).Select(_ => InsertJob.Of("work", "fail"))]);
        await host.Gaffer.ResumeAsync("work");
        await host.Gaffer.FlushAsync("work", DashboardHost.Soon);
        await host.Gaffer.PauseAsync("work");

        var first = await host.JsonAsync("POST", "queues/work/jobs/retry", """{"state":"failed","limit":20}""");
        Assert.Equal(20, first.GetProperty("done").GetInt32());
        var second = await host.JsonAsync("POST", "queues/work/jobs/retry", $$"""{"state":"failed","limit":20,"after":"{{first.GetProperty("next").GetString()}}"}""");
        Assert.Equal(10, second.GetProperty("done").GetInt32());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);

        var unknown = JobId.New();
        var some = (await host.Gaffer.ListPageAsync("work", JobFilter.All, 3)).Jobs;
        var deleted = await host.JsonAsync("POST", "queues/work/jobs/delete", JsonSerializer.Serialize(new { ids = some.Select(j => j.Id.ToString()).Append(unknown.ToString()) }));
        Assert.Equal(3, deleted.GetProperty("done").GetInt32());
        Assert.Equal((unknown.ToString(), "unknown-job"), (deleted.GetProperty("skipped")[0].GetProperty("id").GetString(), deleted.GetProperty("skipped")[0].GetProperty("code").GetString()));
        Assert.Equal(27, (await host.Gaffer.GetInfoAsync("work")).Available.Count);
    }

    [Fact]
    public async Task A_job_that_is_in_another_state_than_was_said_is_left_as_it_is()
    {
        var (started, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = await DashboardHost.StartAsync(gaffer: g => g.AddQueue<string>("flaky", async (job, _) =>
        {
            if (job.AttemptNumber == 1) return JobResult.Fail("no");
            started.SetResult();
            await end.Task;
            return JobResult.Complete();
        }, q => q with { MaxAttempts = 1, Prune = PruneOptions.Never }));
        var id = (await host.Gaffer.InsertAsync("flaky", "x")).Job.Id;
        await host.Gaffer.FlushAsync("flaky", DashboardHost.Soon);
        await host.Gaffer.RetryAsync("flaky", id);
        await started.Task.WaitAsync(DashboardHost.Soon);
        await LeftAsync("delete", "executing");
        using (var one = await host.SendAsync("DELETE", $"queues/flaky/jobs/{id}?state=failed")) await DashboardHost.ProblemAsync(one, 409, "invalid-transition");
        Assert.Equal(JobState.Executing, (await host.Gaffer.GetJobAsync("flaky", id)).State);

        end.SetResult();
        await host.Gaffer.FlushAsync("flaky", DashboardHost.Soon);
        await LeftAsync("retry", "completed");
        using (var one = await host.SendAsync("POST", $"queues/flaky/jobs/{id}/retry?state=failed")) await DashboardHost.ProblemAsync(one, 409, "invalid-transition");
        var job = await host.Gaffer.GetJobAsync("flaky", id);
        Assert.Equal((JobState.Completed, 2), (job.State, job.Execution));

        Assert.Equal("completed", (await host.JsonAsync("GET", $"queues/flaky/jobs/{id}")).GetProperty("state").GetString());
        Assert.Equal(1, (await host.JsonAsync("POST", "queues/flaky/jobs/delete", $$"""{"ids":["{{id}}"],"state":"completed"}""")).GetProperty("done").GetInt32());

        async Task LeftAsync(string what, string state)
        {
            var answer = await host.JsonAsync("POST", $"queues/flaky/jobs/{what}", $$"""{"ids":["{{id}}"],"state":"failed"}""");
            Assert.Equal(0, answer.GetProperty("done").GetInt32());
            var skipped = Assert.Single(answer.GetProperty("skipped").EnumerateArray());
            Assert.Equal((id.ToString(), "invalid-transition"), (skipped.GetProperty("id").GetString(), skipped.GetProperty("code").GetString()));
            Assert.StartsWith($"The job is {state}, not failed", skipped.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Jobs_are_listed_by_when_they_were_inserted()
    {
        await using var host = await DashboardHost.StartAsync();
        var first = (await host.Gaffer.InsertAsync("idle", 1)).Job;
        Job second;
        do second = (await host.Gaffer.InsertAsync("idle", 2)).Job;
        while (second.CreatedAt == first.CreatedAt);
        var at = second.CreatedAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal);
        Assert.DoesNotContain(first.Id.ToString(), (await host.JsonAsync("GET", $"queues/idle/jobs?createdFrom={at}")).ToString(), StringComparison.Ordinal);
        Assert.Contains(second.Id.ToString(), (await host.JsonAsync("GET", $"queues/idle/jobs?createdFrom={at}")).ToString(), StringComparison.Ordinal);
        Assert.Contains(first.Id.ToString(), (await host.JsonAsync("GET", $"queues/idle/jobs?createdBefore={at}")).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(second.Id.ToString(), (await host.JsonAsync("GET", $"queues/idle/jobs?createdBefore={at}")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_shown_as_json_text_or_base64()
    {
        await using var host = await DashboardHost.StartAsync();
        var texts = await ContentAsync(host, Encoding.UTF8.GetBytes("<i>hello"), "text/plain");
        var bytes = await ContentAsync(host, [0, 255, 1], "application/octet-stream");
        var zeros = await ContentAsync(host, [0, 0], "text/plain");
        Assert.Equal("<i>hello", texts.GetProperty("text").GetString());
        Assert.Equal("AP8B", bytes.GetProperty("base64").GetString());
        Assert.Equal("AAA=", zeros.GetProperty("base64").GetString());
    }

    [Theory]
    [InlineData(""" {"a":["\ud800"]} """)]
    [InlineData(""" {"\udfff":1} """)]
    [InlineData("deep")]
    public async Task Json_that_no_answer_can_hold_is_shown_as_text(string json)
    {
        if (json == "deep") json = new string('[', 62) + new string(']', 62);
        await using var host = await DashboardHost.StartAsync();
        var payload = await ContentAsync(host, Encoding.UTF8.GetBytes(json), "application/json");
        Assert.Equal(json, payload.GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, payload.GetProperty("json").ValueKind);
        Assert.Equal(1, (await host.JsonAsync("GET", "queues/idle/jobs")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public void A_result_that_no_answer_can_hold_is_shown_as_text_or_base64()
    {
        var reader = new ContentReader(null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var job = new Job { Id = JobId.New(), Queue = "q", Payload = "1"u8.ToArray(), Sequence = 1, CreatedAt = default };
        Assert.Equal("\"\\ud800\"", reader.Read(job, JobContent.Result, "\"\\ud800\""u8.ToArray(), "application/json").Text);
        Assert.Equal("Iv8i", reader.Read(job, JobContent.Result, new byte[] { 0x22, 0xff, 0x22 }, "application/json").Base64);
    }

    [Fact]
    public async Task What_the_host_redacts_is_nowhere_in_the_answers()
    {
        await using var host = await DashboardHost.StartAsync(o =>
        {
            o.AllowAnonymousAccess = true;
            o.Redact = (job, content, bytes) => content switch
            {
                JobContent.Payload => "\"***\""u8.ToArray(),
                JobContent.Result => null,
                _ => throw new InvalidOperationException("no"),
            };
        });
        var job = await host.PerformAsync("secret");
        using var response = await host.GetAsync($"queues/work/jobs/{job.Id}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        var said = JsonElement.Parse(text);
        Assert.Equal("***", said.GetProperty("payload").GetProperty("json").GetString());
        Assert.True(said.GetProperty("payload").GetProperty("redacted").GetBoolean());
        Assert.True(said.GetProperty("result").GetProperty("redacted").GetBoolean());
    }

    [Fact]
    public void A_redaction_that_throws_hides()
    {
        var reader = new ContentReader((_, _, _) => throw new InvalidOperationException("no"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var job = new Job { Id = JobId.New(), Queue = "q", Payload = "\"secret\""u8.ToArray(), Sequence = 1, CreatedAt = default };
        Assert.Equal(new ContentView("application/json", 8, true, null, null, null), reader.Read(job, JobContent.Payload, job.Payload, job.ContentType));
        Assert.Null(reader.ReadText(job, JobContent.ErrorData, "secret"));
    }

    private static async Task<JsonElement> ContentAsync(DashboardHost host, byte[] bytes, string type)
    {
        var job = await host.JsonAsync("POST", "queues/idle/jobs", JsonSerializer.Serialize(new { payloadBase64 = Convert.ToBase64String(bytes), contentType = type }));
        return job.GetProperty("job").GetProperty("payload");
    }
}
