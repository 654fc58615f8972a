using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class DemoArgumentsTests
{
    [Fact]
    public void A_folder_alone_takes_the_defaults() =>
        Assert.Equal(new DemoArguments.Run("src", null, DemoArguments.WorkersPerCore * Environment.ProcessorCount), DemoArguments.Parse(["src"]));

    [Theory]
    [InlineData("src", "--workers", "3", "--data", "x.db")]
    [InlineData("--workers=3", "--data=x.db", "src")]
    [InlineData("--data", "x.db", "--workers=3", "--", "src")]
    public void Options_stand_anywhere_with_a_space_or_an_equals_sign(params string[] args) =>
        Assert.Equal(new DemoArguments.Run("src", "x.db", 3), DemoArguments.Parse(args));

    [Theory]
    [InlineData(null, "src")]
    [InlineData(false, "src", "--once")]
    [InlineData(true, "--follow", "src")]
    public void Whether_it_follows_the_folder_is_said_or_left_to_the_terminal(bool? follow, params string[] args) =>
        Assert.Equal(follow, Assert.IsType<DemoArguments.Run>(DemoArguments.Parse(args)).Follow);

    [Theory]
    [InlineData(true, null, "src", "--dashboard", "local")]
    [InlineData(false, null, "src", "--dashboard=off")]
    [InlineData(true, 0, "src", "--port=0")]
    [InlineData(true, 9000, "--port", "9000", "src")]
    public void The_dashboard_may_be_off_or_have_a_port_of_its_own(bool has, int? port, params string[] args)
    {
        var run = Assert.IsType<DemoArguments.Run>(DemoArguments.Parse(args));
        Assert.Equal((has, port), (run.HasDashboard, run.Port));
    }

    [Fact]
    public void The_help_names_each_option_that_completion_knows()
    {
        Assert.All(DemoArguments.Options, option => Assert.Contains($"  {option} ", DemoArguments.Help, StringComparison.Ordinal));
        Assert.All(DemoArguments.Options, option => Assert.DoesNotContain("There is no", Assert.IsType<DemoArguments.Wrong>(DemoArguments.Parse([option])).Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void After_two_dashes_a_folder_may_begin_with_a_dash() =>
        Assert.Equal("-folder", Assert.IsType<DemoArguments.Run>(DemoArguments.Parse(["--", "-folder"])).Folder);

    [Fact]
    public void A_value_may_hold_an_equals_sign() =>
        Assert.Equal("a=b.db", Assert.IsType<DemoArguments.Run>(DemoArguments.Parse(["src", "--data=a=b.db"])).Data);

    [Theory]
    [InlineData("--help")]
    [InlineData("src", "-h")]
    public void Help_comes_before_everything(params string[] args) => Assert.IsType<DemoArguments.ShowHelp>(DemoArguments.Parse(args));

    [Theory]
    [InlineData("Which folder?")]
    [InlineData("Which folder?", "")]
    [InlineData("One folder, please: 'a' or 'b'?", "a", "b")]
    [InlineData("There is no option '--worker'.", "a", "--worker", "3")]
    [InlineData("--workers needs a number from 1 to 1024.", "a", "--workers")]
    [InlineData("--workers needs a number from 1 to 1024.", "a", "--workers", "0")]
    [InlineData("--workers needs a number from 1 to 1024.", "a", "--workers=1025")]
    [InlineData("--workers needs a number from 1 to 1024.", "a", "--workers=-1")]
    [InlineData("--data needs the path of a file.", "a", "--data")]
    [InlineData("--data needs the path of a file.", "a", "--data=")]
    [InlineData("--port needs a number from 0 to 65535.", "a", "--port", "65536")]
    [InlineData("--dashboard needs local or off.", "a", "--dashboard", "anybody")]
    [InlineData("--port is for the dashboard, and --dashboard is off.", "a", "--port=1", "--dashboard=off")]
    [InlineData("There is no option '--once=1'.", "a", "--once=1")]
    public void What_is_wrong_is_said_in_words(string problem, params string[] args) =>
        Assert.Equal(problem, Assert.IsType<DemoArguments.Wrong>(DemoArguments.Parse(args)).Problem);
}
