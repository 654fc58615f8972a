using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-120")]
[Trait("spec", "S-121")]
[Trait("spec", "S-01")]
public class PruneRuleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // One job in each state, each of them there since noon, seen ten seconds later.
    [Theory]
    [InlineData("nothing said", null, null, false, "")]
    [InlineData("0 takes all", "Completed", 0, false, "Completed")]
    [InlineData("older", "Completed", 9, false, "Completed")]
    [InlineData("as old is not older", "Completed", 10, false, "")]
    [InlineData("younger", "Completed", 11, false, "")]
    [InlineData("failed", "Failed", 9, false, "Failed")]
    [InlineData("cancelled", "Cancelled", 0, false, "Cancelled")]
    [InlineData("the default is for states that have ended", "default", 0, false, "Completed Cancelled Failed")]
    [InlineData("or for all", "default", 0, true, "Available Executing Completed Cancelled Failed")]
    [InlineData("or for all that are older", "default", 10, true, "")]
    [InlineData("what has not ended must be said twice", "Available", 0, false, "")]
    [InlineData("available", "Available", 9, true, "Available")]
    [InlineData("executing", "Executing", 9, true, "Executing")]
    public void An_age_selects(string why, string? of, int? seconds, bool nonTerminal, string expected)
    {
        var age = seconds is { } s ? Age.Of(Second * s) : Age.Never;
        var prune = PruneOptions.Never with { AllowNonTerminal = nonTerminal };
        if (of == "default") prune = prune with { DefaultAge = age };
        else if (of is not null) prune = prune with { MaxAge = prune.MaxAge.Add(Enum.Parse<JobState>(of), age) };

        Assert.True(expected == string.Join(" ", Selected(prune, Given.Noon.AddSeconds(10))), why);
    }

    [Fact]
    public void A_state_that_is_named_does_not_follow_the_default()
    {
        var prune = PruneOptions.Never with { DefaultAge = Age.Immediately, MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty.Add(JobState.Failed, Age.Never) };

        Assert.Equal([JobState.Completed, JobState.Cancelled], Selected(prune, Given.Noon));
    }

    [Fact]
    public void The_seed_takes_what_ended_at_once() => Assert.Equal([JobState.Completed, JobState.Cancelled, JobState.Failed], Selected(PruneOptions.Seed, Given.Noon));

    [Theory]
    [InlineData(10, 0)]
    [InlineData(8, 2)]
    [InlineData(0, 10)]
    public void Above_the_most_that_are_kept_the_oldest_go(int most, int gone)
    {
        var state = Completed(10, PruneOptions.Never with { MaxCount = most });

        Assert.Equal(Enumerable.Range(1, gone).Select(n => Given.Id(n)), PruneRule.Select(state, Given.Noon, 100));
    }

    [Fact]
    public void Whichever_is_less_age_or_number()
    {
        var prune = PruneOptions.Never with { MaxCount = 8, MaxAge = ImmutableSortedDictionary<JobState, Age>.Empty.Add(JobState.Completed, Second * 5) };

        Assert.Equal(2, PruneRule.Select(Completed(10, prune), Given.Noon.AddSeconds(2), 100).Count);
        Assert.Equal(4, PruneRule.Select(Completed(10, prune), Given.Noon.AddSeconds(10), 100).Count); // 1 to 4 are older than 5 s
    }

    [Fact]
    public void No_number_keeps_jobs_that_have_not_ended() =>
        Assert.Empty(PruneRule.Select(Given.State(Given.Options with { Prune = PruneOptions.Never with { MaxCount = 0 } }, Given.Job(1), Given.Job(2)), Given.Noon, 100));

    [Fact]
    public void A_look_takes_no_more_than_its_limit() =>
        Assert.Equal(4, PruneRule.Select(Completed(10, PruneOptions.Seed), Given.Noon.AddDays(1), 4).Count);

    // The n-th ended n seconds after noon.
    private static QueueState Completed(int count, PruneOptions prune)
    {
        var state = Given.State(Given.Options with { Prune = prune }, Enumerable.Range(1, count).Select(n => Given.Job(n)));
        for (var n = 1; n <= count; n++)
        {
            state.Apply(new QueueChange.Claimed(Given.Noon, Given.Id(n), Given.NodeA));
            state.Apply(new QueueChange.Completed(Given.Noon.AddSeconds(n), Given.Id(n), null));
        }

        return state;
    }

    private static IEnumerable<JobState> Selected(PruneOptions prune, DateTimeOffset now)
    {
        var id = 0;
        var state = Given.State(Given.Options with { Prune = prune }, JobStates.All.Select(s => Given.In(s) with { Id = Given.Id(++id), Sequence = id }));
        return PruneRule.Select(state, now, 100).Select(j => state.TryGet(j, out var job) ? job.State : throw new InvalidOperationException());
    }
}
