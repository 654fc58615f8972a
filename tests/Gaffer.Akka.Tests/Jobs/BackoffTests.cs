using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-02")]
[Trait("spec", "S-101")]
[Trait("spec", "S-102")]
public class BackoffTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_fixed_backoff_is_the_same_after_each_failure(int failure)
    {
        Assert.Equal(Second, Backoff.Fixed(Second).DelayFor(failure));
        Assert.Equal(Second, Backoff.Schedule(Second).DelayFor(failure, chance: 1));
    }

    [Fact]
    public void The_nth_failure_waits_the_nth_delay_and_the_last_one_repeats()
    {
        var backoff = Backoff.Schedule(Second, TimeSpan.Zero, Second * 5);

        Assert.Equal([Second, TimeSpan.Zero, Second * 5, Second * 5, Second * 5], Enumerable.Range(1, 5).Select(n => backoff.DelayFor(n)));
    }

    [Fact]
    public void A_list_has_no_jitter() => Assert.Equal(Second, Backoff.Schedule(Second).DelayFor(1, chance: 0));

    [Fact]
    public void An_exponential_backoff_grows_to_its_end()
    {
        var backoff = Backoff.Exponential(Second, factor: 3, max: Second * 20);

        Assert.Equal([Second, Second * 3, Second * 9, Second * 20, Second * 20], Enumerable.Range(1, 5).Select(n => backoff.DelayFor(n)));
        Assert.Equal(Second * 20, backoff.DelayFor(int.MaxValue));
        Assert.Equal(TimeSpan.FromDays(1), Backoff.Exponential(Second).DelayFor(100));
    }

    [Theory]
    [InlineData(0, 90)]
    [InlineData(0.5, 100)]
    [InlineData(1, 110)]
    public void Jitter_spreads_the_delay_up_and_down(double chance, double expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), Backoff.Exponential(Second * 100, jitter: 0.1).DelayFor(1, chance));

    [Fact]
    public void Jitter_does_not_exceed_the_longest_delay() =>
        Assert.Equal(Second, Backoff.Exponential(Second, max: Second, jitter: 1).DelayFor(3, chance: 1));

    [Fact]
    public void The_first_failure_is_number_one() => Assert.Throws<ArgumentOutOfRangeException>(() => Backoff.Fixed(Second).DelayFor(0));

    [Fact]
    public void A_backoff_that_cannot_be_is_named()
    {
        Assert.Single(Backoff.Fixed(-Second).Problems());
        Assert.Single(Backoff.Schedule().Problems());
        Assert.Single(Backoff.Schedule(Second, -Second).Problems());
        Assert.Equal(4, Backoff.Exponential(-Second, factor: 0.5, max: -Second * 2, jitter: 2).Problems().Count());
        Assert.Equal(2, Backoff.Exponential(Second, factor: double.NaN, jitter: double.NaN).Problems().Count());
        Assert.Empty(Backoff.Fixed(TimeSpan.Zero).Problems().Concat(Backoff.Schedule(TimeSpan.Zero).Problems()).Concat(Backoff.Exponential(Second).Problems()));
    }

    [Fact]
    public void Equal_lists_are_equal_backoffs()
    {
        Assert.Equal(Backoff.Schedule(Second, Second * 2), Backoff.Schedule(Second, Second * 2));
        Assert.Equal(Backoff.Schedule(Second, Second * 2).GetHashCode(), Backoff.Schedule(Second, Second * 2).GetHashCode());
        Assert.NotEqual(Backoff.Schedule(Second, Second * 2), Backoff.Schedule(Second, Second * 3));
    }
}
