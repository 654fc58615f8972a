namespace Gaffer.Benchmarks;

/// <summary>What a node costs that has nothing to do.</summary>
internal sealed class IdleBenchmark : IBenchmark
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RestQuickly = TimeSpan.FromSeconds(5);

    public string Name => "idle";

    public Subject Subject => Subject.Gaffer;

    public bool Rehearses => false;

    public bool Supports(StorageKind storage) => true;

    public async IAsyncEnumerable<Measurement> RunAsync(BenchmarkContext context)
    {
        await using var store = context.Stores.Create(context.Storage);
        await using var host = await BenchmarkHost.StartAsync(store, workers: 10);
        await host.WarmUpAsync();
        foreach (var (what, value, unit) in await RestMeter.MeasureAsync(store, context.Quick ? RestQuickly : Rest, context.Quick))
        {
            yield return new Measurement(Name, what, Subject, "", context.Storage, value, unit);
        }
    }
}
