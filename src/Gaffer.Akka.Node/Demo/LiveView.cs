using Spectre.Console;
using Spectre.Console.Rendering;

namespace Gaffer.Node;

/// <summary>A progress bar and tables, on a terminal.</summary>
internal sealed class LiveView(IAnsiConsole console) : DemoView
{
    private const int BarWidth = 24;

    public override bool IsTerminal => true;

    public override void Line(string text) => console.WriteLine(text);

    /// <summary>Above the progress bar, when both are on the same terminal.</summary>
    public override void Log(string text)
    {
        if (Console.IsErrorRedirected) base.Log(text);
        else console.WriteLine(text);
    }

    public override Task WatchAsync(Func<Action<DemoProgress>, Task> watch)
    {
        var words = new WordsColumn();
        return console.Progress().AutoClear(true).Columns(new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), words).StartAsync(context =>
        {
            var bar = context.AddTask("files", maxValue: 1);
            return watch(progress =>
            {
                words.Progress = progress;
                bar.MaxValue = Math.Max(1, progress.Files);
                bar.Value = progress.Done + progress.Unreadable;
            });
        });
    }

    public override Task FollowAsync(Func<Action<FollowProgress>, Task> follow) =>
        console.Status().Spinner(Spinner.Known.Dots).StartAsync("Listing the folder again", context => follow(progress => context.Status = Markup.Escape(progress.ToString())));

    public override void Summary(DemoSummary summary)
    {
        var totals = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        foreach (var (name, value) in summary.Rows()) totals.AddRow(new Text(name), new Text(value));
        console.Write(totals);
        if (summary.Unreadable.Count == 0) return;
        var failures = new Table().Border(TableBorder.Rounded).Title($"Dead letters in the queue '{DemoQueues.Unreadable}'")
            .AddColumn("Path").AddColumn(new TableColumn("Attempts").RightAligned()).AddColumn("Last error");
        foreach (var entry in summary.Unreadable.Take(ShownFailures)) failures.AddRow(new Text(entry.Path), new Text(DemoText.Count(entry.Attempts)), new Text(entry.Reason));
        console.Write(failures);
        if (summary.Unreadable.Count > ShownFailures) Line(More(summary));
    }

    /// <summary>Two lines, so that they fit beside the bar.</summary>
    private sealed class WordsColumn : ProgressColumn
    {
        public DemoProgress? Progress { get; set; }

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(Progress is { } p ? $"{p.Counts}, {p.Speed}\n{p.States}" : "");
    }
}
