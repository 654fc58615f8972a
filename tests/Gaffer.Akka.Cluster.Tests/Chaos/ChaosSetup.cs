using System.Globalization;

namespace Gaffer.Tests;

/// <summary>What a chaos test consists of.</summary>
/// <param name="Queues">The queues that all nodes work on.</param>
/// <param name="Loads">What the client inserts by itself.</param>
/// <param name="Nodes">How many nodes.</param>
public sealed record ChaosSetup(IReadOnlyList<ChaosQueue> Queues, IReadOnlyList<ChaosLoad> Loads, int Nodes = 3)
{
    /// <summary>Makes the random choices of the run. <c>GAFFER_CHAOS_SEED</c> repeats those of another.</summary>
    public int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("GAFFER_CHAOS_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : Random.Shared.Next();

    /// <summary>Limits that queues share, and their maxima.</summary>
    public IReadOnlyDictionary<string, int> Limits { get; init; } = new Dictionary<string, int>();

    /// <summary>The database of the queues.</summary>
    public string Journal { get; init; } = PostgresServer.Shared.NewDatabase();
}
