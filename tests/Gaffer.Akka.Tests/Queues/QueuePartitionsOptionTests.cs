using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class QueuePartitionsOptionTests
{
    [Fact]
    public void A_queue_has_one_partition_and_may_have_64()
    {
        Assert.Equal(1, Given.Options.Partitions);
        Assert.Empty((Given.Options with { Partitions = QueueOptions.MostPartitions }).Problems());
        Assert.All((int[])[0, -1, 65, int.MinValue], n => Assert.Equal($"Partitions is {n}; use 1 to 64.", Assert.Single((Given.Options with { Partitions = n, MaxJobs = 1 }).Problems())));
    }

    [Fact]
    public void Each_partition_may_have_a_job_at_least()
    {
        Assert.Empty((Given.Options with { Partitions = 4, MaxJobs = 4 }).Problems());
        Assert.StartsWith("MaxJobs is 3, and Partitions is 4", Assert.Single((Given.Options with { Partitions = 4, MaxJobs = 3 }).Problems()), StringComparison.Ordinal);
        Assert.StartsWith("MaxJobs is 0;", Assert.Single((Given.Options with { Partitions = 4, MaxJobs = 0 }).Problems()), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_with_another_number_of_partitions_are_others()
    {
        Assert.NotEqual(Given.Options, Given.Options with { Partitions = 2 });
        Assert.NotEqual(Given.Options.GetHashCode(), (Given.Options with { Partitions = 2 }).GetHashCode());
        Assert.Equal(Given.Options with { Partitions = 2 }, Given.Options with { Partitions = 2 });
    }

    [Fact]
    public void The_number_cannot_change_and_the_refusal_says_what_to_do()
    {
        var present = Given.Options with { Partitions = 4 };
        Assert.Null((present with { MaxAttempts = 9 }).WhyNotAfter(present));
        Assert.Equal(
            "Partitions is 8, but queue 'emails' was made with 4; the number cannot change, as it says where each job is. Make a queue of another name, let the old one run empty, and delete it.",
            (present with { Partitions = 8 }).WhyNotAfter(present));
    }

    [Fact]
    public void The_shares_of_a_limit_are_the_whole_and_as_equal_as_can_be() => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, QueueOptions.MostPartitions]).Sample((whole, partitions) =>
    {
        var shares = Enumerable.Range(0, partitions).Select(i => QueueOptions.ShareOf(whole, i, partitions)).ToArray();
        Assert.Equal(whole, shares.Sum(s => (long)s));
        Assert.InRange(shares.Max() - shares.Min(), 0, 1);
        Assert.Equal(shares.OrderDescending(), shares);
    });
}
