using System.Text.Json;

namespace Gaffer.Tests;

/// <summary>A queue of a chaos test.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MaxWorkers">Most executions at once on each node.</param>
/// <param name="GlobalMaxWorkers">Most executions at once on all nodes; null: any number.</param>
/// <param name="Limit">The limit that it shares with other queues; null: none.</param>
/// <param name="Grace">Seconds that a job of a leaving node has to end.</param>
/// <param name="Partitions">In how many parts it is divided.</param>
public sealed record ChaosQueue(string Name, int MaxWorkers, int? GlobalMaxWorkers = null, double Grace = 2, string? Limit = null, int Partitions = 1);

/// <summary>Jobs that a client inserts by itself, evenly in time.</summary>
/// <param name="Queue">Where.</param>
/// <param name="PerSecond">How many in a second.</param>
/// <param name="Shortest">Shortest job, in milliseconds.</param>
/// <param name="Longest">Longest job, in milliseconds.</param>
/// <param name="Stubborn">How many in a hundred take no notice of their token.</param>
public sealed record ChaosLoad(string Queue, int PerSecond, int Shortest, int Longest, int Stubborn = 0);

/// <summary>What one process of a chaos test is: its command line.</summary>
public sealed record ChaosNodeOptions
{
    /// <summary>The role of nodes that queues live on and that perform jobs.</summary>
    public const string WorkRole = "work";

    /// <summary>Number of this life among those of all processes.</summary>
    public required int Life { get; init; }

    /// <summary>The name of its place in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Its port; lives of one place have the same.</summary>
    public required int Port { get; init; }

    /// <summary>The ports of the seed nodes.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Whether it performs no jobs, and inserts them.</summary>
    public required bool IsClient { get; init; }

    /// <summary>Where the jobs are.</summary>
    public required string Journal { get; init; }

    /// <summary>Where it writes what it sees; another database.</summary>
    public required string Recorder { get; init; }

    public required IReadOnlyList<ChaosQueue> Queues { get; init; }

    /// <summary>Limits that queues share, and their maxima.</summary>
    public required IReadOnlyDictionary<string, int> Limits { get; init; }

    /// <summary>What it inserts, if it is a client.</summary>
    public required IReadOnlyList<ChaosLoad> Loads { get; init; }

    public required int Seed { get; init; }

    public static string AddressOf(int port) => $"akka.tcp://chaos@127.0.0.1:{port}";

    public string ToArgument() => JsonSerializer.Serialize(this);

    public static ChaosNodeOptions Parse(string argument) =>
        JsonSerializer.Deserialize<ChaosNodeOptions>(argument) ?? throw new ArgumentException("Usage: chaos-node OPTIONS", nameof(argument));
}
