using System.Buffers.Binary;
using CsCheck;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Where jobs are is in journals and in the programs of users: what is pinned here never changes.</summary>
public class JobPlaceTests
{
    private static readonly Gen<JobId> Ids = Gen.Guid.Select(g => new JobId(g));
    private static readonly Gen<string> Keys = Gen.String[Gen.Char['\u0000', '\ud7ff'], 1, JobPlace.MostCharacters];
    private static readonly Gen<int> Partitions = Gen.Int[1, QueueOptions.MostPartitions];

    [Theory]
    [InlineData("", 55093)]
    [InlineData("a", 43827)]
    [InlineData("customer-7", 48123)]
    [InlineData("Straße", 47139)]
    [InlineData("😀", 39689)]
    public void The_slots_of_keys_are_pinned(string key, int slot) => Assert.Equal(slot, JobPlace.SlotOf(key));

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", 42075)]
    [InlineData("00000000-0000-0000-0000-000000000001", 42074)]
    [InlineData("00000001-0000-0000-0000-000000000000", 28784)]
    [InlineData("01890a5d-ac96-774b-bcce-b302099a8057", 60177)]
    [InlineData("ffffffff-ffff-ffff-ffff-ffffffffffff", 17929)]
    public void The_slots_of_ids_are_pinned(string id, int slot) => Assert.Equal(slot, JobPlace.SlotOf(JobId.Parse(id)));

    [Fact]
    public void An_id_at_the_place_of_a_key_is_pinned() =>
        Assert.Equal("01890a5d-ac96-774b-bcce-b302099ad0bd", JobPlace.At(JobId.Parse("01890a5d-ac96-774b-bcce-b302099a8057"), JobPlace.SlotOf("customer-7")).ToString());

    [Theory]
    [InlineData("order-1", null, "6d4eeb63-63b9-8b30-bc30-f47cd1f26106")]
    [InlineData("order-1", "customer-7", "16f7a028-834c-8326-b17c-64e6d8b8b3ea")]
    [InlineData("Straße", "é", "fea367bc-6b92-8f92-9d34-d05135d61746")]
    public void Derived_ids_are_pinned(string name, string? key, string id) => Assert.Equal(id, JobId.Derive(name, key).ToString());

    [Fact]
    public void Any_id_can_be_put_into_any_slot_and_keeps_all_but_its_last_two_bytes() => Gen.Select(Ids, Gen.UShort).Sample((id, slot) =>
    {
        var placed = JobPlace.At(id, slot);
        Assert.Equal(slot, JobPlace.SlotOf(placed));
        Assert.Equal(id.Value.ToByteArray(bigEndian: true)[..14], placed.Value.ToByteArray(bigEndian: true)[..14]);
        Assert.Equal((id.Value.Version, id.Value.Variant), (placed.Value.Version, placed.Value.Variant));
        Assert.Equal(id, JobPlace.At(placed, JobPlace.SlotOf(id)));
    });

    [Fact]
    public void A_job_with_a_key_is_where_the_key_is_however_many_partitions_there_are() => Gen.Select(Keys, Keys, Partitions).Sample((name, key, partitions) =>
    {
        var expected = JobPlace.SlotOf(key) % partitions;
        Assert.All(
            (JobId[])[JobId.Derive(name, key), New(new() { PartitionKey = key }), New(new() { Chain = key }), New(new() { UniqueKey = key }), New(new() { PartitionKey = key, Chain = name }), New(new() { Chain = key, UniqueKey = name })],
            id => Assert.Equal(expected, JobPlace.PartitionOf(id, partitions)));
    });

    [Fact]
    public void Ids_with_a_key_are_still_of_version_7_and_in_the_order_of_time() => Gen.Select(Gen.Long[0, 1L << 47], Gen.Long[1, 1L << 40], Gen.UShort, Gen.UShort).Sample((time, later, one, two) =>
    {
        var first = JobPlace.At(new JobId(Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(time))), one);
        var second = JobPlace.At(new JobId(Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(time + later))), two);
        Assert.Equal(7, first.Value.Version);
        Assert.True(first < second);
    });

    [Fact]
    public void An_own_id_is_kept_and_a_new_one_is_new()
    {
        var own = JobId.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
        Assert.Equal(own, New(new() { Id = own, PartitionKey = "customer-7" }));
        Assert.NotEqual(New(new() { PartitionKey = "customer-7" }), New(new() { PartitionKey = "customer-7" }));
        Assert.NotEqual(New(null), New(null));
        Assert.Equal(7, New(new() { PartitionKey = "customer-7" }).Value.Version);
    }

    [Fact]
    public void A_key_of_any_length_has_a_slot() => Assert.Equal(JobPlace.SlotOf(new string('ä', 5000)), JobPlace.SlotOf(new string('ä', 5000)));

    [Fact]
    public void Names_and_keys_are_told_apart()
    {
        (string, string?)[] pairs = [("ab", null), ("ab", "c"), ("a", "bc"), ("abc", null), ("a\0", "b"), ("a", "\0b")];
        Assert.Distinct(pairs.Select(p => JobId.Derive(p.Item1, p.Item2)));
        Assert.All(pairs, p => Assert.Equal(JobId.Derive(p.Item1, p.Item2), JobId.Derive(p.Item1, p.Item2)));
        Assert.All(pairs, p => Assert.Equal(8, JobId.Derive(p.Item1, p.Item2).Value.Version));
    }

    [Fact]
    public void A_name_that_is_empty_a_key_that_is_too_long_and_what_is_no_text_are_refused()
    {
        Assert.Throws<ArgumentException>(() => JobId.Derive(""));
        Assert.Throws<ArgumentNullException>(() => JobId.Derive(null!));
        Assert.Contains("0 characters", Assert.Throws<ArgumentException>(() => JobId.Derive("a", "")).Message, StringComparison.Ordinal);
        Assert.Contains("257 characters", Assert.Throws<ArgumentException>(() => JobId.Derive("a", new string('k', 257))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => JobId.Derive("half of a pair: \ud800")); // would be the same id as of the other halves
    }

    [Theory]
    [InlineData("version 7")]
    [InlineData("version 4")]
    [InlineData("counting in the first bytes")]
    [InlineData("counting in the last bytes")]
    [InlineData("counting in the middle")]
    [InlineData("derived")]
    [InlineData("keys that count")]
    public void Ids_of_any_making_are_spread_evenly(string making)
    {
        const int Count = 20_000;
        var random = new Random(7);
        var ids = Enumerable.Range(0, Count).Select(n => Make(making, n, random)).ToArray();
        foreach (var partitions in (int[])[2, 3, 7, 8, 10, 16, 64])
        {
            var counts = new int[partitions];
            foreach (var id in ids) counts[JobPlace.PartitionOf(id, partitions)]++;
            var mean = (double)Count / partitions;
            var chiSquare = counts.Sum(c => (c - mean) * (c - mean) / mean);
            var freedom = partitions - 1;
            Assert.True(chiSquare <= freedom + (4 * Math.Sqrt(2 * freedom)) + 2, $"{making}, {partitions} partitions: chi-square {chiSquare}, {string.Join(" ", counts)}");
        }
    }

    private static JobId New(JobOptions? options) => JobPlace.NewFor(options);

    private static JobId Make(string making, int n, Random random)
    {
        if (making == "derived") return JobId.Derive($"order-{n}");
        if (making == "keys that count") return JobId.Derive("one name", $"customer-{n}");
        var bytes = new byte[16];
        switch (making)
        {
            case "version 7":
                random.NextBytes(bytes);
                BinaryPrimitives.WriteInt64BigEndian(bytes, (0x0190_0000_0000L + (n / 10)) << 16 | 0x7000u | (uint)random.Next(4096));
                bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
                break;
            case "version 4":
                random.NextBytes(bytes);
                (bytes[6], bytes[8]) = ((byte)((bytes[6] & 0x0F) | 0x40), (byte)((bytes[8] & 0x3F) | 0x80));
                break;
            case "counting in the first bytes":
                BinaryPrimitives.WriteInt32BigEndian(bytes, n);
                break;
            case "counting in the middle":
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), n);
                break;
            default:
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(12), n);
                break;
        }

        return new JobId(new Guid(bytes, bigEndian: true));
    }
}
