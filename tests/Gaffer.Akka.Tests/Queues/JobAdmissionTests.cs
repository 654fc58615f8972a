using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

/// <summary>An id and the keys of a job lead to the same partition, or the job is refused.</summary>
public class JobAdmissionTests
{
    private static readonly JobId Own = JobId.Parse("01890a5d-ac96-774b-bcce-b302099a8057");

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void An_own_id_that_does_not_belong_to_the_partition_key_is_refused_whatever_the_number_of_partitions(int partitions)
    {
        var problem = Assert.Single(Problems(new() { Id = Own, PartitionKey = "customer-7" }, partitions));
        Assert.Equal(
            $"Id {Own} and PartitionKey 'customer-7' do not belong together: the partition follows from the id. Make the id with JobId.Derive(\"your own id\", partitionKey: \"customer-7\").", problem);
        Assert.Single(Problems(new() { PartitionKey = "customer-7" }, partitions, Own)); // an id that was given to the message
        Assert.Empty(Problems(new() { Id = JobId.Derive("order-1", "customer-7"), PartitionKey = "customer-7" }, partitions));
        Assert.Empty(Problems(new() { PartitionKey = "customer-7" }, partitions));
        Assert.Empty(Problems(new() { Id = Own }, partitions));
        Assert.Empty(Problems(JobOptions.Default, partitions));
    }

    [Fact]
    public void A_copy_of_an_insert_with_another_partition_key_is_refused()
    {
        var insert = InsertJob.Of(Given.Queue, 1, new() { PartitionKey = "customer-7" });
        Assert.Empty(ProblemsOf(insert, 1));
        Assert.Single(ProblemsOf(insert with { Options = new() { PartitionKey = "customer-8" } }, 1));
        Assert.Empty(ProblemsOf(insert with { Payload = "2"u8.ToArray() }, 1));
    }

    [Theory]
    [InlineData("p", "c", null, 1)]
    [InlineData("p", null, "u", 1)]
    [InlineData("p", "c", "u", 2)]
    [InlineData(null, "c", "u", 1)]
    [InlineData("p", "p", "p", 0)]
    [InlineData(null, "c", "c", 0)]
    [InlineData(null, "c", null, 0)]
    [InlineData(null, null, "u", 0)]
    public void Keys_that_lead_to_several_partitions_are_refused_where_there_are_several(string? partitionKey, string? chain, string? uniqueKey, int problems)
    {
        var options = new JobOptions { PartitionKey = partitionKey, Chain = chain, UniqueKey = uniqueKey };
        Assert.Empty(Problems(options, 1));
        Assert.Equal(problems, Problems(options, 8).Length);
        Assert.All(Problems(options, 8), p => Assert.Contains("the queue has 8 partitions", p, StringComparison.Ordinal));
    }

    [Fact]
    public void An_own_id_must_be_derived_from_the_chain_or_the_unique_key_where_there_are_several_partitions()
    {
        JobOptions[] all = [new() { Chain = "k" }, new() { UniqueKey = "k" }, new() { Chain = "k", UniqueKey = "k" }];
        Assert.All(all, o => Assert.Empty(Problems(o with { Id = Own }, 1)));
        Assert.All(all, o => Assert.Contains("partitionKey: \"k\"", Assert.Single(Problems(o with { Id = Own }, 8)), StringComparison.Ordinal));
        Assert.All(all, o => Assert.Empty(Problems(o with { Id = JobId.Derive("mine", "k") }, 8)));
    }

    [Fact]
    public void A_key_of_the_wrong_length_is_told_once()
    {
        foreach (var key in (string[])["", new string('k', 257)])
        {
            Assert.StartsWith($"PartitionKey has {key.Length} characters", Assert.Single(Problems(new() { PartitionKey = key, Chain = "c" }, 1)), StringComparison.Ordinal);
        }

        Assert.Single(Problems(new() { Id = Own, PartitionKey = new string('k', 257), Chain = "c" }, 8));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(null, 0)]
    [InlineData("text/plain\r\nX-Evil: 1", 21)]
    [InlineData("text/plain\t", 11)]
    [InlineData("text/plain\u007f", 11)]
    [InlineData("text/pläin", 10)]
    public void A_content_type_that_no_header_takes_is_refused(string? type, int characters)
    {
        var problem = Assert.Single(ProblemsOf(InsertJob.Of(Given.Queue, 1) with { ContentType = type! }, 1));
        Assert.Equal($"ContentType has {characters} characters; use 1 to 128 characters of printable ASCII (0x20 to 0x7E), such as application/json.", problem);
    }

    [Fact]
    public void A_content_type_has_up_to_128_characters()
    {
        Assert.Empty(ProblemsOf(InsertJob.Of(Given.Queue, 1) with { ContentType = new string('~', 128) }, 1));
        Assert.Empty(ProblemsOf(InsertJob.Of(Given.Queue, 1) with { ContentType = "text/plain; charset=utf-8" }, 1));
        Assert.Single(ProblemsOf(InsertJob.Of(Given.Queue, 1) with { ContentType = new string('~', 129) }, 1));
    }

    private static ImmutableArray<string> Problems(JobOptions options, int partitions, JobId? id = null)
    {
        var insert = InsertJob.Of(Given.Queue, 1, options);
        return ProblemsOf(id is { } given ? insert with { Id = given } : insert, partitions);
    }

    // By the queue's options, as a queue does it.
    private static ImmutableArray<string> ProblemsOf(InsertJob insert, int partitions)
    {
        var admitted = new JobAdmission().TryAdmit(insert, Given.Options with { Partitions = partitions }, 1, Given.Noon, out var job, out var failure);
        Assert.Equal(admitted, job is not null);
        Assert.Equal(failure?.Message, JobAdmission.Refusal(insert, Given.Queue, Given.Noon, partitions)?.Message);
        return failure?.Details ?? [];
    }
}
