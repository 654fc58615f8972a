using System.Diagnostics.Metrics;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

[Collection(nameof(Alone))]
public sealed class WorkerMetricsTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    [Fact]
    public async Task Zombies_are_counted_until_their_code_returns()
    {
        var zombies = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument is { Meter.Name: "Gaffer", Name: "gaffer.workers.zombies" }) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, change, tags, _) =>
        {
            Assert.Equal(new KeyValuePair<string, object?>("messaging.destination.name", "emails"), Assert.Single(tags.ToArray()));
            Interlocked.Add(ref zombies, change);
        });
        listener.Start();

        var held = Hold(obedient: false);
        Serve(Doing(held.PerformAsync));
        Give(NewJob());
        await held.Started;
        Advance(TimeSpan.FromSeconds(30));
        await held.Cancelled;
        Assert.Equal(0, zombies);
        Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, zombies);

        // Even if nobody is left to hear of it.
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        await ExpectTerminatedAsync(Supervisor, Patience);
        held.End();
        await AwaitConditionAsync(() => Task.FromResult(Volatile.Read(ref zombies) == 0), Patience);
    }
}
