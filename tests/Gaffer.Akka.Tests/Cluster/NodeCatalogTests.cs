using Gaffer.Tests.Spec;
using Xunit;
using Xunit.Abstractions;
using static Gaffer.Tests.ClusterKit;

namespace Gaffer.Tests;

/// <summary>The catalog of queues, asked by nodes that know different queues, while its node leaves or dies.</summary>
[Collection(SeveralNodes.Name)]
public sealed class NodeCatalogTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly ClusterKit _kit = new(output, canBeCut: true);
    private readonly WorkRecord _record = new();

    public async Task InitializeAsync()
    {
        await _kit.StartAsync(g => g.AddQueue("of-a", workers: _record.On("a")).AddQueue("shared", o => o with { Priority = 1 }, _record.On("a")));
        await _kit.StartAsync(g => g.AddQueue("of-b", workers: _record.On("b")).AddQueue("shared", o => o with { Priority = 2 }, _record.On("b")));
        await _kit.StartAsync(g => g.AddQueue("orphan").AddQueue("shared", o => o with { Priority = 3 }, _record.On("c")));
        await UntilAsync(() => _kit.Nodes.All(n => n.SeesUp == 3), "all see each other");
    }

    public Task DisposeAsync() => _kit.DisposeAsync().AsTask();

    [PostgresFact]
    public async Task All_nodes_see_all_queues_while_the_catalog_moves()
    {
        await SeenAsync("of-a:a of-b:b orphan: shared:abc", "orphan");
        Assert.All(await Task.WhenAll(_kit.Nodes.Select(n => n.Gaffer.GetQueueAsync("shared"))), q => Assert.Equal((3, 3), (q.Options.Priority, q.Version)));

        await _kit.Nodes[0].StopAsync();
        await SeenAsync("of-a: of-b:b orphan: shared:bc", "of-a orphan");
        await _kit.Nodes[1].Gaffer.CreateQueueAsync(new QueueOptions { Name = "new", OnFailed = "of-b" }).Soon();
        await Assert.ThrowsAsync<QueueHasJobsException>(() => _kit.Nodes[2].Gaffer.DeleteQueueAsync("of-b"));
        await _kit.Nodes[2].Gaffer.DeleteQueueAsync("of-a").Soon();

        await _kit.Nodes[1].KillAsync();
        await SeenAsync("new: of-b: orphan: shared:c", "new of-b orphan");
        Assert.True((await _kit.Nodes[2].Gaffer.CreateQueueAsync(new QueueOptions { Name = "new" }).Soon()).AlreadyExists);
    }

    [PostgresFact]
    public async Task Two_nodes_that_ensure_one_queue_in_two_ways_leave_it_in_one_of_them()
    {
        var gaffers = _kit.Nodes.Select(n => n.Gaffer).ToArray();
        for (var round = 0; round < 5; round++)
        {
            var name = new QueueName($"contested-{round}");
            await Task.WhenAll(gaffers.SelectMany((gaffer, n) => Enumerable.Range(0, 4).Select(_ => gaffer.EnsureQueueAsync(new QueueOptions { Name = name, Priority = n })))).Soon();

            var seen = await Task.WhenAll(gaffers.Select(g => g.GetQueueAsync(name))).Soon();
            Assert.Single(seen.Select(q => (q.Options.Priority, q.Version)).Distinct());
            var listed = new List<QueueSummary>();
            await foreach (var queue in gaffers[round % 3].ListQueuesAsync()) listed.Add(queue);
            Assert.Equal(seen[0].Options, Assert.Single(listed, q => q.Name == name).Options);
        }
    }

    /// <summary>Waits until each node that runs sees these queues, with the nodes that serve them.</summary>
    private async Task SeenAsync(string queues, string orphans)
    {
        foreach (var node in _kit.Nodes.Where(n => n.IsRunning))
        {
            var (seen, alone) = ("", "");
            await UntilAsync(
                async () =>
                {
                    (seen, alone) = ("", "");
                    try
                    {
                        await foreach (var queue in node.Gaffer.ListQueuesAsync()) seen += $" {queue.Name}:{string.Concat(queue.ServedBy.Select(s => _kit.Nodes.Single(n => n.Address.ToString() == s.Address).Name).Order())}";
                        alone = string.Join(' ', (await node.Gaffer.OrphanedQueuesAsync()).Select(q => q.Name.Value));
                    }
                    catch (GafferException e) when (e is GafferUnavailableException or GafferTimeoutException)
                    {
                        return false;
                    }

                    return seen.Trim() == queues && alone == orphans;
                },
                $"node {node.Name} sees '{queues}'");
        }
    }
}
