using System.Text;
using Gaffer.Node;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public sealed class JobInserterTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Jobs_wait_no_longer_for_others_than_their_patience_lasts()
    {
        await using var node = await Receiver.StartAsync(http => http.Response.WriteAsJsonAsync(new { inserted = 1, duplicates = 0 }));
        using var api = new ApiClient(new Uri(node.Url, "/gaffer"), []);
        var inserter = new JobInserter(api, "work", static (_, _) => { }, _time);
        await inserter.WaitAsync(_more.Task, CancellationToken.None).WaitAsync(Long);       // there is none yet: whoever reads may wait as long as it takes
        await inserter.AddAsync(Job(1), CancellationToken.None);
        _time.Advance(JobInserter.Patience / 2);
        await inserter.AddAsync(Job(2), CancellationToken.None);

        var waits = inserter.WaitAsync(_more.Task, CancellationToken.None);
        _time.Advance(JobInserter.Patience / 2 - TimeSpan.FromMilliseconds(1));
        Assert.False(waits.IsCompleted);
        Assert.Empty(node.All);
        Assert.Equal(1, inserter.Pending);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await waits.WaitAsync(Long);
        Assert.Equal("1\n2\n", Encoding.UTF8.GetString(Assert.Single(node.All).Body));
        Assert.Null(inserter.Pending);
    }

    [Fact]
    public async Task Jobs_wait_for_others_that_are_there_in_time_and_for_nobody_after_a_stop()
    {
        using var api = new ApiClient(new Uri("http://127.0.0.1:1/gaffer"), []);
        using var stop = new CancellationTokenSource();
        var inserter = new JobInserter(api, "work", static (_, _) => { }, _time);
        await inserter.AddAsync(Job(1), stop.Token);
        var stops = inserter.WaitAsync(_more.Task, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stops.WaitAsync(Long));

        var waits = inserter.WaitAsync(_more.Task, CancellationToken.None);
        _more.SetResult();
        await waits.WaitAsync(Long);
        Assert.Equal(1, inserter.Pending);
    }

    private static PendingJob Job(int line) => new(line, Encoding.UTF8.GetBytes($"{line}"));
}
