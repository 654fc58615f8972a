using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class SortedChunksTests
{
    private const int Largest = 4000;

    private readonly struct Ascending : IOrder<int>
    {
        public static int Compare(int left, int right) => left.CompareTo(right);
    }

    private enum Op
    {
        Add, Append, Remove, RemoveFirst, RemoveLast,
    }

    // More is added than removed, so that chunks fill up and split; later the other way round, so that they empty.
    private static Gen<(Op, int)[]> Steps(int adds, int removes, int count) => Gen.Select(
        Gen.Frequency((adds, Gen.Const(Op.Add)), (adds / 4, Gen.Const(Op.Append)), (removes, Gen.Const(Op.Remove)), (removes / 2, Gen.Const(Op.RemoveFirst)), (removes / 8, Gen.Const(Op.RemoveLast))),
        Gen.Int[0, Largest]).Array[count];

    [Fact]
    public void It_holds_what_a_sorted_set_holds() => Gen.Select(Steps(80, 8, 3000), Steps(16, 80, 2000)).Sample(
        (growing, shrinking) =>
        {
            var (chunks, set) = (new SortedChunks<int, Ascending>(), new SortedSet<int>());
            foreach (var ((op, item), i) in growing.Concat(shrinking).Select((s, i) => (s, i)))
            {
                Do(chunks, set, op, item);
                AssertEnds(chunks, set);
                Assert.Equal(set.Contains(item), chunks.Contains(item));
                if (i % 50 == 0) Assert.Equal(set.Where(x => x > item).Take(300), chunks.After(item).Take(300));
            }

            Assert.Equal(set, chunks);
        },
        iter: 40);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Items_in_one_direction_split_no_order(int direction)
    {
        var chunks = new SortedChunks<int, Ascending>();
        for (var i = 0; i < 10_000; i++) Assert.True(chunks.Add(i * direction));

        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => i * direction).Order(), chunks);
        Assert.False(chunks.Add(5000 * direction));
    }

    [Fact]
    public void What_is_appended_comes_out_first_in_first_out()
    {
        var chunks = new SortedChunks<int, Ascending>();
        var (next, first) = (0, 0);
        for (var round = 1; round <= 400; round++)
        {
            for (var i = 0; i < round; i++) Assert.True(chunks.Add(next++));
            for (var i = 0; i < round - 1 + (round % 2); i++)
            {
                Assert.True(chunks.TryGetFirst(out var item));
                Assert.Equal(first++, item);
                Assert.True(chunks.Remove(item));
            }

            Assert.Equal(next - first, chunks.Count);
        }

        Assert.Equal(Enumerable.Range(first, next - first), chunks);
    }

    [Fact]
    public void After_goes_on_above_an_item_that_is_there_and_one_that_is_not()
    {
        var chunks = new SortedChunks<int, Ascending>();
        foreach (var i in Enumerable.Range(0, 2000)) chunks.Add(i * 2);

        Assert.Equal(Enumerable.Range(500, 1500).Select(i => i * 2), chunks.After(998));
        Assert.Equal(Enumerable.Range(500, 1500).Select(i => i * 2), chunks.After(999));
        Assert.Equal(2000, chunks.After(-1).Count());
        Assert.Empty(chunks.After(3998));
    }

    [Fact]
    public void An_empty_set_has_no_first()
    {
        var chunks = new SortedChunks<int, Ascending>();
        chunks.Add(1);
        chunks.Remove(1);

        Assert.False(chunks.TryGetFirst(out _));
        Assert.False(chunks.Remove(1));
        Assert.Empty(chunks.After(0));
        Assert.Throws<InvalidOperationException>(() => chunks.First);
        Assert.Throws<InvalidOperationException>(() => chunks.Last);
    }

    private static void Do(SortedChunks<int, Ascending> chunks, SortedSet<int> set, Op op, int item)
    {
        switch (op)
        {
            case Op.Add:
                Assert.Equal(set.Add(item), chunks.Add(item));
                break;
            case Op.Append:
                Assert.Equal(set.Add(set.Max + 1), chunks.Add(chunks.Count == 0 ? 1 : chunks.Last + 1));
                break;
            case Op.Remove:
                var near = set.GetViewBetween(item, int.MaxValue).FirstOrDefault(item); // most would not be there
                Assert.Equal(set.Remove(near), chunks.Remove(near));
                break;
            case Op.RemoveFirst when set.Count > 0:
                Assert.True(set.Remove(set.Min) && chunks.Remove(chunks.First));
                break;
            case Op.RemoveLast when set.Count > 0:
                Assert.True(set.Remove(set.Max) && chunks.Remove(chunks.Last));
                break;
        }
    }

    private static void AssertEnds(SortedChunks<int, Ascending> chunks, SortedSet<int> set)
    {
        Assert.Equal(set.Count, chunks.Count);
        if (set.Count == 0) return;
        Assert.Equal(set.Min, chunks.First);
        Assert.Equal(set.Max, chunks.Last);
    }
}
