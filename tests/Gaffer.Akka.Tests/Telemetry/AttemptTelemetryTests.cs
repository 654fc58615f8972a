using System.Diagnostics.Metrics;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

/// <summary>How long jobs wait for their start, as it is measured where they start.</summary>
[Collection(nameof(Alone))]
public sealed class AttemptTelemetryTests : QueueTestKit
{
    private readonly TaskCompletionSource<double> _wait = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MeterListener _listener;
    private GafferRuntime? _runtime;

    public AttemptTelemetryTests()
    {
        _listener = new() { InstrumentPublished = static (instrument, l) => { if (instrument is { Meter.Name: GafferTelemetry.Name, Name: "gaffer.job.wait.duration" }) l.EnableMeasurementEvents(instrument); } };
        _listener.SetMeasurementEventCallback<double>((_, wait, _, _) => _wait.TrySetResult(wait));
        _listener.Start();
    }

    [Fact]
    public async Task The_commit_of_the_claim_is_part_of_the_wait()
    {
        Start();
        _runtime!.QueueRegion = Entity;
        var serve = new ServeQueue(Emails, [JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()))], null);
        Sys.ActorOf(Props.Create(() => new WorkerSupervisor(_runtime, serve, serve.Queue, new SlotGate())).WithDispatcher(GafferRuntime.Dispatcher));
        Await(() => Info().Nodes.Length == 1);

        Journal.Writes.Hold();
        Tell(InsertJob.Of(Emails, "x"));
        Await(() => Journal.Writes.Held == 1);
        Time.Advance(TimeSpan.FromMilliseconds(250));
        Journal.Writes.Release();

        Assert.Equal(0.25, await _wait.Task.WaitAsync(Patience), precision: 6);
    }

    [Fact]
    public async Task A_node_whose_clock_is_behind_measures_no_less_than_the_queue()
    {
        var job = Given.Job().Claimed(Given.Noon.AddMilliseconds(40));
        AttemptTelemetry.Start(job, new FakeTimeProvider(Given.Noon.AddSeconds(-10)))?.End(JobResult.Complete());

        Assert.Equal(0.04, await _wait.Task.WaitAsync(Patience), precision: 6);
    }

    private protected override IActorRef StartEntity(GafferRuntime runtime) => base.StartEntity(_runtime = runtime);

    protected override void AfterAll()
    {
        _listener.Dispose();
        base.AfterAll();
    }
}
