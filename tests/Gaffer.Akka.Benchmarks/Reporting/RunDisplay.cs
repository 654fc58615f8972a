using Spectre.Console;

namespace Gaffer.Benchmarks;

/// <summary>Says which benchmark of how many runs: a bar on a terminal, a line each where the output goes elsewhere.</summary>
internal sealed class RunDisplay
{
    // Drawing is work beside what is measured.
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);
    private readonly int _steps;
    private readonly ProgressTask? _bar;
    private int _step;

    private RunDisplay(int steps, ProgressTask? bar) => (_steps, _bar) = (steps, bar);

    public static Task ShowAsync(int steps, Func<RunDisplay, Task> work)
    {
        if (Console.IsOutputRedirected) return work(new RunDisplay(steps, null));
        var progress = AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn());
        progress.RefreshRate = Redraw;
        return progress.StartAsync(async context =>
        {
            var bar = context.AddTask("Starting", maxValue: steps);
            await work(new RunDisplay(steps, bar));
            bar.Value = steps;
        });
    }

    public void Begin(string what)
    {
        var text = $"{++_step} of {_steps}: {what}";
        if (_bar is not { } bar)
        {
            Console.WriteLine(text);
            return;
        }

        bar.Value = _step - 1;
        bar.Description = Markup.Escape(text);
    }

    public static void Fail(string what, Exception reason) => AnsiConsole.MarkupLineInterpolated($"[red]{what} failed[/]: {reason.Message}");
}
