using System.Diagnostics;

namespace Gaffer.Tests;

/// <summary>Waits for what other processes do.</summary>
public static class Wait
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is so. Answers how long that took.</summary>
    public static async Task<TimeSpan> UntilAsync(Func<Task<bool>> isSo, TimeSpan within, string what)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (waited.Elapsed > within) throw new InvalidOperationException($"Not within {within}: {what}");
            await ForAsync(Look);
        }

        return waited.Elapsed;
    }

    /// <summary>Lets time pass: under load, or until the random moment of a fault.</summary>
    public static Task ForAsync(TimeSpan time) => Task.Delay(time);
}
