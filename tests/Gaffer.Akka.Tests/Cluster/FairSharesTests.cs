using CsCheck;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Who gets how many permits.</summary>
public class FairSharesTests
{
    [Theory]
    [InlineData(10, new[] { 3, 4 }, new[] { 3, 4 })]
    [InlineData(10, new[] { 20, 20 }, new[] { 5, 5 })]
    [InlineData(10, new[] { 1, 20, 20 }, new[] { 1, 5, 4 })]
    [InlineData(10, new[] { 20, 0, 4, 20 }, new[] { 4, 0, 3, 3 })]
    [InlineData(2, new[] { 5, 5, 5 }, new[] { 1, 1, 0 })]
    [InlineData(0, new[] { 5, 5 }, new[] { 0, 0 })]
    [InlineData(7, new int[0], new int[0])]
    public void Nobody_gets_more_than_it_wants_and_the_rest_is_equal(int total, int[] wants, int[] shares) =>
        Assert.Equal(shares, FairShares.Divide(total, wants));

    [Fact]
    public void No_permit_is_left_while_one_is_wanted_and_none_is_given_twice() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 20].Array[0, 8]).Sample((total, wants) =>
        {
            var shares = FairShares.Divide(total, wants);
            Assert.Equal(Math.Min(total, wants.Sum()), shares.Sum());
            Assert.All(shares.Select((share, i) => (share, want: wants[i])), s => Assert.InRange(s.share, 0, s.want));
            var unmet = shares.Where((s, i) => s < wants[i]).ToArray();
            if (unmet.Length > 0) Assert.True(shares.Max() - unmet.Min() <= 1, "somebody who wants more has less than another");
        });
}
