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
    public void What_is_wrong_is_said_in_words(string problem, params string[] args) =>
        Assert.Equal(problem, Assert.IsType<DemoArguments.Wrong>(DemoArguments.Parse(args)).Problem);
}
