using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The real program against a real node, each in a process of its own.</summary>
public sealed class CliTests(CliNode node) : IClassFixture<CliNode>
{
    private const string NoJob = "01890a5d-ac96-774b-bcce-b302099a8057";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Queues_are_a_table_for_people_and_lines_of_json_for_programs()
    {
        Assert.EndsWith($" The node is ready: {node.Url}/ serves those who send the token", await node.FirstLine, StringComparison.Ordinal);
        var table = await SucceedAsync("queues");
        Assert.Equal("QUEUE     STATUS  WAITING  RUNNING  COMPLETED  FAILED  CANCELLED  WORKERS  OLDEST", table.Lines[0]);
        var names = (await SucceedAsync("queues", "--json")).Lines.Select(line => Json(line).GetProperty("name").GetString());
        Assert.Equal(["bench", "copies", "idle", "kept", "lines", "sleepers", "slow"], names);
        Assert.Equal("There are no queues.\n", (await SucceedAsync("queues", "--orphaned")).Output);
    }

    [Fact]
    public async Task A_job_is_inserted_shown_retried_cancelled_and_deleted()
    {
        await SucceedAsync("pause", "kept");
        var inserted = Json((await SucceedAsync("insert", "kept", """{"n":1}""", "--kind", "digest", "--priority", "-3", "--delay", "1h", "--tag", "a", "--tag", "b", "--meta", "shop=berlin", "--json")).Output).GetProperty("job");
        var id = inserted.GetProperty("id").GetString()!;
        Assert.Equal(("digest", -3, "scheduled"), (inserted.GetProperty("kind").GetString(), inserted.GetProperty("priority").GetInt32(), inserted.GetProperty("displayState").GetString()));

        var shown = (await SucceedAsync("job", "show", "kept", id)).Output;
        Assert.Contains("tags        a, b\nmeta        shop=berlin\npayload     {\"n\":1}\n", shown, StringComparison.Ordinal);
        Assert.Contains(id, Assert.Single((await SucceedAsync("jobs", "kept", "--tag", "a", "--state", "available", "--kind", "digest")).Lines[1..]), StringComparison.Ordinal);
        Assert.Empty((await SucceedAsync("jobs", "kept", "--state", "failed", "--json")).Lines);
        Assert.Equal("There are no such jobs.\n", (await SucceedAsync("jobs", "kept", "--state", "failed")).Output);
        Assert.Equal("There are no jobs.\n", (await SucceedAsync("jobs", "idle")).Output);

        Assert.Equal($"{id} is available\n", (await SucceedAsync("job", "retry", "kept", id)).Output);
        Assert.Equal($"{id} is cancelled\n", (await SucceedAsync("job", "cancel", "kept", id, "--reason", "no need")).Output);
        Assert.Equal("no need", Json((await SucceedAsync("job", "show", "kept", id, "--json")).Output).GetProperty("cancelReason").GetString());
        Assert.Equal(ExitCode.Failed, (await node.RunAsync("job", "cancel", "kept", id)).ExitCode);

        var several = await node.RunAsync("job", "delete", "kept", NoJob, id);
        Assert.Equal((ExitCode.NotFound, $"{id} is deleted\n"), (several.ExitCode, several.Output));
        Assert.Equal(ExitCode.NotFound, (await node.RunAsync("job", "show", "kept", id)).ExitCode);
    }

    [Fact]
    public async Task Lines_that_fail_are_named_and_the_others_are_stored()
    {
        await SucceedAsync("pause", "lines");
        var text = new StringBuilder();
        for (var n = 1; n <= 2500; n++) text.Append(CultureInfo.InvariantCulture, $"{{\"payload\":{{\"n\":{n}}}{(n is 7 or 2100 ? ",\"priority\":\"x\"" : "")}}}\n");
        text.Append("\n{\"payload\":\n[1]\n{\"payload\":0,\"payload\":1}\n{\"payload\":\"last\"}");
        var run = await node.RunWithInputAsync(text.ToString(), "insert", "lines", "--jobs", "--kind", "digest");
        Assert.Equal((ExitCode.Failed, "Inserted 2,499 jobs, 0 were there already, 5 lines failed.\n"), (run.ExitCode, run.Output));
        string[] errors = [.. run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).OrderBy(e => int.Parse(e[5..e.IndexOf(':', StringComparison.Ordinal)], null))];
        Assert.Equal(["line 7", "line 2100", "line 2502", "line 2503", "line 2504"], errors.Select(e => e[..e.IndexOf(':', StringComparison.Ordinal)]));
        Assert.Equal("line 7: priority is 'x'; use a whole number.", errors[0]);
        Assert.Equal(2499, (await SucceedAsync("jobs", "lines", "--limit", "0", "--json")).Lines.Length);

        var file = node.Write("payloads.ndjson", "{\"n\":1}\r\n\"two\"\n");
        var totals = Json((await SucceedAsync("insert", "lines", "--file", file, "--tag", "file", "--json")).Output);
        Assert.Equal((2, 0, 0), (totals.GetProperty("inserted").GetInt32(), totals.GetProperty("duplicates").GetInt32(), totals.GetProperty("failed").GetInt32()));
        var page = await node.RunAsync("jobs", "lines", "--limit", "2");
        Assert.Equal(3, page.Lines.Length);
        Assert.StartsWith("There may be more: --after ", page.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_with_an_id_may_be_inserted_again()
    {
        var line = $$"""{"id":"{{NoJob}}","payload":"once"}""";
        await SucceedAsync("pause", "kept");
        Assert.Equal("Inserted 1 job, 0 were there already, 0 lines failed.\n", (await node.RunWithInputAsync(line, "insert", "kept", "--jobs")).Output);
        Assert.Equal("Inserted 0 jobs, 1 was there already, 0 lines failed.\n", (await node.RunWithInputAsync(line, "insert", "kept", "--jobs", "--file", "-")).Output);
        await SucceedAsync("job", "delete", "kept", NoJob);
    }

    [Fact]
    public async Task A_queue_is_paused_resumed_drained_and_pruned()
    {
        Assert.Equal("idle is paused\n", (await SucceedAsync("pause", "idle")).Output);
        Assert.Equal("idle was paused\n", (await SucceedAsync("pause", "idle")).Output);
        Assert.Equal("idle is active\n", (await SucceedAsync("resume", "idle")).Output);
        Assert.Equal("idle is paused, and nothing runs\n", (await SucceedAsync("drain", "idle", "--timeout", "2s")).Output);
        Assert.Equal("idle: 0 jobs were deleted\n", (await SucceedAsync("prune", "idle")).Output);
        await SucceedAsync("resume", "idle");

        var id = Json((await SucceedAsync("insert", "sleepers", "1", "--json")).Output).GetProperty("job").GetProperty("id").GetString()!;
        await UntilAsync("sleepers", id, "executing");
        var drained = await node.RunAsync("drain", "sleepers", "--timeout", "10ms");
        Assert.Equal((ExitCode.Failed, "sleepers is paused, and 1 job still runs\n"), (drained.ExitCode, drained.Output));
        await SucceedAsync("job", "delete", "sleepers", id);
    }

    [Fact]
    public async Task A_command_of_the_configuration_does_the_work()
    {
        var id = (await SucceedAsync("insert", "copies", "{\"a\":  1}")).Output.Trim();
        await UntilAsync("copies", id, "completed");
        Assert.Equal("{\"a\":  1}", Json((await SucceedAsync("job", "show", "copies", id, "--json")).Output).GetProperty("result").GetProperty("json").GetString());
    }

    [Fact]
    public async Task A_bench_says_rates()
    {
        var rates = Json((await SucceedAsync("bench", "--queue", "bench", "--jobs", "500", "--batch", "50", "--callers", "4", "--json")).Output);
        Assert.Equal((500, 0), (rates.GetProperty("jobs").GetInt32(), rates.GetProperty("failed").GetInt32()));
        Assert.True(rates.GetProperty("performedPerSecond").GetDouble() > 0 && rates.GetProperty("insertedPerSecond").GetDouble() > 0);
        Assert.Contains("--jobs needs a number from 1 to 1000000.", (await node.RunAsync("bench", "--jobs", "0")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_goes_on_second_by_second()
    {
        var lines = (await SucceedAsync("watch", "--seconds", "2")).Lines;
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains("idle: 0 wait, 0 run", line, StringComparison.Ordinal));
        Assert.Equal("127.0.0.1", Json(Assert.Single((await SucceedAsync("watch", "--seconds", "1", "--json")).Lines)).GetProperty("nodes")[0].GetProperty("node").GetString()!.Split(':')[0]);
    }

    [Theory]
    [InlineData("watch", "--json")]
    [InlineData("watch")]
    [InlineData("status", "--watch")]
    public async Task What_goes_on_ends_when_nobody_reads_it_any_more(params string[] words)
    {
        if (OperatingSystem.IsWindows()) return;
        using var command = node.Start(words);
        var errors = command.StandardError.ReadToEndAsync();
        try
        {
            Assert.NotNull(await command.StandardOutput.ReadLineAsync().WaitAsync(Long));
            command.StandardOutput.Close();
            await command.WaitForExitAsync().WaitAsync(Long);
            Assert.Equal((ExitCode.NobodyReads, ""), (command.ExitCode, await errors));
        }
        finally
        {
            if (!command.HasExited) command.Kill();
        }
    }

    [Fact]
    public async Task Output_into_a_file_goes_after_what_is_there_already()
    {
        if (OperatingSystem.IsWindows()) return;
        var file = node.Write("output.txt", "");
        var program = $"'{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{typeof(RunHost).Assembly.Location}'";
        using var shell = Process.Start("sh", ["-c", $"{{ {program} completion bash && echo between && {program} completion zsh; }} > '{file}' && {program} completion bash > /dev/null && {program} completion pwsh | cat >> '{file}'"]);
        await shell.WaitForExitAsync().WaitAsync(Long);
        Assert.Equal(0, shell.ExitCode);
        var all = await Task.WhenAll(new[] { "bash", "zsh", "pwsh" }.Select(async of => (await SucceedAsync("completion", of)).Output));
        Assert.Equal($"{all[0]}between\n{all[1]}{all[2]}", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task Lines_of_a_producer_that_is_slow_are_not_held_back()
    {
        if (OperatingSystem.IsWindows()) return;
        await SucceedAsync("pause", "slow");
        using var insert = node.Start("insert", "slow");
        var (output, errors) = (insert.StandardOutput.ReadToEndAsync(), insert.StandardError.ReadToEndAsync());
        try
        {
            await insert.StandardInput.WriteAsync("1\n2\n3\n");
            await insert.StandardInput.FlushAsync();
            using var patience = new CancellationTokenSource(Long);
            while ((await SucceedAsync("jobs", "slow", "--json")).Lines.Length < 3) patience.Token.ThrowIfCancellationRequested();
            insert.Interrupt();
            await insert.WaitForExitAsync().WaitAsync(Long);
            Assert.Equal((ExitCode.Interrupted, "Inserted 3 jobs, 0 were there already, 0 lines failed.\n", ""), (insert.ExitCode, await output, await errors));
        }
        finally
        {
            if (!insert.HasExited) insert.Kill();
        }
    }

    [TerminalTheory]
    [InlineData(40, "sleepers")]
    [InlineData(8, "running")]
    public async Task In_a_terminal_watch_is_a_live_view_however_few_lines_there_are(int lines, string word)
    {
        var program = $"'{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"}' '{typeof(RunHost).Assembly.Location}'";
        await using var terminal = Terminal.Start($"sh -c \"stty rows {lines} cols 120; {program} watch --seconds 2; echo ended with \\$?\"", Path.GetTempPath(), new Dictionary<string, string>
        {
            ["GAFFER_URL"] = node.Url, ["GAFFER_TOKEN"] = CliNode.Token, ["TERM"] = "xterm",
        });
        await terminal.HearAsync(new Regex("Ctrl[+]C ends"));
        await terminal.HearAsync(new Regex(word));
        await terminal.HearAsync(new Regex("ended with 0"));
    }

    [Theory]
    [InlineData(ExitCode.NotFound, "There is no queue 'nope'", "jobs", "nope")]
    [InlineData(ExitCode.NotFound, "There is no queue 'nope'", "insert", "nope", "1")]
    [InlineData(ExitCode.NotFound, "has no job", "job", "retry", "idle", NoJob)]
    [InlineData(ExitCode.Unreachable, "does not answer", "queues", "--url", "http://127.0.0.1:1/gaffer")]
    [InlineData(ExitCode.Refused, "The token is missing or wrong", "queues", "--token", "wrong")]
    [InlineData(ExitCode.Refused, "This program takes it from GAFFER_TOKEN.", "queues", "--token", "wrong")]
    [InlineData(ExitCode.Usage, "is no URL of HTTP", "queues", "--url", "file:///etc/passwd")]
    [InlineData(ExitCode.Usage, "is no id of a job", "job", "delete", "idle", "../../idle")]
    [InlineData(ExitCode.Usage, "is no name of a queue", "prune", "..")]
    [InlineData(ExitCode.Usage, "is no name of a queue", "pause", "a/b")]
    [InlineData(ExitCode.Usage, "There is no command 'nonsense'", "nonsense")]
    [InlineData(ExitCode.Usage, "Must be one of: 'available'", "jobs", "idle", "--state", "late")]
    [InlineData(ExitCode.Usage, "'failed'. More with jobs --help.", "jobs", "idle", "--state", "late")]
    [InlineData(ExitCode.Usage, "More with job --help", "job")]
    [InlineData(ExitCode.Usage, "<job> is missing: job show <queue> <job>. More with job show --help.", "job", "show", NoJob)]
    [InlineData(ExitCode.Usage, "<queue> is missing: drain <queue>. More with drain --help.", "drain")]
    [InlineData(ExitCode.Unreachable, "does not answer", "status", "--http", "127.0.0.1:1")]
    [InlineData(ExitCode.Refused, "The token is missing or wrong", "status", "--token", "wrong")]
    [InlineData(ExitCode.Refused, "The token is missing or wrong", "work", "1", "--token", "wrong")]
    [InlineData(ExitCode.Usage, ApiOptions.NoToken, "queues", "--token", "schlüssel")]
    [InlineData(ExitCode.Usage, "X-Name cannot be a header", "queues", "--header", "X-Name: Jörg")]
    [InlineData(ExitCode.Usage, "--header needs a name and a value", "queues", "--header", "x")]
    [InlineData(ExitCode.Usage, "The payload cannot be used", "insert", "idle", "hello")]
    [InlineData(ExitCode.Usage, "not both", "insert", "idle", "1", "--file", "x")]
    [InlineData(ExitCode.Failed, "priority is", "insert", "idle", "{\"payload\":1,\"priority\":\"x\"}", "--jobs")]
    [InlineData(ExitCode.Failed, "cannot be read", "insert", "idle", "--file", "/nowhere")]
    public async Task What_is_wrong_is_an_exit_code_and_words(int exitCode, string problem, params string[] words)
    {
        var run = await node.RunAsync(words);
        Assert.Equal((exitCode, true), (run.ExitCode, run.Errors.Contains(problem, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_has_the_token_is_served_by_any_name()
    {
        Assert.Equal(ExitCode.Refused, (await node.RunAsync("queues", "--header", "Host: gaffer.example", "--token", "wrong")).ExitCode);
        await SucceedAsync("queues", "--header", "Host: gaffer.example", "--token", CliNode.Token);
        Assert.Equal(ExitCode.Done, (await node.RunWithAsync(new Dictionary<string, string> { ["GAFFER_TOKEN"] = "another" }, "queues", "--header", $"authorization: Bearer {CliNode.Token}")).ExitCode);
    }

    [Fact]
    public async Task Where_there_is_a_token_callers_of_this_machine_need_it_too()
    {
        using var http = new HttpClient();
        foreach (var path in new[] { "/", "/api/overview" })
        {
            using var answer = await http.GetAsync(new Uri(node.Url + path));
            Assert.Equal((401, "Bearer"), ((int)answer.StatusCode, answer.Headers.WwwAuthenticate.ToString()));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{node.Url}/api/overview")) { Headers = { { "Authorization", $"Bearer {CliNode.Token}" }, { "X-Forwarded-For", "203.0.113.7" } } };
        using var allowed = await http.SendAsync(request);
        Assert.Equal(200, (int)allowed.StatusCode);
    }

    [Fact]
    public async Task A_token_that_the_node_was_told_in_the_environment_is_sent_to_this_machine_alone()
    {
        var inContainer = new Dictionary<string, string> { ["GAFFER_TOKEN"] = "", ["GAFFER_URL"] = "", [NodeSetting.Token.Variable] = CliNode.Token };
        Assert.Equal(ExitCode.Done, (await node.RunWithAsync(inContainer, "queues")).ExitCode);
        Assert.Equal(ExitCode.Done, (await node.RunWithAsync(inContainer, "status")).ExitCode);

        await using var elsewhere = await Receiver.StartAsync(401);        // as a proxy, which every name leads to
        inContainer["http_proxy"] = elsewhere.Url.ToString();
        Assert.Equal(ExitCode.Refused, (await node.RunWithAsync(inContainer, "queues", "--url", "http://gaffer.example/gaffer")).ExitCode);
        Assert.DoesNotContain("Authorization", Assert.Single(elsewhere.All).Headers.Keys);
    }

    [Fact]
    public async Task The_help_names_all_commands()
    {
        var help = (await SucceedAsync("--help")).Output;
        string[] commands = ["run", "demo", "status", "work", "health", "queues", "jobs", "job", "insert", "pause", "resume", "drain", "prune", "watch", "bench", "completion"];
        Assert.All(commands, command => Assert.Contains($"\n  {command} ", help, StringComparison.Ordinal));
        Assert.Equal(help, (await SucceedAsync()).Output);
        Assert.Contains("Usage:\n  gaffer [command] [options]\n", help, StringComparison.Ordinal);
        Assert.Contains("Usage:\n  gaffer job show <queue> <job>... [options]\n", (await SucceedAsync("job", "show", "--help")).Output, StringComparison.Ordinal);
    }

    private async Task<CliRun> SucceedAsync(params string[] words)
    {
        var run = await node.RunAsync(words);
        Assert.True(run.ExitCode == ExitCode.Done, $"{string.Join(' ', words)}: {run}");
        return run;
    }

    private async Task UntilAsync(string queue, string id, string state)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Json((await SucceedAsync("job", "show", queue, id, "--json")).Output).GetProperty("state").GetString() != state) patience.Token.ThrowIfCancellationRequested();
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
