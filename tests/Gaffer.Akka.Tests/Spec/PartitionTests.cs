using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What queues of several partitions have beyond the rest of the specification, in real time: partitions take turns of a second.</summary>
public sealed class PartitionTests : IAsyncLifetime
{
    private static readonly QueueName Jobs = "jobs";
    private readonly IHost _host;

    public PartitionTests()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGaffer(static gaffer => gaffer.UseInMemory());
        _host = builder.Build();
    }

    private IGaffer Gaffer => _host.Services.GetRequiredService<IGaffer>();

    public Task InitializeAsync() => _host.StartAsync();

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, null)]
    [InlineData(3, 2)]
    public async Task Where_slots_and_permits_are_scarce_all_jobs_run_and_never_too_many_at_once(int maxWorkers, int? globalMaxWorkers)
    {
        var (running, most) = (0, 0);
        await ServeAsync(
            async (_, _) =>
            {
                var now = Interlocked.Increment(ref running);
                for (var seen = Volatile.Read(ref most); now > seen && Interlocked.CompareExchange(ref most, now, seen) != seen; seen = Volatile.Read(ref most))
                {
                }

                await Task.Yield();
                Interlocked.Decrement(ref running);
                return JobResult.Complete();
            },
            q => q with { Partitions = 4, MaxWorkers = maxWorkers, GlobalMaxWorkers = globalMaxWorkers is { } max ? max : WorkerLimit.Unlimited });
        await Gaffer.InsertManyAsync(Jobs, [.. Enumerable.Range(0, 200).Select(n => InsertJob.Of(Jobs, n))]).Soon();

        Assert.True((await Gaffer.FlushAsync(Jobs).Soon()).Flushed);

        Assert.Equal(200, (await Gaffer.GetInfoAsync(Jobs).Soon()).Completed.Count);
        Assert.InRange(most, 1, Math.Min(maxWorkers, globalMaxWorkers ?? int.MaxValue));
    }

    [Fact]
    public async Task A_slot_goes_to_another_partition_as_soon_as_nothing_runs_in_it()
    {
        await ServeAsync(static (_, _) => Task.FromResult(JobResult.Complete()), q => q with { Partitions = 2, MaxWorkers = 1 });
        var began = DateTime.UtcNow;
        for (var n = 0; n < 100; n++)
        {
            await Gaffer.InsertAsync(Jobs, n, new JobOptions { Id = JobPlace.At(JobId.New(), (ushort)(n % 2)) }).Soon();
            Assert.True((await Gaffer.FlushAsync(Jobs).Soon()).Flushed);
        }

        Assert.InRange(DateTime.UtcNow - began, TimeSpan.Zero, TimeSpan.FromSeconds(30)); // not a turn of a second for each
    }

    [Fact]
    public async Task Jobs_of_one_key_keep_their_order()
    {
        List<int> order = [];
        await ServeAsync(
            (job, _) =>
            {
                lock (order) order.Add(int.Parse(Encoding.UTF8.GetString(job.Job.Payload.Span), CultureInfo.InvariantCulture));
                return Task.FromResult(JobResult.Complete());
            },
            q => q with { Partitions = 4, MaxWorkers = 1 });
        await Gaffer.PauseAsync(Jobs).Soon();
        for (var n = 0; n < 20; n++) await Gaffer.InsertAsync(InsertJob.Of(Jobs, n, new JobOptions { PartitionKey = "customer-7" })).Soon();
        await Gaffer.ResumeAsync(Jobs).Soon();
        Assert.True((await Gaffer.FlushAsync(Jobs).Soon()).Flushed);
        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    private async Task ServeAsync(Func<JobContext, CancellationToken, Task<JobResult>> perform, Func<QueueOptions, QueueOptions> options)
    {
        await Gaffer.CreateQueueAsync(options(new QueueOptions { Name = Jobs })).Soon();
        await Gaffer.ServeAsync(Jobs, [JobWorker.FromDelegate(perform)]).Soon();
    }
}
