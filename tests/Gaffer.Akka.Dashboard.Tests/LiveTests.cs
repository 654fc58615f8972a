using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Dashboard.Tests;

public sealed class LiveTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_stream_begins_with_all_and_goes_on_with_what_is_new()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.PerformAsync("before");
        using var events = new StreamReader(await host.Http.GetStreamAsync(new Uri("events", UriKind.Relative)));
        var (name, hello) = await NextAsync(events);
        Assert.Equal("hello", name);
        Assert.Equal(1, Queue(hello, "work").GetProperty("counts").GetProperty("completed").GetInt32());
        Assert.Equal("up", hello.GetProperty("nodes")[0].GetProperty("status").GetString());
        Assert.Equal(4, hello.GetProperty("nodes")[0].GetProperty("capacity").GetInt32());

        await host.PerformAsync("meanwhile");
        JsonElement tick;
        do (name, tick) = await NextAsync(events);
        while (Queue(tick, "work").GetProperty("counts").GetProperty("completed").GetInt32() < 2);
        Assert.Equal("tick", name);
    }

    [Fact]
    public async Task Who_comes_when_too_many_listen_is_told_when_to_come_again()
    {
        await using var host = await DashboardHost.StartAsync();
        var live = Broadcaster.Of(host.Gaffer, new NodeReader(host.System), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        for (var i = 0; i < Broadcaster.MostListeners; i++) Assert.NotNull(live.Listen());
        using var response = await host.GetAsync("events");
        await DashboardHost.ProblemAsync(response, 503, "unavailable");
        Assert.Equal(TimeSpan.FromSeconds(10), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Listeners_share_readings_and_without_any_nothing_is_read()
    {
        var time = new FakeTimeProvider(Noon);
        await using var host = await DashboardHost.StartAsync(build: b => b.Services.AddSingleton<TimeProvider>(time));
        var live = Broadcaster.Of(host.Gaffer, new NodeReader(host.System), time, NullLogger.Instance, CancellationToken.None);
        Assert.False(live.IsRunning);
        using (var first = new StreamReader(await host.Http.GetStreamAsync(new Uri("events", UriKind.Relative))))
        using (var second = new StreamReader(await host.Http.GetStreamAsync(new Uri("events", UriKind.Relative))))
        {
            Assert.Equal(("hello", "hello"), ((await NextAsync(first)).Name, (await NextAsync(second)).Name));
            Assert.Equal(1, live.Readings);
            for (var tick = 1; tick <= 3; tick++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(("tick", "tick"), ((await NextAsync(first)).Name, (await NextAsync(second)).Name));
                Assert.Equal(1 + tick, live.Readings);
            }
        }

        while (live.IsRunning)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var readings = live.Readings;
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(readings, live.Readings);
        Assert.NotEqual(JsonValueKind.Undefined, (await host.JsonAsync("GET", "overview")).ValueKind);
        Assert.True(live.IsRunning);
    }

    [Fact]
    public async Task All_listeners_are_sent_the_same_bytes()
    {
        await using var host = await DashboardHost.StartAsync();
        var live = Broadcaster.Of(host.Gaffer, new NodeReader(host.System), TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        var (first, second) = (live.Listen()!, live.Listen()!);
        var (one, other) = (await first.Reader.ReadAsync().AsTask().WaitAsync(DashboardHost.Soon), await second.Reader.ReadAsync().AsTask().WaitAsync(DashboardHost.Soon));
        Assert.Same(one.Bytes, other.Bytes);
        Assert.StartsWith("event: tick\ndata: {\"sample\":", System.Text.Encoding.UTF8.GetString(one.Bytes), StringComparison.Ordinal);
        live.Leave(first);
        live.Leave(second);
    }

    [Fact]
    public async Task A_reading_that_fails_in_a_new_way_leaves_nobody_waiting()
    {
        await using var host = await DashboardHost.StartAsync();
        var live = Broadcaster.Of(host.Gaffer, null!, TimeProvider.System, NullLogger.Instance, CancellationToken.None);      // nobody can read the nodes
        var listener = live.Listen()!;
        await Assert.ThrowsAsync<NullReferenceException>(() => live.ReadAsync(CancellationToken.None).WaitAsync(DashboardHost.Soon));
        await listener.Reader.Completion.WaitAsync(DashboardHost.Soon);
        Assert.False(live.IsRunning);
    }

    [Fact]
    public async Task All_queues_together_have_two_seconds_to_answer()
    {
        var time = new FakeTimeProvider(Noon);
        var gaffer = DispatchProxy.Create<IGaffer, Mute>();
        var all = Enumerable.Range(0, 100).Select(i => new QueueSummary($"q{i}", "memory", new QueueOptions { Name = "q" }, [])).ToArray();
        var reading = new QueueReader(gaffer, time).ReadAsync(all, CancellationToken.None);
        await ((Mute)(object)gaffer).Asked.WaitAsync(DashboardHost.Soon);
        time.Advance(TimeSpan.FromSeconds(2));
        var answers = await reading.WaitAsync(DashboardHost.Soon);
        Assert.Equal(all.Select(q => q.Name), answers.Select(a => a.Queue.Name));
        Assert.All(answers, a => Assert.Contains("2 s", a.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Rates_are_those_of_the_last_seconds()
    {
        var book = new RateBook();
        Assert.Null(book.Write([Info(0, inserted: 100, completed: 50)]));
        Assert.Null(book.Of("q"));
        var news = book.Write([Info(1, inserted: 110, completed: 55)]);
        Assert.Equal((10, 5), (news!.Value.Rates()!.Inserted, news.Value.Rates()!.Completed));
        book.Write([Info(3, inserted: 110, completed: 60)]);
        Assert.Equal((3, 3.33, 3.33), (book.Of("q")!.Seconds, book.Of("q")!.Inserted, book.Of("q")!.Completed));
        for (var second = 4; second < 20; second++) book.Write([Info(second, inserted: 110, completed: 60)]);
        Assert.Equal(0, book.Of("q")!.Inserted);
    }

    [Fact]
    public void A_queue_that_moved_has_no_negative_rates()
    {
        var book = new RateBook();
        book.Write([Info(0, inserted: 1000, completed: 1000)]);
        var news = book.Write([Info(1, inserted: 5, completed: 2, since: Noon.AddSeconds(0.5))]);
        Assert.Equal(0, news!.Value.Rates()!.Inserted);
        Assert.Equal(3, book.Write([Info(2, inserted: 8, completed: 2, since: Noon.AddSeconds(0.5))])!.Value.Rates()!.Inserted);
    }

    [Fact]
    public void After_a_pause_of_the_watch_rates_begin_again()
    {
        var book = new RateBook();
        book.Write([Info(0, inserted: 0, completed: 0)]);
        Assert.Null(book.Write([Info(60, inserted: 6000, completed: 0)]));
        Assert.Equal(5, book.Write([Info(61, inserted: 6005, completed: 0)])!.Value.Rates()!.Inserted);
        book.Write([]);
        Assert.Null(book.Of("q"));
    }

    private static QueueInfo Info(double second, long inserted, long completed, DateTimeOffset? since = null)
    {
        var none = new StateInfo(0, null, null);
        return new("q", QueueStatus.Active, none, none, none, none, none, 0, 0, 0, 0, 1, WorkerLimit.Unlimited, [], Noon.AddSeconds(second))
        {
            Totals = new QueueTotals { Inserted = inserted, Completed = completed, Since = since ?? Noon },
        };
    }

    private static JsonElement Queue(JsonElement view, string name) => view.GetProperty("queues").EnumerateArray().Single(q => q.GetProperty("name").GetString() == name);

    private static async Task<(string Name, JsonElement Data)> NextAsync(StreamReader events)
    {
        var name = "";
        while (await events.ReadLineAsync().WaitAsync(DashboardHost.Soon) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) return (name, JsonElement.Parse(line[6..]));
        }

        throw new EndOfStreamException("The stream ended.");
    }

    /// <summary>Its queues never answer.</summary>
    public class Mute : DispatchProxy
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Assert.Equal(nameof(IGaffer.GetInfoAsync), targetMethod?.Name);
            _asked.TrySetResult();
            return NeverAsync((CancellationToken)args![1]!);
        }

        private static async Task<QueueInfo> NeverAsync(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            throw new OperationCanceledException(stop);
        }
    }
}
