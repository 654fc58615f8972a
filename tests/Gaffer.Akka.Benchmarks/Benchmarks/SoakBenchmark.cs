using System.Buffers.Binary;
using System.Diagnostics;
using Npgsql;

namespace Gaffer.Benchmarks;

/// <summary>10,000 jobs/s for ten minutes, whether they are answered or not: how soon they start, and whether memory and tables stay as they are.</summary>
internal sealed class SoakBenchmark : IBenchmark
{
    public const int Seconds = 600;
    public const int Most = 25;
    public const string WorstSecond = "insert to start, p99 of the worst second";
    private const int PerSecond = 10_000;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public string Name => "soak";

    public Subject Subject => Subject.Gaffer;

    public bool IsLong => true;

    public bool Supports(StorageKind storage) => storage != StorageKind.Memory;

    public static string CaseOf(string what, int seconds) => $"{what} ({PerSecond:N0} jobs/s, {seconds} s)";

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        var seconds = context.Scale(Seconds);
        var starts = new Starts(seconds);
        var begin = 0L;
        var worker = JobWorker.FromDelegate((context, _) =>
        {
            var called = BinaryPrimitives.ReadInt64LittleEndian(context.Job.Payload.Span);
            if (Volatile.Read(ref begin) is not 0 and var zero) starts.Add((int)Stopwatch.GetElapsedTime(zero, called).TotalSeconds, Stopwatch.GetTimestamp() - called);
            return Task.FromResult(JobResult.Complete());
        });
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 100, worker);
        await LoadDriver.RunAsync(64, 20_000, (_, _) => host.Gaffer.InsertAsync(NewJob()));
        await host.FlushAsync();

        Volatile.Write(ref begin, Stopwatch.GetTimestamp());
        var load = InsertAsync(host.Gaffer, seconds);
        await Task.Delay(TimeSpan.FromSeconds(seconds / 4));
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        await load;
        await host.FlushAsync();
        var grown = (double)(GC.GetTotalMemory(forceFullCollection: true) - memory);

        // The first seconds compile, and the reading of the memory stops the process for a collection of all of it.
        var bySecond = starts.BySecond(0.99).Where((_, second) => second >= 2 && second - (seconds / 4) is not (0 or 1)).Order().ToList();
        yield return Of("insert to start, p99 of the median second", bySecond[bySecond.Count / 2], Measurement.Milliseconds);
        yield return Of(WorstSecond, bySecond[^1], Measurement.Milliseconds);
        yield return Of($"seconds with a p99 above {Most} ms", bySecond.Count(p => p > Most), "s");
        yield return Of("managed memory, end against a quarter", grown / 1e6, "MB");
        yield return Of("tables at the end", await TablesAsync(store) / 1e6, "MB");

        Measurement Of(string what, double value, string unit) => new(Name, CaseOf(what, seconds), Subject, "", context.Storage, value, unit);
    }

    private static InsertJob NewJob()
    {
        var payload = new byte[100];
        BinaryPrimitives.WriteInt64LittleEndian(payload, Stopwatch.GetTimestamp());
        return new InsertJob(BenchmarkHost.Queue, payload, ContentType: "application/octet-stream");
    }

    private static async Task InsertAsync(IGaffer gaffer, int seconds)
    {
        var unanswered = new Unanswered();
        using var timer = new PeriodicTimer(Step);
        var start = Stopwatch.GetTimestamp();
        var inserted = 0L;
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed.TotalSeconds < seconds)
        {
            for (var due = (long)(elapsed.TotalSeconds * PerSecond); inserted < due; inserted++) unanswered.Add(gaffer.InsertAsync(NewJob()));
            await timer.WaitForNextTickAsync();
        }

        await unanswered.NoneAsync();
    }

    private static async Task<double> TablesAsync(FreshStore store)
    {
        if (store.Kind == StorageKind.Sqlite) return Directory.EnumerateFiles(Path.GetDirectoryName(store.Connection)!).Sum(f => new FileInfo(f).Length);
        await using var source = NpgsqlDataSource.Create(store.Connection);
        await using var command = source.CreateCommand("SELECT pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Calls that are not answered yet. It keeps none, as a list of them would make the collector copy what no application keeps.</summary>
    private sealed class Unanswered
    {
        private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count = 1;

        public async void Add(Task<InsertResult> call)
        {
            Interlocked.Increment(ref _count);
            try
            {
                await call;
                Remove();
            }
            catch (Exception e)
            {
                _none.TrySetException(e);
            }
        }

        /// <summary>No more are added; throws what one of them threw.</summary>
        public Task NoneAsync()
        {
            Remove();
            return _none.Task;
        }

        private void Remove()
        {
            if (Interlocked.Decrement(ref _count) == 0) _none.TrySetResult();
        }
    }

    /// <summary>How long each job waited, by the second in which it was inserted. It has all its memory from the beginning, as that of the process is measured beside it.</summary>
    private sealed class Starts(int seconds)
    {
        private readonly int[] _counts = new int[seconds];
        private readonly long[][] _ticks = [.. Enumerable.Range(0, seconds).Select(_ => GC.AllocateUninitializedArray<long>(2 * PerSecond))];

        public void Add(int second, long ticks)
        {
            if (second < seconds && Interlocked.Increment(ref _counts[second]) is var count && count <= 2 * PerSecond) _ticks[second][count - 1] = ticks;
        }

        public IEnumerable<double> BySecond(double part) => Enumerable.Range(0, seconds).Select(s => LoadDriver.Quantile([.. _ticks[s].Take(_counts[s]).Order()], part));
    }
}
