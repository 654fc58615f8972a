using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public sealed class HostPatternTests
{
    [Theory]
    [InlineData("ops.example", "OPS.example", true)]
    [InlineData("ops.example.", "ops.example", true)]
    [InlineData("ops.example", "ops.example.", true)]
    [InlineData("bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("BÜCHER.example.", "xn--bcher-kva.example", true)]
    [InlineData("*.bücher.example", "a.xn--bcher-kva.example", true)]
    [InlineData("*.corp.example.", "a.corp.example", true)]
    [InlineData("*.corp.example", "corp.example", false)]
    [InlineData("*.corp.example", "acorp.example", false)]
    [InlineData("bücher.example", "bucher.example", false)]
    [InlineData("::1", "::1", true)]
    public void It_fits_a_host_as_browsers_ask_for_it(string pattern, string host, bool fits)
    {
        Assert.True(HostPattern.IsValid(pattern));
        Assert.Equal(fits, HostPattern.Fits(pattern, host));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("*.")]
    [InlineData("*")]
    [InlineData("a.*.example")]
    [InlineData("ops.example:8080")]
    [InlineData("ops..example")]
    public void What_is_no_name_is_refused(string pattern) => Assert.False(HostPattern.IsValid(pattern));
}
