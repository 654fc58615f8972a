using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class SnapshotPartsTests
{
    private static readonly QueueSnapshot Empty = new(null, 0, false, 1, [], [], [], [], [], [], []);

    [Fact]
    public void A_small_snapshot_stays_whole()
    {
        var snapshot = Empty with { Jobs = [.. Jobs(3)] };
        var (whole, parts) = SnapshotParts.Cut(snapshot, snapshot.Jobs.Sum(j => j.ApproximateSize));
        Assert.Same(snapshot, whole);
        Assert.Empty(parts);
    }

    [Fact]
    public void A_cut_snapshot_loses_nothing_and_no_part_is_too_large_but_for_one_job()
    {
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 20], Gen.Long[1, 5000]).Sample((count, forwards, most) =>
        {
            var snapshot = Empty with { Jobs = [.. Jobs(count)], Forwards = [.. Jobs(forwards).Select(j => new PendingForward(j, "target"))] };
            var (whole, parts) = SnapshotParts.Cut(snapshot, most);
            Assert.Equal(parts.Count, whole.Parts?.Count ?? 0);
            Assert.NotEqual(1, parts.Count);
            var joined = parts.Count == 0 ? whole : SnapshotParts.Join(whole, parts);
            Assert.Equal(snapshot.Jobs, joined.Jobs);
            Assert.Equal(snapshot.Forwards, joined.Forwards);
            Assert.All(parts, (part, n) =>
            {
                Assert.Equal((whole.Parts!.Value.Id, n), (part.Id, part.Number));
                var sizes = part.Jobs.Select(j => j.ApproximateSize).Concat(part.Forwards.Select(f => f.Job.ApproximateSize)).ToList();
                Assert.True(sizes.Count == 1 || sizes.Sum() <= most);
                Assert.NotEmpty(sizes);
            });
        });
    }

    private static IReadOnlyList<Job> Jobs(int count) =>
        [.. Enumerable.Range(1, count).Select(n => Samples.FreshJob with { Id = JobId.New(), Sequence = n, Payload = new byte[n * 37 % 400] })];
}
