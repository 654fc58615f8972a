using Google.Protobuf;
using Xunit;

namespace Gaffer.Tests;

public class GafferSerializerTests
{
    private static readonly GafferSerializer Serializer = new(null!);

    public static TheoryData<int> EachSample => [.. Enumerable.Range(0, Samples.All().Count())];

    [Theory]
    [MemberData(nameof(EachSample))]
    public void A_message_is_read_as_it_was_written(int sample)
    {
        var message = Samples.All().ElementAt(sample).Message;

        var read = Serializer.FromBinary(Serializer.ToBinary(message), Serializer.Manifest(message));

        Assert.Equal(Dump.Of(message), Dump.Of(read));
    }

    [Fact]
    public void Every_type_that_may_cross_a_node_has_a_sample_and_a_manifest()
    {
        var types = Concrete<IGafferWire>();
        var samples = Samples.All().Select(s => s.Message).ToLookup(m => m.GetType());

        Assert.NotEmpty(types);
        Assert.DoesNotContain(types, t => !samples.Contains(t));
        Assert.All(samples, type => Assert.Matches("^[a-z-]+\\.[1-9]$", Serializer.Manifest(type.First())));
    }

    [Fact]
    public void The_samples_hold_every_change_and_every_result()
    {
        var finished = Samples.Workers.OfType<WorkFinished>().Single().Finished.Select(f => f.Result.GetType());

        Assert.Empty(Concrete<QueueChange>().Except(Samples.Commit.Changes.Concat(Samples.ClusterCommit.Changes).Concat(Samples.PartitionCommit.Changes).Concat(Samples.DeletionCommit.Changes).Select(c => c.GetType())));
        Assert.Empty(Concrete<JobResult>().Except(finished));
    }

    [Fact]
    public void Numbers_on_the_wire_mean_the_same_as_in_the_code()
    {
        var wireEnums = typeof(Wire.Job).Assembly.GetTypes().Where(t => t.IsEnum && t.Namespace == "Gaffer.Wire" && !t.IsNested).ToList();

        Assert.Equal(9, wireEnums.Count);
        foreach (var wire in wireEnums)
        {
            var domain = typeof(Job).Assembly.GetType($"Gaffer.{wire.Name}", throwOnError: true)!;
            Assert.Equal(Members(domain), Members(wire));
        }

        static IEnumerable<(string, int)> Members(Type type) => Enum.GetNames(type).Select(n => (n, (int)Enum.Parse(type, n))).OrderBy(m => m.Item2);
    }

    [Fact]
    public void A_manifest_of_a_newer_version_is_named()
    {
        var error = Assert.Throws<WireException>(() => Serializer.FromBinary([], "commit.2"));

        Assert.Contains("commit.2", error.Message, StringComparison.Ordinal);
        Assert.Contains("written by a newer version?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_a_newer_version_is_an_error_and_not_skipped()
    {
        var commit = ToWire.Of(Samples.Commit).ToByteArray();
        byte[] unknown = [0x12, 0x04, 0x92, 0x3F, 0x01, 0x00];   // a change whose oneof has field 1010

        var error = Assert.Throws<WireException>(() => Serializer.FromBinary([.. commit, .. unknown], "commit.1"));

        Assert.Contains("unknown kind of change: written by a newer version?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_of_a_newer_version_is_an_error()
    {
        var wire = ToWire.Of(Samples.Commit);
        wire.Changes.First(c => c.Inserted is not null).Inserted.State = (Wire.JobState)9;

        var error = Assert.Throws<WireException>(() => Serializer.FromBinary(wire.ToByteArray(), "commit.1"));

        Assert.Contains("unknown JobState 9", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EachSample))]
    public void Bytes_that_are_cut_off_never_pass_as_another_failure(int sample)
    {
        var message = Samples.All().ElementAt(sample).Message;
        var (bytes, manifest) = (Serializer.ToBinary(message), Serializer.Manifest(message));

        for (var length = 0; length < bytes.Length; length += 1 + (length / 16))
        {
            try
            {
                Serializer.FromBinary(bytes[..length], manifest);   // a cut between two fields is a smaller message
            }
            catch (WireException e)
            {
                Assert.Contains(manifest, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Malformed_bytes_name_the_manifest()
    {
        var error = Assert.Throws<WireException>(() => Serializer.FromBinary([0xFF, 0xFF, 0xFF], "snapshot.1"));

        Assert.Contains("'snapshot.1' of 3 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_without_a_name_is_not_written() =>
        Assert.Throws<ArgumentException>(() => Serializer.ToBinary(new GetQueue(default)));

    [Fact]
    public void What_is_no_message_has_no_manifest() =>
        Assert.Throws<ArgumentException>(() => Serializer.Manifest("text"));

    [Fact]
    public void Equal_settings_nodes_and_names_are_read_as_one_object()
    {
        var job = Samples.FullJob;
        var copies = new QueueCommit([.. Enumerable.Range(1, 3).Select(n => new QueueChange.Inserted(
            Samples.Noon, job with { Id = Samples.Id((byte)n), Settings = job.Settings with { }, Node = job.Node! with { } }))]);

        Job[] Read() => [.. ((QueueCommit)Serializer.FromBinary(Serializer.ToBinary(copies), "commit.1")).Changes.Cast<QueueChange.Inserted>().Select(c => c.Job)];
        Job[] jobs = [.. Read(), .. Read()];

        Assert.All(jobs, j => Assert.Same(jobs[0].Settings, j.Settings));
        Assert.All(jobs, j => Assert.Same(jobs[0].Node, j.Node));
        Assert.All(jobs, j => Assert.Same(jobs[0].Queue.Value, j.Queue.Value));
        Assert.Single(ToWire.Of(copies).Shared.Settings);
    }

    [Fact]
    public void An_insert_with_default_settings_costs_little_beyond_its_payload()
    {
        byte[] payload = new byte[100];
        QueueChange Insert(int n) => new QueueChange.Inserted(
            Samples.Noon.AddMicroseconds(n), new Job { Id = JobId.New(), Queue = Samples.Queue, Payload = payload, Sequence = 1_000_000 + n, CreatedAt = Samples.Noon.AddMicroseconds(n) });
        int Size(int jobs) => Serializer.ToBinary(new QueueCommit([.. Enumerable.Range(0, jobs).Select(Insert)])).Length;

        Assert.InRange(Size(1), 100, 220);
        Assert.InRange((Size(1000) - Size(1)) / 999, 100, 140);
    }

    private static List<Type> Concrete<T>() => [.. typeof(T).Assembly.GetTypes().Where(t => typeof(T).IsAssignableFrom(t) && !t.IsAbstract)];
}
