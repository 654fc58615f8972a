using System.Globalization;

namespace Gaffer.Tests;

/// <summary>Measures how soon the jobs of a killed node run elsewhere: <c>dotnet Gaffer.Akka.Cluster.Tests.dll rescue-measure 5</c>, with further HOCON as the next argument.</summary>
public static class RescueMeasurement
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var runs = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var settings = arguments.ElementAtOrDefault(1) ?? "";
        var log = arguments.ElementAtOrDefault(2);
        if (runs == 0) return await IdleAsync(settings);
        foreach (var (name, victim) in ((string, Func<RescueCluster, (RescueNode Victim, RescueNode Host)>)[])
        [
            ("worker only", static c => (c.Nodes[2], c.Nodes[1])),
            ("queue host", static c => (c.Nodes[2], c.Nodes[2])),
            ("oldest and queue host", static c => (c.Oldest, c.Oldest)),
        ])
        {
            var times = new List<double>();
            for (var run = 0; run < runs; run++)
            {
                using var cluster = await RescueCluster.StartAsync(settings);
                var (killed, host) = victim(cluster);
                var queue = await cluster.QueueOnAsync(host);
                var token = await cluster.RunOnAllAsync(queue, killed);
                try
                {
                    times.Add((await cluster.KillAsync(token, killed)).TotalSeconds);
                }
                finally
                {
                    if (log is not null) await File.WriteAllTextAsync($"{log}.{name.Replace(' ', '-')}.{run}", $"killed {killed} {token}{Environment.NewLine}{cluster.Log}");
                }
            }

            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {times[0],6:0.00} {times[times.Count / 2],6:0.00} {times[^1],6:0.00}  s (min, median, max of {runs})"));
        }

        return 0;
    }

    private static async Task<int> IdleAsync(string settings)
    {
        using var cluster = await RescueCluster.StartAsync(settings);
        foreach (var round in Enumerable.Range(0, 3))
        {
            var before = cluster.Nodes.Select(n => n.ProcessorTime).ToArray();
            await Task.Delay(TimeSpan.FromSeconds(20));
            var used = cluster.Nodes.Select((n, i) => (n.ProcessorTime - before[i]).TotalSeconds / 20).ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle, round {round}: {string.Join(", ", used.Select(u => u.ToString("0.0%", CultureInfo.InvariantCulture)))} of a core"));
        }

        return 0;
    }
}
