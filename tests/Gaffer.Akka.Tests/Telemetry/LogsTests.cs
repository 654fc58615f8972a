using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What a sink of the host is given.</summary>
public sealed class LogsTests
{
    private readonly LogProbe _log = new();

    [Fact]
    public async Task A_worker_that_throws_is_logged_with_its_exception_job_and_attempt()
    {
        var thrown = new InvalidDataException("no such mailbox");
        using var host = await StartAsync(gaffer => gaffer.AddQueue<string>("mail", (job, _) => job.AttemptNumber == 1 ? throw thrown : Task.FromResult(JobResult.Complete()), Quick));

        var job = (await host.Gaffer().InsertAsync("mail", "secret", new() { Kind = JobWorker.DefaultKind })).Job;

        var entry = await _log.TheAsync("AttemptThrew");
        Assert.Equal(("Gaffer.Jobs", LogLevel.Warning, 3004), (entry.Category, entry.Level, entry.Id.Id));
        Assert.Same(thrown, entry.Thrown);
        Assert.Equal(("mail", job.Id.ToString(), JobWorker.DefaultKind, "1", "3", "no such mailbox"), (entry["Queue"], entry["Job"], entry["Kind"], entry["Attempt"], entry["MaxAttempts"], entry["Reason"]));
        Assert.Equal($"Attempt 1 of 3 of job {job.Id} ({JobWorker.DefaultKind}) of queue mail threw: no such mailbox", entry.Text);
        await ClusterKit.UntilAsync(async () => (await host.Gaffer().GetJobAsync("mail", job.Id)).State == JobState.Completed, "the job is completed");
        Assert.DoesNotContain(_log.Entries, e => e.Level < LogLevel.Information || e.Text.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_attempt_is_logged_where_that_is_asked_for()
    {
        using var host = await StartAsync(gaffer => gaffer.AddQueue<string>("mail", (_, _) => Task.FromResult(JobResult.FailForGood("no address")), Quick), LogLevel.Debug);

        var job = (await host.Gaffer().InsertAsync("mail", "x")).Job;

        var (started, ended) = (await _log.TheAsync("AttemptStarted"), await _log.TheAsync("AttemptFailed"));
        Assert.Equal((LogLevel.Debug, 3001, job.Id.ToString(), "1"), (started.Level, started.Id.Id, started["Job"], started["Attempt"]));
        Assert.Equal((LogLevel.Debug, 3003, job.Id.ToString(), "no address"), (ended.Level, ended.Id.Id, ended["Job"], ended["Reason"]));
        Assert.DoesNotContain(_log.Entries, e => e.Id.Name == "AttemptThrew");   // the worker meant it
    }

    [Fact]
    public async Task Who_serves_a_queue_is_logged_with_the_kinds_of_its_workers()
    {
        using var host = await StartAsync(gaffer => gaffer.AddQueue("mail", Quick, Idle("letter"), Idle("parcel")));

        var entry = await _log.TheAsync("QueueServed");

        Assert.Equal(("Gaffer.Queues", LogLevel.Information, 1004, "mail"), (entry.Category, entry.Level, entry.Id.Id, entry["Queue"]));
        Assert.EndsWith("kinds [letter, parcel]", entry.Text, StringComparison.Ordinal);

        static JobWorker Idle(string kind) => JobWorker.FromDelegate<string>((_, _) => Task.FromResult(JobResult.Complete()), kind);
    }

    [Fact]
    public async Task Partitions_have_the_queue_and_their_own_name()
    {
        using var host = await StartAsync(gaffer => gaffer.AddQueue<string>("mail", (_, _) => Task.FromResult(JobResult.Complete()), options => options with { Partitions = 3 }));
        await ClusterKit.UntilAsync(() => _log.Entries.Count(e => e.Id.Name == "WorkStarted") == 3, "the node works for all partitions");

        var entries = _log.Entries.Where(e => e.Id.Name == "WorkStarted").ToList();

        Assert.All(entries, e => Assert.Equal(("Gaffer.Workers", "mail"), (e.Category, e["Queue"])));
        Assert.Equal(["mail", "mail~1", "mail~2"], entries.Select(e => e["Partition"]).Order(StringComparer.Ordinal));
        Assert.Contains(entries, e => e.Text.StartsWith("Queue mail~1: this node works for it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_Akka_says_and_what_we_say_comes_once()
    {
        using var host = await StartAsync(gaffer => gaffer.AddQueue<string>("mail", (_, _) => Task.FromResult(JobResult.Complete())));

        await _log.TheAsync("WorkStarted");
        await host.StopAsync();

        Assert.Single(_log.Entries, e => e.Text.Contains("this node works for it", StringComparison.Ordinal));
        Assert.Contains(_log.Entries, e => e.Category == "Akka.Actor.ActorSystem" && e.Text.Contains("akka://gaffer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_filter_of_the_host_counts_and_Akkas_level_does_not()
    {
        using var host = await StartAsync(
            gaffer => gaffer.AddQueue<string>("mail", (_, _) => Task.FromResult(JobResult.Complete()), Quick),
            builder => builder.Logging.SetMinimumLevel(LogLevel.Debug).AddFilter("Gaffer", LogLevel.Warning).AddFilter("Gaffer.Jobs", LogLevel.Debug));

        await host.Gaffer().InsertAsync("mail", "x");

        await _log.TheAsync("AttemptEnded");   // Akka's own level is INFO
        Assert.DoesNotContain(_log.Entries, e => e.Id.Name == "WorkStarted");
    }

    [Fact]
    public async Task A_sink_that_throws_stops_no_queue_and_no_job()
    {
        using var host = await StartAsync(
            gaffer => gaffer.AddQueue<string>("mail", (job, _) => job.AttemptNumber == 1 ? throw new InvalidDataException() : Task.FromResult(JobResult.Complete()), Quick),
            builder => builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(new BrokenSink()));

        var job = (await host.Gaffer().InsertAsync("mail", "x")).Job;

        await ClusterKit.UntilAsync(async () => (await host.Gaffer().GetJobAsync("mail", job.Id)).State == JobState.Completed, "the job is completed");
        await _log.TheAsync("AttemptThrew");   // the other sinks have it
    }

    [Fact]
    public void What_is_not_logged_costs_no_allocation()
    {
        var log = GafferLogs.To(_log.ToFactory());
        var job = Given.Job();
        var result = JobResult.Complete();
        for (var i = 0; i < 1000; i++) Say();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Say();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Empty(_log.Entries);

        void Say()
        {
            log.Jobs.Started(job);
            log.Jobs.Ended(job, result);
        }
    }

    private static QueueOptions Quick(QueueOptions options) => options with { MaxAttempts = 3, Backoff = Backoff.Fixed(TimeSpan.Zero) };

    private Task<IHost> StartAsync(Action<GafferBuilder> configure, LogLevel minimum = LogLevel.Information) => StartAsync(configure, builder => builder.Logging.SetMinimumLevel(minimum));

    private async Task<IHost> StartAsync(Action<GafferBuilder> configure, Action<HostApplicationBuilder> logging)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(_log);
        logging(builder);
        builder.Services.AddGaffer(gaffer => configure(gaffer.UseInMemory()));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class BrokenSink : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Gaffer.", StringComparison.Ordinal) ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => throw new IOException("the disk of the log is full");

        public void Dispose()
        {
        }
    }
}

internal static class LoggedHost
{
    public static IGaffer Gaffer(this IHost host) => host.Services.GetRequiredService<IGaffer>();
}
