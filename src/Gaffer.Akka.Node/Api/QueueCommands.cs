using System.CommandLine;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Looks at queues, and starts and stops them.</summary>
internal static class QueueCommands
{
    private static readonly Option<bool> Orphaned = new("--orphaned") { Description = "only queues that no running node has workers for" };
    private static readonly Option<string?> Timeout = new("--timeout") { Description = "longest wait for the jobs that run, up to 60s (5s)", HelpName = "TIME" };

    public static IEnumerable<Command> All =>
    [
        ApiCommand.Of("queues", "Shows the queues, their counts and their workers.", [], [Orphaned], QueuesAsync),
        Change("pause", "Lets a queue start no more jobs; those that run go on.", "paused", "was paused"),
        Change("resume", "Lets a paused queue start jobs again.", "active", "was active"),
        ApiCommand.Of("drain", "Pauses a queue and waits for the jobs that run; exit code 1 when some still do.", [ApiCommand.Queue], [Timeout], DrainAsync),
        ApiCommand.Of("prune", "Deletes the jobs that the queue's prune options say, now.", [ApiCommand.Queue], [], PruneAsync),
    ];

    public static string Table(IEnumerable<QueueAnswer> queues)
    {
        var table = new TextTable("QUEUE", "STATUS", "WAITING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "WORKERS", "OLDEST");
        foreach (var q in queues)
        {
            var status = q.Error is { } error ? $"no answer: {error}" : q.Orphaned ? $"{q.Status}, no workers" : q.Status;
            var workers = q.Workers is { } w ? $"{TextTable.Number(w.Active)} of {(w.Most is { } most ? DemoText.Count(most) : "any")}" : "";
            table.Add(
                q.Name, status, TextTable.Number(q.Counts?.Available), TextTable.Number(q.Counts?.Executing), TextTable.Number(q.Counts?.Completed), TextTable.Number(q.Counts?.Failed),
                TextTable.Number(q.Counts?.Cancelled), workers, TextTable.Age(q.OldestWaiting, q.AsOf));
        }

        return table.ToString();
    }

    private static async Task<int> QueuesAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        List<QueueAnswer> queues = [];
        await foreach (var json in api.PagesAsync("queues?limit=100", stop))
        {
            var queue = ApiClient.Read<QueueAnswer>(json);
            if (words.GetValue(Orphaned) && !queue.Orphaned) continue;
            if (words.IsJson()) ApiCommand.WriteJson(json);
            else queues.Add(queue);
        }

        if (!words.IsJson()) Console.Out.Write(queues.Count == 0 ? "There are no queues.\n" : Table(queues));
        return ExitCode.Done;
    }

    private static Command Change(string name, string description, string now, string before) => ApiCommand.Of(name, description, [ApiCommand.Queue], [], async (words, api, stop) =>
    {
        var queue = words.GetRequiredValue(ApiCommand.Queue);
        var answer = await api.PostAsync($"{ApiClient.Queue(queue)}/{name}", null, stop);
        if (words.IsJson()) ApiCommand.WriteJson(answer);
        else Console.WriteLine($"{queue} {(ApiClient.Read<Changed>(answer).Value ? $"is {now}" : before)}");
        return ExitCode.Done;
    });

    private static async Task<int> DrainAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var queue = words.GetRequiredValue(ApiCommand.Queue);
        var timeout = words.GetValue(Timeout) is { } text ? $"?timeout={Uri.EscapeDataString(text)}" : "";
        var answer = await api.PostAsync($"{ApiClient.Queue(queue)}/drain{timeout}", null, stop);
        var drained = ApiClient.Read<Drained>(answer);
        if (words.IsJson()) ApiCommand.WriteJson(answer);
        else Console.WriteLine(drained.Value ? $"{queue} is paused, and nothing runs" : $"{queue} is paused, and {DemoText.Plural(drained.StillRunning?.Count ?? 0, "job still runs", "jobs still run")}");
        return drained.Value ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> PruneAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var queue = words.GetRequiredValue(ApiCommand.Queue);
        var answer = await api.PostAsync($"{ApiClient.Queue(queue)}/prune", null, stop);
        if (words.IsJson()) ApiCommand.WriteJson(answer);
        else Console.WriteLine($"{queue}: {DemoText.Plural(ApiClient.Read<Pruned>(answer).Value, "job was", "jobs were")} deleted");
        return ExitCode.Done;
    }

    private sealed record Changed([property: System.Text.Json.Serialization.JsonPropertyName("changed")] bool Value);

    private sealed record Drained([property: System.Text.Json.Serialization.JsonPropertyName("drained")] bool Value, IReadOnlyList<JsonElement>? StillRunning);

    private sealed record Pruned([property: System.Text.Json.Serialization.JsonPropertyName("pruned")] long Value);
}
