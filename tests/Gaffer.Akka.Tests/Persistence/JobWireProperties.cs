using System.Collections.Immutable;
using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public class JobWireProperties
{
    private static readonly GafferSerializer Serializer = new(null!);

    private static readonly Gen<DateTimeOffset> Times = Gen.Long[0, 253_402_300_799_999_999].Select(us => DateTimeOffset.UnixEpoch.AddTicks(us * 10));
    private static readonly Gen<TimeSpan> Spans = Gen.OneOf(Gen.Long[0, 1L << 50].Select(us => new TimeSpan(us * 10)), Gen.Const(Timeout.InfiniteTimeSpan));
    private static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];
    private static readonly Gen<string> Texts = Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 40];
    private static readonly Gen<JobId> Ids = Gen.Guid.Select(g => new JobId(g));

    private static readonly Gen<Backoff> Backoffs = Gen.OneOf(
        Spans.Select(Backoff.Fixed),
        Spans.Array[1, 5].Select(s => Backoff.Schedule(s)),
        Gen.Select(Spans, Gen.Double[1, 10], Spans, Gen.Double[0, 1]).Select((first, factor, max, jitter) => Backoff.Exponential(first, factor, max, jitter)));

    private static readonly Gen<JobSettings> Settings = Gen.Select(Texts, Texts, Gen.Int, Gen.Int, Spans, Backoffs, Spans)
        .Select((kind, type, priority, attempts, timeout, backoff, shutdown) => new JobSettings(kind, type, priority, attempts, timeout, backoff, shutdown));

    private static readonly Gen<WorkerNode> Nodes = Gen.Select(Texts, Gen.Guid).Select((a, g) => new WorkerNode(a, g));

    private static readonly Gen<JobErrorInfo> Errors = Gen.Select(Gen.Enum<JobErrorKind>(), Texts, Texts.Null(), Texts.Null(), Texts.Null())
        .Select((kind, message, type, stack, data) => new JobErrorInfo(kind, message, type, stack, data));

    private static readonly Gen<JobExecution> Executions = Gen.Select(Gen.Int, Gen.Int, Times, Times, Nodes, Gen.Enum<ExecutionOutcome>(), Errors.Null())
        .Select((execution, attempt, start, end, node, outcome, error) => new JobExecution(execution, attempt, start, end, node, outcome, error));

    private static readonly Gen<JobLabels> Labels = Gen.Select(Texts.Null(), Texts.Null(), Times.Nullable(), Texts.Array[0, 4], Gen.Dictionary(Texts, Texts)[0, 4], Gen.Int)
        .Select((chain, key, expires, tags, meta, hops) => new JobLabels(chain, key, expires, [.. tags], meta.ToImmutableDictionary(), hops));

    private static readonly Gen<Job> Jobs = Gen.Select(
            Gen.Select(Ids, Settings, Bytes, Gen.Long, Gen.Enum<JobState>(), Gen.Int, Times),
            Gen.Select(Times.Nullable(), Times.Nullable(), Times.Nullable(), Bytes.Null(), Texts.Null()),
            Gen.Select(Nodes.Null(), Executions.Array[0, 5], Labels.Null()))
        .Select((a, b, c) => new Job
        {
            Id = a.Item1, Queue = "q", Settings = a.Item2, Payload = a.Item3, Sequence = a.Item4, State = a.Item5, Attempt = a.Item6, Execution = a.Item6, CreatedAt = a.Item7,
            ScheduledAt = b.Item1, AttemptedAt = b.Item2, FinishedAt = b.Item3, Result = b.Item4, CancelReason = b.Item5,
            Node = c.Item1, History = [.. c.Item2], Labels = c.Item3,
        });

    [Fact]
    public void Any_jobs_are_read_as_they_were_written() => Jobs.Array[0, 6].Sample(
        jobs =>
        {
            var orders = new WorkOrders("q", [.. jobs], [], []);
            var read = Serializer.FromBinary(Serializer.ToBinary(orders), "work-orders.1");
            Assert.Equal(Dump.Of(orders), Dump.Of(read));
        },
        iter: 300);

    [Fact]
    public void Any_bytes_are_read_or_refused_with_a_typed_error() => Gen.Select(Gen.Byte.Array[0, 200], Gen.OneOfConst("commit.1", "snapshot.1", "calls.1", "answers.1", "work-finished.1")).Sample(
        (bytes, manifest) =>
        {
            try
            {
                Serializer.FromBinary(bytes, manifest);
            }
            catch (WireException e)
            {
                Assert.Contains(manifest, e.Message, StringComparison.Ordinal);
            }
        },
        iter: 3000);
}
