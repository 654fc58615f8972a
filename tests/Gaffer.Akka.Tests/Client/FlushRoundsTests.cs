using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class FlushRoundsTests
{
    private static readonly Gen<int> Seeds = Gen.Int[0, int.MaxValue];
    private static readonly FlushMark One = new(Guid.NewGuid(), 1);
    private static readonly FlushMark Two = new(Guid.NewGuid(), 7);

    [Fact]
    public void A_flush_is_never_answered_while_a_job_is_left() => Seeds.Sample(
        seed =>
        {
            var (wereAllDone, areAllDone, rounds) = World(seed, fromOutside: 0, includeScheduled: true).Run();
            Assert.True(wereAllDone && areAllDone && rounds > 1);
        },
        iter: 3000);

    [Fact]
    public void Its_answer_is_true_of_one_moment_whatever_comes_from_outside_and_comes_due() => Gen.Select(Seeds, Gen.Int[0, 6], Gen.Bool).Sample(
        (seed, fromOutside, includeScheduled) => Assert.True(World(seed, fromOutside, includeScheduled).Run().WereAllDone),
        iter: 6000);

    [Fact]
    public void One_round_or_marks_of_inserts_or_lives_alone_would_miss_jobs()
    {
        Assert.Contains(Enumerable.Range(0, 1000), seed => !new FlushWorld(seed, 0, true, static (flush, parts) => WholeQueue.Merge(flush, parts, int.MaxValue)).Run().AreAllDone);
        Assert.Contains(Enumerable.Range(0, 30_000), seed => !Blinded(seed, static m => m with { Moves = 0 }).Run().WereAllDone);
        Assert.Contains(Enumerable.Range(0, 30_000), seed => !Blinded(seed, static m => m, countsStarts: false).Run().WereAllDone); // a job comes due, runs and inserts, and none has come in
        Assert.Contains(Enumerable.Range(0, 30_000), seed => !Blinded(seed, static m => m with { Life = Guid.Empty }).Run().WereAllDone);
    }

    [Fact]
    public void An_idle_queue_takes_two_rounds_whatever_the_wait()
    {
        foreach (var within in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromSeconds(30), TimeSpan.MaxValue, Timeout.InfiniteTimeSpan])
        {
            var flush = new FlushQueue(Given.Queue, within);
            var rounds = new FlushRounds(flush, Given.Noon);
            Assert.Equal(within, rounds.Ask(Given.Noon) is var asked && within == TimeSpan.MaxValue ? within : asked.Within);
            Assert.Null(rounds.Hear([Done(One), Done(Two)], Given.Noon));
            Assert.Equal(TimeSpan.Zero, rounds.PauseBefore(Given.Noon));
            Assert.Equal(new FlushResult(true, 0, 0, 0), rounds.Hear([Done(One), Done(Two)], Given.Noon.AddSeconds(1)));
        }
    }

    [Fact]
    public void When_the_time_is_over_it_says_what_is_left()
    {
        var rounds = new FlushRounds(new FlushQueue(Given.Queue, TimeSpan.FromSeconds(10)), Given.Noon);
        Assert.Null(rounds.Hear([Done(One), Done(Two)], Given.Noon.AddSeconds(4)));
        Assert.Equal(TimeSpan.FromSeconds(6), rounds.Ask(Given.Noon.AddSeconds(4)).Within);
        var left = rounds.Hear([Done(One), new FlushResult(false, 1, 2, 3) { Mark = Two }], Given.Noon.AddSeconds(10));
        Assert.Equal(new FlushResult(false, 1, 2, 3), left);
        Assert.Equal(TimeSpan.Zero, rounds.Ask(Given.Noon.AddSeconds(11)).Within);
    }

    [Fact]
    public void What_moved_until_the_time_was_over_is_not_flushed()
    {
        var rounds = new FlushRounds(new FlushQueue(Given.Queue, TimeSpan.FromSeconds(10)), Given.Noon);
        Assert.Null(rounds.Hear([Done(One), Done(Two)], Given.Noon.AddSeconds(10)));
        Assert.Equal(new FlushResult(false, 0, 0, 0), rounds.Hear([Done(One), Done(Two with { Moves = 8 })], Given.Noon.AddSeconds(10)));
    }

    [Fact]
    public void A_partition_that_tells_no_mark_is_not_believed()
    {
        var rounds = new FlushRounds(new FlushQueue(Given.Queue, TimeSpan.FromSeconds(10)), Given.Noon);
        Assert.Null(rounds.Hear([Done(One), Done(null)], Given.Noon));
        Assert.Null(rounds.Hear([Done(One), Done(null)], Given.Noon));
    }

    [Fact]
    public void A_failure_is_the_answer()
    {
        var rounds = new FlushRounds(new FlushQueue(Given.Queue, TimeSpan.FromSeconds(10)), Given.Noon);
        var answer = rounds.Hear([Done(One), new GafferFailure(GafferError.Unavailable, "The journal is away.", Given.Queue)], Given.Noon);
        Assert.Equal("The journal is away. This is partition 1 of 2.", Assert.IsType<GafferFailure>(answer).Message);
    }

    [Fact]
    public void A_busy_queue_is_asked_less_and_less_but_never_after_the_time()
    {
        var rounds = new FlushRounds(new FlushQueue(Given.Queue, TimeSpan.FromMinutes(1)), Given.Noon);
        List<double> pauses = [];
        for (var n = 0; n < 12; n++)
        {
            Assert.Null(rounds.Hear([Done(One with { Moves = n }), Done(Two)], Given.Noon));
            pauses.Add(rounds.PauseBefore(Given.Noon).TotalMilliseconds);
        }

        Assert.Equal([0, 10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000, 1000], pauses);
        Assert.Equal(TimeSpan.FromSeconds(0.5), rounds.PauseBefore(Given.Noon.AddSeconds(59.5)));
        Assert.Equal(TimeSpan.Zero, rounds.PauseBefore(Given.Noon.AddMinutes(2)));
    }

    private static FlushResult Done(FlushMark? mark) => new(true, 0, 0, 0) { Mark = mark };

    private static FlushWorld World(int seed, int fromOutside, bool includeScheduled)
    {
        FlushRounds? rounds = null;
        return new FlushWorld(seed, fromOutside, includeScheduled, (flush, parts) => (rounds ??= new FlushRounds(flush, Given.Noon)).Hear(parts, Given.Noon));
    }

    // Rounds that see less of the marks.
    private static FlushWorld Blinded(int seed, Func<FlushMark, FlushMark> see, bool countsStarts = true)
    {
        FlushRounds? rounds = null;
        return new FlushWorld(seed, 4, seed % 2 == 0, (flush, parts) => (rounds ??= new FlushRounds(flush, Given.Noon)).Hear(
            [.. parts.Cast<FlushResult>().Select(p => p with { Mark = see(p.Mark!.Value) })], Given.Noon))
        {
            CountsStarts = countsStarts,
        };
    }
}
