using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Looks at jobs, and changes what becomes of them.</summary>
internal static class JobCommands
{
    private const int LargestPage = 1000;

    private static readonly Argument<string[]> Jobs = new("job") { Description = "id of the job, or several", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> State = new("--state") { Description = "only jobs in this state", HelpName = "STATE" };
    private static readonly Option<string?> Kind = new("--kind") { Description = "only jobs of this kind", HelpName = "NAME" };
    private static readonly Option<string?> Tag = new("--tag") { Description = "only jobs with this tag", HelpName = "WORD" };
    private static readonly Option<string?> Chain = new("--chain") { Description = "only jobs of this chain", HelpName = "NAME" };
    private static readonly Option<string?> After = new("--after") { Description = "goes on after this page", HelpName = "NEXT" };
    private static readonly Option<int> Limit = new("--limit") { Description = "most jobs to show, 0 for all (100)", HelpName = "N", DefaultValueFactory = _ => 100 };
    private static readonly Option<string?> Reason = new("--reason") { Description = "why; it is kept with the job", HelpName = "TEXT" };

    static JobCommands()
    {
        State.AcceptOnlyFromAmong([.. JobStates.All.Select(state => state.ToString().ToLowerInvariant())]);
        Limit.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))) result.AddError("--limit needs a number, 0 or more.");
        });
    }

    public static IEnumerable<Command> All
    {
        get
        {
            var job = new Command("job", "Shows, retries, cancels or deletes jobs.");
            job.Subcommands.Add(ApiCommand.Of("show", "Shows all that is known of a job.", [ApiCommand.Queue, Jobs], [], (words, api, stop) => EachAsync(words, HttpMethod.Get, "", null, api, stop)));
            job.Subcommands.Add(ApiCommand.Of("retry", "Makes a job that ended, or waits for its time, available at once.", [ApiCommand.Queue, Jobs], [], (words, api, stop) => EachAsync(words, HttpMethod.Post, "/retry", "is available", api, stop)));
            job.Subcommands.Add(ApiCommand.Of("cancel", "Cancels a job, for good; one that runs is stopped.", [ApiCommand.Queue, Jobs], [Reason], (words, api, stop) => EachAsync(words, HttpMethod.Post, "/cancel", "is cancelled", api, stop)));
            job.Subcommands.Add(ApiCommand.Of("delete", "Deletes a job in any state; one that runs is stopped.", [ApiCommand.Queue, Jobs], [], (words, api, stop) => EachAsync(words, HttpMethod.Delete, "", "is deleted", api, stop)));
            return [ApiCommand.Of("jobs", "Lists the jobs of a queue, in the order of their ids.", [ApiCommand.Queue], [State, Kind, Tag, Chain, Limit, After], ListAsync), job];
        }
    }

    private static async Task<int> ListAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var left = words.GetValue(Limit) is > 0 and var most ? most : long.MaxValue;
        var filter = string.Concat(new[] { State, Kind, Tag, Chain }.Select(option => words.GetValue(option) is { } value ? $"&{option.Name[2..]}={Uri.EscapeDataString(value)}" : ""));
        var after = words.GetValue(After);
        var isFirst = true;
        do
        {
            var (items, next) = await api.PageAsync($"{ApiClient.Queue(words.GetRequiredValue(ApiCommand.Queue))}/jobs?limit={Math.Min(left, LargestPage)}{filter}", after, stop);
            Write(items, words.IsJson(), isFirst);
            isFirst &= items.Count == 0;
            left -= items.Count;
            after = next;
        }
        while (after is not null && left > 0);

        if (isFirst && !words.IsJson()) Console.Out.Write(filter.Length == 0 ? "There are no jobs.\n" : "There are no such jobs.\n");
        if (after is not null && !words.IsJson()) await Console.Error.WriteLineAsync($"There may be more: --after {after}");
        return ExitCode.Done;
    }

    private static void Write(IReadOnlyList<JsonElement> items, bool asJson, bool withTitles)
    {
        if (asJson)
        {
            foreach (var item in items) ApiCommand.WriteJson(item);
            return;
        }

        if (items.Count == 0) return;
        var table = new TextTable("JOB", "STATE", "KIND", "ATTEMPT", "CREATED", "NODE", "ERROR");
        foreach (var job in items.Select(ApiClient.Read<JobAnswer>))
        {
            table.Add(job.Id, job.DisplayState, job.Kind, $"{job.Attempt}/{job.MaxAttempts}", TextTable.Time(job.CreatedAt), job.Node, job.LastError is { Length: > 60 } error ? error[..59] + "…" : job.LastError);
        }

        var text = table.ToString();
        Console.Out.Write(withTitles ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>All jobs that are named; the exit code is that of the first that could not be dealt with.</summary>
    private static async Task<int> EachAsync(ParseResult words, HttpMethod method, string action, string? done, ApiClient api, CancellationToken stop)
    {
        var exitCode = ExitCode.Done;
        foreach (var id in words.GetRequiredValue(Jobs))
        {
            try
            {
                using var reason = action == "/cancel" && words.GetValue(Reason) is { } text ? JsonContent.Create(new { reason = text }) : null;
                var answer = await api.SendAsync(method, ApiClient.Job(words.GetRequiredValue(ApiCommand.Queue), id) + action, reason, stop);
                if (words.IsJson()) ApiCommand.WriteJson(method == HttpMethod.Delete ? JsonSerializer.SerializeToElement(new { id, deleted = true }) : answer);
                else Console.Out.Write(done is null ? Details(ApiClient.Read<JobAnswer>(answer)) : $"{id} {done}\n");
            }
            catch (ApiException e) when (e.Status is >= 400 and < 500 && e.Code is not ExitCode.Refused)
            {
                await ApiCommand.Problem(e.Message, e.Code);
                if (exitCode == ExitCode.Done) exitCode = e.Code;
            }
        }

        return exitCode;
    }

    private static string Details(JobAnswer job)
    {
        var text = new StringBuilder();
        void Line(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) text.Append(CultureInfo.InvariantCulture, $"{name,-12}{DemoText.Clean(value)}\n");
        }

        Line("job", job.Id);
        Line("queue", job.Queue);
        Line("kind", job.Kind);
        Line("state", job.DisplayState);
        Line("attempt", $"{job.Attempt} of {job.MaxAttempts}");
        Line("priority", job.Priority.ToString(CultureInfo.InvariantCulture));
        Line("time-out", job.Timeout);
        Line("created", TextTable.Time(job.CreatedAt));
        Line("next run", TextTable.Time(job.NextRunAt));
        Line("finished", TextTable.Time(job.FinishedAt));
        Line("expires", TextTable.Time(job.ExpiresAt));
        Line("node", job.Node);
        Line("chain", job.Chain);
        Line("unique key", job.UniqueKey);
        Line("tags", string.Join(", ", job.Tags));
        Line("meta", job.Meta is null ? null : string.Join(", ", job.Meta.Select(m => $"{m.Key}={m.Value}")));
        Line("cancelled", job.CancelReason);
        Line("payload", Content(job.Payload));
        Line("result", Content(job.Result));
        foreach (var e in job.History)
        {
            Line($"run {e.Execution}", $"{TextTable.Time(e.StartedAt)}, {DemoText.Time(e.EndedAt - e.StartedAt)}, {e.Node}: {e.Outcome}{(e.Error is { } error ? $" ({error.Kind}): {error.Message}" : "")}");
        }

        return text.ToString();
    }

    private static string? Content(ContentAnswer? content) => content switch
    {
        null => null,
        { Redacted: true, Json: null, Text: null } => $"hidden, {DemoText.Size(content.Bytes)}",
        { Json: { ValueKind: not JsonValueKind.Undefined } json } => JsonSerializer.Serialize(json, ApiClient.Json),
        { Text: { } text } => text,
        _ => $"{DemoText.Size(content.Bytes)} of {content.ContentType}",
    };
}
