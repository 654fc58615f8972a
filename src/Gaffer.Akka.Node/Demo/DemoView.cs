using Spectre.Console;

namespace Gaffer.Node;

/// <summary>What a run shows to people.</summary>
internal abstract class DemoView
{
    /// <summary>Most dead letters that are shown one by one.</summary>
    protected const int ShownFailures = 20;

    /// <summary>A progress bar on a terminal; plain lines where the output goes elsewhere.</summary>
    /// <remarks>From then on nobody else writes there. Akka does, whatever the loggers are: when a start fails, and for its last words.</remarks>
    public static DemoView TakeConsole(TimeProvider time)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        DemoView view = !Console.IsOutputRedirected && console.Profile.Capabilities is { Ansi: true, Interactive: true } ? new LiveView(console) : new PlainView(Console.Out, time);
        Console.SetOut(TextWriter.Null);
        return view;
    }

    /// <summary>Whether a person looks on.</summary>
    public virtual bool IsTerminal => false;

    /// <summary>Writes one line.</summary>
    public abstract void Line(string text);

    /// <summary>A warning or an error of the library, as one line.</summary>
    public virtual void Log(string text) => Console.Error.WriteLine(text);

    /// <summary>Shows the progress that <paramref name="watch"/> reports, until it returns.</summary>
    public abstract Task WatchAsync(Func<Action<DemoProgress>, Task> watch);

    /// <summary>Shows what comes of following the folder, as <paramref name="follow"/> reports it, until it ends.</summary>
    public abstract Task FollowAsync(Func<Action<FollowProgress>, Task> follow);

    /// <summary>Shows what came of the run.</summary>
    public abstract void Summary(DemoSummary summary);

    public void Starting(DemoSettings settings)
    {
        Line($"Folder: {DemoText.Clean(settings.Folder)}");
        Line($"Queues: {DemoText.Clean(settings.Data)}");
    }

    public void Started(DemoRun run, DemoSettings settings) => Line(run.IsResumed
        ? $"Going on with the run that was interrupted, {DemoText.Plural(settings.Workers, "file", "files")} at once."
        : $"Reading {DemoText.Plural(settings.Workers, "file", "files")} at once.");

    public void Following(string? dashboard)
    {
        Line("Following the folder until Ctrl+C: add a file, or change one. All others are checked again and again.");
        if (dashboard is not null) Line($"Live: {dashboard}");
    }

    public void Stopped(DemoProgress? last) => Line(last is null
        ? "Stopped. The same command goes on from here."
        : $"Stopped: {DemoText.Count(last.Done)} of {DemoText.Count(last.Files)} files read so far. The same command goes on from here.");

    protected static string More(DemoSummary summary) => $"and {DemoText.Count(summary.Unreadable.Count - ShownFailures)} more";
}
