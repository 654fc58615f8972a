using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Tests;

/// <summary>Code of a job ran, or runs: one call of the worker.</summary>
/// <param name="Job">The job.</param>
/// <param name="Execution">Its fencing token.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Life">The process.</param>
/// <param name="Incarnation">The process, as Gaffer calls it.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it was about to return; null: it did not.</param>
/// <param name="Outcome">How.</param>
public sealed record Run(Guid Job, int Execution, string Queue, int Life, Guid Incarnation, long Start, long? End, RunEnd? Outcome);

/// <summary>An insert that was answered.</summary>
public sealed record Acknowledgement(Guid Job, string Queue, ChaosDeed Deed, int Life, long At, long Took);

/// <summary>A process saw that a member of the cluster is gone.</summary>
/// <param name="Seer">The process.</param>
/// <param name="Gone">The process that is gone.</param>
/// <param name="Downed">It did not leave by itself.</param>
/// <param name="At">When.</param>
public sealed record Removal(int Seer, int Gone, bool Downed, long At);

/// <summary>A call that threw.</summary>
public sealed record Problem(int Life, long At, string What);

/// <summary>Most executions at once in some queues together.</summary>
/// <param name="Name">What limits them.</param>
/// <param name="Queues">The queues.</param>
/// <param name="Most">How many.</param>
/// <param name="PerNode">On each node; or else on all together.</param>
public sealed record RunLimit(string Name, IReadOnlyCollection<string> Queues, int Most, bool PerNode);

/// <summary>Survivors do not hear at the same instant that a process was declared dead.</summary>
public enum Survivors
{
    /// <summary>The first of them has heard: others may start its jobs.</summary>
    First,

    /// <summary>All of them have heard: nobody takes its word any more.</summary>
    Last,
}

/// <summary>All that is known of a chaos test when it is over.</summary>
public sealed record ChaosRecording
{
    public required IReadOnlyList<Run> Runs { get; init; }

    public required IReadOnlyList<Acknowledgement> Acknowledged { get; init; }

    public IReadOnlyList<Removal> Removals { get; init; } = [];

    public IReadOnlyList<Problem> Problems { get; init; } = [];

    /// <summary>When processes ended.</summary>
    public required IReadOnlyDictionary<int, long> Ends { get; init; }

    /// <summary>What the queues say of their jobs.</summary>
    public required IReadOnlyList<Job> Jobs { get; init; }

    public IReadOnlyList<RunLimit> Limits { get; init; } = [];

    /// <summary>When a process ended or was declared dead, whichever came first. What it does afterwards does not count.</summary>
    public long DeathOf(int life, Survivors survivors = Survivors.First)
    {
        var declared = Removals.Where(r => r.Downed && r.Gone == life && r.Seer != life).Select(r => r.At).DefaultIfEmpty(long.MaxValue).ToList();
        return Math.Min(Ends.GetValueOrDefault(life, long.MaxValue), survivors == Survivors.First ? declared.Min() : declared.Max());
    }

    /// <summary>Reads all; the processes have ended.</summary>
    public static async Task<ChaosRecording> ReadAsync(ChaosRecorder recorder, ChaosSetup setup, IEnumerable<ChaosLife> lives)
    {
        ArgumentNullException.ThrowIfNull(recorder);
        ArgumentNullException.ThrowIfNull(setup);
        return new ChaosRecording
        {
            Runs = await recorder.ReadAsync("SELECT job, execution, queue, life, incarnation, started, ended, outcome FROM runs ORDER BY started", static r => new Run(
                r.GetGuid(0), r.GetInt32(1), r.GetString(2), r.GetInt32(3), r.GetGuid(4), r.GetInt64(5), r.IsDBNull(6) ? null : r.GetInt64(6), r.IsDBNull(7) ? null : Enum.Parse<RunEnd>(r.GetString(7)))),
            Acknowledged = await recorder.ReadAsync("SELECT job, queue, deed, life, at, took FROM acknowledged ORDER BY at", static r => new Acknowledgement(
                r.GetGuid(0), r.GetString(1), Enum.Parse<ChaosDeed>(r.GetString(2)), r.GetInt32(3), r.GetInt64(4), r.GetInt64(5))),
            Removals = await recorder.ReadAsync("SELECT removed.life, members.life, downed, removed.at FROM removed JOIN members USING (address, uid) ORDER BY removed.at", static r => new Removal(
                r.GetInt32(0), r.GetInt32(1), r.GetBoolean(2), r.GetInt64(3))),
            Problems = await recorder.ReadAsync("SELECT life, at, what FROM problems ORDER BY at", static r => new Problem(r.GetInt32(0), r.GetInt64(1), r.GetString(2))),
            Ends = lives.Where(l => l.EndedAt is not null).ToDictionary(l => l.Number, l => l.EndedAt!.Value),
            Jobs = await JobsAsync(setup),
            Limits =
            [
                .. setup.Queues.SelectMany(LimitsOf),
                .. setup.Limits.Select(l => new RunLimit($"limit {l.Key}", [.. setup.Queues.Where(q => q.Limit == l.Key).Select(q => q.Name)], l.Value, PerNode: false)),
            ],
        };
    }

    private static IEnumerable<RunLimit> LimitsOf(ChaosQueue queue)
    {
        yield return new($"MaxWorkers of {queue.Name}", [queue.Name], queue.MaxWorkers, PerNode: true);
        if (queue.GlobalMaxWorkers is { } most) yield return new($"GlobalMaxWorkers of {queue.Name}", [queue.Name], most, PerNode: false);
    }

    private static async Task<IReadOnlyList<Job>> JobsAsync(ChaosSetup setup)
    {
        using var host = CrashHost.Reader(CrashStorage.Postgres(setup.Journal));
        await host.StartAsync();
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        var jobs = new List<Job>();
        foreach (var queue in setup.Queues)
        {
            await foreach (var job in gaffer.ListAsync(queue.Name)) jobs.Add(job);
        }

        await host.StopAsync();
        return jobs;
    }
}
