using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Inserts jobs into a queue that rests, waits until they have been performed, and says how fast that was.</summary>
internal static class BenchCommand
{
    private const int MostJobs = 1_000_000, MostPerRequest = 10_000, MostCallers = 256;

    private static readonly string[] Tags = ["bench"];
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private static readonly Option<string> Queue = new("--queue") { Description = $"queue that rests: nothing waits or runs in it ({NodeSettings.DefaultQueue})", HelpName = "NAME", DefaultValueFactory = _ => NodeSettings.DefaultQueue };
    private static readonly Option<int> Jobs = Number("--jobs", 10_000, MostJobs, "jobs to insert");
    private static readonly Option<int> Batch = Number("--batch", 100, MostPerRequest, "jobs of one request");
    private static readonly Option<int> Callers = Number("--callers", 8, MostCallers, "requests at the same time");
    private static readonly Option<int> Limit = Number("--seconds", 300, 86_400, "longest wait for the jobs");
    private static readonly Option<string> Kind = new("--kind") { Description = $"kind of the jobs ({DigestWorker.Kind})", HelpName = "NAME", DefaultValueFactory = _ => DigestWorker.Kind };
    private static readonly Option<string> Payload = new("--payload") { Description = "payload of each as JSON ({\"text\":\"bench\"})", HelpName = "JSON", DefaultValueFactory = _ => """{"text":"bench"}""" };

    public static Command Make() => ApiCommand.Of("bench", "Inserts jobs, waits until they have been performed, and shows the rates. For nodes that have nothing better to do.", [], [Queue, Jobs, Batch, Callers, Limit, Kind, Payload], RunAsync);

    private static async Task<int> RunAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var queue = ApiClient.Queue(words.GetRequiredValue(Queue));
        var (jobs, batch, callers) = (words.GetValue(Jobs), words.GetValue(Batch), words.GetValue(Callers));
        var payload = Json(words.GetRequiredValue(Payload));
        var before = await CountsAsync(api, queue, stop);
        if (before.Available + before.Executing > 0) throw new ApiException(ExitCode.Failed, $"{before.Available} jobs wait in this queue and {before.Executing} run; a bench needs one that rests.");

        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        var latencies = new ConcurrentBag<double>();
        await Parallel.ForEachAsync(Enumerable.Range(0, (jobs + batch - 1) / batch), new ParallelOptions { MaxDegreeOfParallelism = callers, CancellationToken = stop }, async (n, token) =>
        {
            var some = Enumerable.Repeat(new { kind = words.GetRequiredValue(Kind), payload, tags = Tags }, Math.Min(batch, jobs - (n * batch)));
            using var content = JsonContent.Create(some);
            var sent = time.GetTimestamp();
            await api.PostAsync($"{queue}/jobs/batch", content, token);
            latencies.Add(time.GetElapsedTime(sent).TotalMilliseconds);
        });
        var inserted = time.GetElapsedTime(begun);

        var after = await RestAsync(api, queue, TimeSpan.FromSeconds(words.GetValue(Limit)), stop);
        var performed = time.GetElapsedTime(begun);
        var sorted = latencies.Order().ToArray();
        var result = new Result(jobs, inserted.TotalSeconds, jobs / inserted.TotalSeconds, performed.TotalSeconds, jobs / performed.TotalSeconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], after.Failed - before.Failed);
        if (words.IsJson()) ApiCommand.WriteJson(result);
        else Console.WriteLine(result);
        return result.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Waits until nothing waits or runs any more.</summary>
    private static async Task<CountsAnswer> RestAsync(ApiClient api, string queue, TimeSpan longest, CancellationToken stop)
    {
        var time = TimeProvider.System;
        var begun = time.GetTimestamp();
        using var timer = new PeriodicTimer(BetweenLooks);
        while (true)
        {
            var counts = await CountsAsync(api, queue, stop);
            if (counts.Available + counts.Executing == 0) return counts;
            if (time.GetElapsedTime(begun) > longest) throw new ApiException(ExitCode.Failed, $"After {longest.TotalSeconds} s {counts.Available} jobs still wait and {counts.Executing} run; give it more with --seconds, or a worker for this kind of job.");
            await timer.WaitForNextTickAsync(stop);
        }
    }

    private static async Task<CountsAnswer> CountsAsync(ApiClient api, string queue, CancellationToken stop) =>
        ApiClient.Read<QueueAnswer>(await api.GetAsync(queue, stop)).Counts ?? throw new ApiException(ExitCode.Unreachable, "The queue does not answer.");

    private static JsonElement Json(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException e)
        {
            throw new ApiException(ExitCode.Usage, $"--payload is no JSON: {e.Message}");
        }
    }

    private static Option<int> Number(string name, int usual, int most, string help) => new(name)
    {
        Description = string.Create(CultureInfo.InvariantCulture, $"{help}, 1 to {most} ({usual})"),
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens.SingleOrDefault()?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
            result.AddError($"{name} needs a number from 1 to {most}.");
            return usual;
        },
    };

    private sealed record Result(int Jobs, double InsertSeconds, double InsertedPerSecond, double Seconds, double PerformedPerSecond, double RequestP50Ms, double RequestP99Ms, long? Failed)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
            inserted   {Jobs:N0} jobs in {InsertSeconds:N2} s: {InsertedPerSecond:N0} a second; a request took {RequestP50Ms:N1} ms (p50), {RequestP99Ms:N1} ms (p99)
            performed  {Jobs:N0} jobs in {Seconds:N2} s: {PerformedPerSecond:N0} a second, from the first insert to the last end; {Failed:N0} failed
            """);
    }
}
