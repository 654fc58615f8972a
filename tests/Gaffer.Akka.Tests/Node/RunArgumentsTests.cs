using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class RunArgumentsTests
{
    [Fact]
    public void Options_are_keys_of_the_configuration_and_lists_add_up()
    {
        var run = Assert.IsType<RunArguments.Run>(RunArguments.Parse(["--host", "a", "--port=1", "--seed", "a:1,b:1", "--seed", "c:1", "--settings", "f.json", "--postgres=Host=x;Port=1"]));
        Assert.Equal("f.json", run.File);
        Assert.Equal(
            new Dictionary<string, string?> { ["GafferNode:Host"] = "a", ["GafferNode:Port"] = "1", ["GafferNode:Seeds"] = "a:1,b:1,c:1", ["Gaffer:Storage:Postgres"] = "Host=x;Port=1" },
            run.Settings);
    }

    [Theory]
    [InlineData("There is no option '--hots'.", "--hots", "x")]
    [InlineData("There is no option 'x'.", "x")]
    [InlineData("--host needs a value.", "--host")]
    [InlineData("--settings needs a value.", "--settings=")]
    [InlineData("--host is there twice.", "--host", "a", "--host", "b")]
    public void What_is_wrong_is_said_in_words(string problem, params string[] args) =>
        Assert.Equal(problem, Assert.IsType<RunArguments.Wrong>(RunArguments.Parse(args)).Problem);

    [Fact]
    public void The_help_has_each_setting() => Assert.All(NodeSetting.All, setting =>
    {
        Assert.Contains($"  {setting.Option} ", RunArguments.Help, StringComparison.Ordinal);
        Assert.Contains($" {setting.Variable} ", RunArguments.Help, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("How many jobs?", "work")]
    [InlineData("'0' is no number of jobs, 1 to 10000.", "work", "0")]
    [InlineData("There is no option '--jobs' of work.", "work", "--jobs", "3")]
    [InlineData("There is no option '--queue' of status.", "status", "--queue", "x")]
    [InlineData("--milliseconds needs a number from 0 to 3600000.", "work", "3", "--milliseconds", "x")]
    [InlineData(ApiOptions.NoToken, "status", "--token", "a\nb")]
    [InlineData(ApiOptions.NoToken, "status", "--token", "schlüssel")]
    [InlineData(ApiOptions.NoToken, "work", "3", "--token", "two words")]
    [InlineData("--http needs hosts and ports, such as 127.0.0.1:8080.", "status", "--http", ",")]
    public void So_it_is_for_the_other_commands(string problem, params string[] args) =>
        Assert.Equal(problem, Assert.IsType<OperateArguments.Wrong>(OperateArguments.Parse(args)).Problem);

    [Fact]
    public void Work_may_be_asked_of_several_nodes()
    {
        var work = Assert.IsType<OperateArguments.Work>(OperateArguments.Parse(["work", "--http", "127.0.0.1:1,127.0.0.1:2", "7", "--milliseconds", "5", "--rounds", "9", "--text", "t", "--queue", "q"]));
        Assert.Equal(["http://127.0.0.1:1/", "http://127.0.0.1:2/"], work.Nodes.Select(n => n.ToString()));
        Assert.Equal((7, "q", new DigestTask("t", 9, 5)), (work.Order.Jobs, work.Order.Queue, work.Order.Task));
    }
}
