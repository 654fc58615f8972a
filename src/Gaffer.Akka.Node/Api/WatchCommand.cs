using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Gaffer.Node;

/// <summary>The cluster, second by second: a live view in a terminal, a line each second elsewhere.</summary>
internal static class WatchCommand
{
    private static readonly Option<int> Seconds = new("--seconds") { Description = "ends after so many seconds, 0 for never (0)", HelpName = "N" };

    public static Command Make() => ApiCommand.Of("watch", "Shows queues, rates and nodes, live, until Ctrl+C.", [], [Seconds], RunAsync);

    private static async Task<int> RunAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var most = words.GetValue(Seconds) is > 0 and var seconds ? seconds : int.MaxValue;
        if (words.IsJson() || Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Interactive)
        {
            return await LinesAsync(api, words.IsJson(), most, stop);
        }

        await AnsiConsole.Live(new Text("...")).AutoClear(false).StartAsync(async live =>
        {
            await foreach (var tick in new EventStream(api, TimeProvider.System).ReadAsync(problem => live.UpdateTarget(new Markup($"[red]{Markup.Escape(DemoText.Clean(problem))}[/]")), stop))
            {
                live.UpdateTarget(View(ApiClient.Read<TickAnswer>(tick)));
                if (--most == 0) break;
            }
        });
        return ExitCode.Done;
    }

    private static async Task<int> LinesAsync(ApiClient api, bool asJson, int most, CancellationToken stop)
    {
        await foreach (var tick in new EventStream(api, TimeProvider.System).ReadAsync(problem => Console.Error.WriteLine(DemoText.Clean(problem)), stop))
        {
            if (asJson) ApiCommand.WriteJson(tick);
            else Console.WriteLine(Line(ApiClient.Read<TickAnswer>(tick)));
            if (--most == 0) break;
        }

        return ExitCode.Done;
    }

    /// <summary>All in one line.</summary>
    public static string Line(TickAnswer tick)
    {
        var at = (tick.Sample?.At)?.LocalDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "--:--:--";
        var queues = tick.Queues.Select(q => q.Counts is { } c ? $"{q.Name}: {TextTable.Number(c.Available)} wait, {TextTable.Number(c.Executing)} run{(q.Status == "active" ? "" : $", {q.Status}")}" : $"{q.Name}: no answer");
        var nodes = tick.Nodes.Select(n => n.Reachable ? $"{n.Node} runs {n.Running}" : $"{n.Node} UNREACHABLE, has {n.Running}");
        return DemoText.Clean($"{at} {Or(tick.Sample?.Inserted)}/s in, {Or(tick.Sample?.Completed)}/s done, {Or(tick.Sample?.Failed)}/s failed | {string.Join("; ", queues)} | {string.Join(" | ", nodes)}");
    }

    private static Rows View(TickAnswer tick)
    {
        var sample = tick.Sample;
        var queues = Grid("queue", "status", "waiting", "running", "completed", "failed", "in/s", "done/s", "wait", "run", "oldest");
        foreach (var q in tick.Queues)
        {
            queues.AddRow(
                Cell(q.Name), Cell(q.Error is null ? q.Status ?? "" : "no answer"), Cell(TextTable.Number(q.Counts?.Available)), Cell(TextTable.Number(q.Counts?.Executing)), Cell(TextTable.Number(q.Counts?.Completed)),
                Cell(TextTable.Number(q.Counts?.Failed)), Cell(TextTable.Rate(q.Rates?.Inserted)), Cell(TextTable.Rate(q.Rates?.Completed)), Cell(Milliseconds(q.Rates?.WaitMs)), Cell(Milliseconds(q.Rates?.RunMs)),
                Cell(TextTable.Age(q.OldestWaiting, q.AsOf)));
        }

        var nodes = Grid("node", "status", "running", "capacity");
        foreach (var n in tick.Nodes) nodes.AddRow(Cell(n.Node), Cell(n.Reachable ? n.Status : "UNREACHABLE"), Cell(TextTable.Number(n.Running)), Cell(n.Capacity is { } most ? DemoText.Count(most) : "any"));
        return new Rows(new Markup($"[bold]{Or(sample?.Inserted)}[/] in/s  [bold]{Or(sample?.Completed)}[/] done/s  [bold]{Or(sample?.Failed)}[/] failed/s   Ctrl+C ends"), queues, nodes);
    }

    private static Table Grid(params string[] titles)
    {
        var table = new Table().Border(TableBorder.Simple);
        for (var i = 0; i < titles.Length; i++) table.AddColumn(new TableColumn(titles[i]) { Alignment = i < 2 ? Justify.Left : Justify.Right });
        return table;
    }

    private static string Or(double? rate) => rate is null ? "-" : TextTable.Rate(rate);

    private static string Milliseconds(double? time) => time is { } ms ? DemoText.Time(TimeSpan.FromMilliseconds(ms)) : "";

    private static Text Cell(string text) => new(text.Length == 0 ? "-" : DemoText.Clean(text));
}
