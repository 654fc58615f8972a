using System.Text.Json;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public sealed class EventStreamTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _problems = [];

    [Fact]
    public async Task A_connection_that_falls_silent_is_given_up_and_opened_again()
    {
        var connections = 0;
        var more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = await Receiver.StartAsync(http => SayAsync(http, Interlocked.Increment(ref connections), more.Task));
        using var api = Client(node);
        await using var ticks = new EventStream(api, _time).ReadAsync(_problems.Add, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await ticks.MoveNextAsync().AsTask().WaitAsync(Long));
        Assert.Equal(1, ticks.Current.GetProperty("n").GetInt32());

        var next = ticks.MoveNextAsync().AsTask();
        _time.Advance(EventStream.LongestWait - TimeSpan.FromSeconds(1));
        more.SetResult();
        Assert.True(await next.WaitAsync(Long));                    // what is given up says nothing more
        Assert.Equal(1, ticks.Current.GetProperty("n").GetInt32());
        Assert.Empty(_problems);

        next = ticks.MoveNextAsync().AsTask();
        _time.Advance(EventStream.LongestWait);
        await UntilAsync(() => Volatile.Read(ref connections) == 2);
        Assert.True(await next.WaitAsync(Long));
        Assert.Equal(2, ticks.Current.GetProperty("n").GetInt32());
        Assert.Contains("has said nothing for 10 s", Assert.Single(_problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_accepts_and_never_answers_does_not_hold_the_watch()
    {
        await using var node = await Receiver.StartAsync(http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var api = Client(node);
        await using var ticks = new EventStream(api, _time).ReadAsync(_problems.Add, CancellationToken.None).GetAsyncEnumerator();
        var next = ticks.MoveNextAsync().AsTask();
        _time.Advance(EventStream.LongestWait);
        Assert.Equal(ExitCode.Unreachable, (await Assert.ThrowsAsync<ApiException>(() => next.WaitAsync(Long))).Code);
    }

    private static ApiClient Client(Receiver node) => new(new Uri(node.Url, "/gaffer"), []);

    /// <summary>Says a word, and the same again when there is more.</summary>
    private static async Task SayAsync(HttpContext http, int n, Task more)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var when in new[] { Task.CompletedTask, more })
        {
            await when;
            await http.Response.WriteAsync($"event: tick\ndata: {JsonSerializer.Serialize(new { n })}\n\n");
            await http.Response.Body.FlushAsync();
        }

        await Task.Delay(Timeout.Infinite, http.RequestAborted);
    }

    /// <summary>Time goes on in small steps until something has happened.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Long);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
