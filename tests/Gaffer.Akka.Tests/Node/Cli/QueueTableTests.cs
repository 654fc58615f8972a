using System.Text.Json;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class QueueTableTests
{
    [Theory]
    [InlineData("12 of 12", "null", "4", "4", "4")]
    [InlineData("12 of 100", "100", "null", "4", "4")]
    [InlineData("12 of 8", "100", "4", "4")]
    [InlineData("12 of 5", "5", "4", "4", "4")]
    [InlineData("12 of any", "null", "4", "null", "4")]
    [InlineData("12 of 0", "null")]
    public void Its_workers_are_those_of_all_nodes_together(string workers, string everywhere, params string[] onNodes)
    {
        var nodes = string.Join(',', onNodes.Select((max, n) => $$"""{"node":"10.0.0.{{n}}:4053","active":4,"max":{{max}},"zombies":0,"kinds":["default"]}"""));
        var queue = JsonSerializer.Deserialize<JsonElement>($$"""{ "name": "work", "status": "active", "workers": { "active": 12, "max": 4, "globalMax": {{everywhere}}, "zombies": 0, "nodes": [{{nodes}}] } }""");
        Assert.Contains($"  {workers}", QueueCommands.Table([ApiClient.Read<Gaffer.Node.QueueAnswer>(queue)]), StringComparison.Ordinal);
    }
}
