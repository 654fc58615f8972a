using Akka.Actor;
using Akka.TestKit;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What a queue's actor has exported of itself.</summary>
[Collection(nameof(Alone))]
public sealed class QueueTelemetryTests : QueueTestKit
{
    private readonly List<MetricSnapshot> _metrics = [];
    private readonly MeterProvider _meters;
    private readonly TestProbe _region;

    public QueueTelemetryTests()
    {
        _region = CreateTestProbe("region");
        _meters = Sdk.CreateMeterProviderBuilder().AddMeter(GafferTelemetry.Name).AddInMemoryExporter(_metrics).Build();
    }

    [Fact]
    public void A_rescue_is_counted_from_zero_on()
    {
        Start();
        var workers = Serve(Node("a:1"));
        Insert();
        workers.Job();
        Assert.Equal(0, Sum("gaffer.jobs.rescued"));

        workers.Die();
        Await(() => Info().Available.Count == 1);

        Assert.Equal(1, Sum("gaffer.jobs.rescued"));
    }

    [Fact]
    public void A_forward_is_counted_until_its_target_has_it()
    {
        Start(new QueueOptions { Name = Emails, MaxAttempts = 1, OnFailed = "dead" });
        var workers = Serve(Node("a:1"));
        Insert();
        workers.End(workers.Job(), JobResult.Fail("no"));
        var forward = Assert.Single(_region.ExpectMsg<QueueCalls>(Patience).Calls);
        Await(() => Sum("gaffer.queue.forwards") == 1);

        Queue.Tell(new QueueAnswers("dead", [new QueueAnswer(forward.Id, new InsertResult(Given.Job(), IsDuplicate: false))]), _region);

        Await(() => Sum("gaffer.queue.forwards") == 0);
    }

    private protected override IActorRef StartEntity(GafferRuntime runtime)
    {
        runtime.QueueRegion = _region;
        return base.StartEntity(runtime);
    }

    private long Sum(string name)
    {
        _metrics.Clear();
        Assert.True(_meters.ForceFlush());
        return _metrics.Single(m => m.Name == name).Of(Emails.Value)[""].GetSumLong();
    }

    protected override void AfterAll()
    {
        _meters.Dispose();
        base.AfterAll();
    }
}
