using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>What is left in a database of a queue that was deleted.</summary>
public class DeletedQueueTests
{
    private const string Jobs = "persistence_id LIKE 'gaffer-queue-jobs%'";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_few_bytes_stay_for_each_partition(int partitions)
    {
        using var file = new OwnFile();
        await using var node = await OwnNode.StartAsync(g => g.UseSqlite(file.Path).AddQueue("jobs", q => q with { Partitions = partitions }), ("Queue:SnapshotFloor", "20kB"), ("Queue:SnapshotPart", "10kB"));
        await node.Gaffer.InsertManyAsync("jobs", [.. Enumerable.Range(0, 300).Select(n => InsertJob.Of("jobs", new string('x', 1000)))]);
        await Until(() => file.Count($"SELECT COUNT(*) FROM gaffer_snapshot WHERE {Jobs} AND persistence_id LIKE '%/part-5'") == partitions);

        Assert.Equal(300, await node.Gaffer.DeleteQueueAsync("jobs", DeleteMode.Purge));

        await Until(() => file.Count($"SELECT COUNT(*) FROM gaffer_snapshot WHERE {Jobs}") == partitions && file.Count($"SELECT COUNT(*) FROM gaffer_journal WHERE {Jobs} AND deleted = 0") == 0);
        Assert.InRange(file.Count($"SELECT COUNT(*) FROM gaffer_journal WHERE {Jobs}"), 0, partitions); // the number of the last
        Assert.InRange(file.Count($"SELECT (SELECT SUM(LENGTH(snapshot)) FROM gaffer_snapshot WHERE {Jobs}) + (SELECT COALESCE(SUM(LENGTH(message)), 0) FROM gaffer_journal WHERE {Jobs})"), 1, 500 * partitions);
    }

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(20, patience.Token);
    }
}
