using System.Collections.Concurrent;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>The database fails while callers insert.</summary>
public sealed class PostgresOutageTests
{
    [PostgresFact]
    [Trait("spec", "S-165")]
    public async Task An_outage_of_the_database_is_told_at_once_and_ends_by_itself()
    {
        using var server = PostgresServer.StartOwn();
        await using var node = await OwnNode.StartAsync(g => g.UsePostgres(server.NewDatabase()).AddQueue("jobs"), ("Client:Timeout", "5s"), ("Queue:RestartMax", "1s"));
        var acknowledged = new ConcurrentBag<JobId>();
        var failed = new ConcurrentBag<GafferException>();
        using var over = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(_ => Task.Run(InsertAsync)).ToArray();
        await UntilAsync(() => acknowledged.Count > 100);

        server.Kill();
        await UntilAsync(() => failed.Count > 20);
        var during = acknowledged.Count;
        server.Restart();
        await UntilAsync(() => acknowledged.Count > during + 100);
        await over.CancelAsync();
        await Task.WhenAll(callers).Soon();

        Assert.All(failed, e => Assert.True(e is GafferUnavailableException or GafferTimeoutException, e.ToString()));
        Assert.Contains(failed, e => e is GafferUnavailableException);
        HashSet<JobId> stored = [];
        await foreach (var job in node.Gaffer.ListAsync("jobs")) stored.Add(job.Id);
        Assert.Empty(acknowledged.Except(stored));

        async Task InsertAsync()
        {
            using var breath = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!over.IsCancellationRequested)
            {
                try
                {
                    acknowledged.Add((await node.Gaffer.InsertAsync("jobs", "payload")).Job.Id);
                }
                catch (GafferException e)
                {
                    failed.Add(e);
                    await breath.WaitForNextTickAsync();
                }
            }
        }
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var deadline = DateTime.UtcNow + (2 * Patience.Longest);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < deadline, "It did not come to that in time.");
            await look.WaitForNextTickAsync();
        }
    }
}
