using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Akka.Actor;

namespace Gaffer;

/// <summary>Hands jobs that ended to other queues: told again until the target has acknowledged. The id is derived from the source, so that a repetition is one job.</summary>
internal sealed class ForwardOutbox(QueueState state, GafferRuntime runtime, IActorRef self)
{
    private const int MostUnderWay = 1000;

    // Not escaped: text in other than Latin letters would grow threefold, and it is not put into HTML.
    private static readonly JsonSerializerOptions Json = new(JsonDefaults.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<long, ForwardKey> _underWay = [];
    private readonly Dictionary<QueueName, int> _partitions = []; // of targets that have more than one, as last heard
    private readonly HashSet<long> _redirected = [];
    private readonly Queue<PendingForward> _waiting = new();
    private long _nextCall;
    private bool _retryIsSet;

    /// <summary>Jobs whose end is durable.</summary>
    public void Send(IEnumerable<PendingForward> forwards)
    {
        foreach (var forward in forwards) _waiting.Enqueue(forward);
        SendMore();
    }

    /// <summary>The target has it, or cannot take it now.</summary>
    public void Handle(QueueAnswers answers, ICommit commit)
    {
        foreach (var answer in answers.Answers)
        {
            if (!_underWay.TryGetValue(answer.Id, out var key)) continue;
            if (answer.Reply is Misrouted misrouted) Redirect(answer.Id, key, misrouted);
            if (answer.Reply is not InsertResult) continue;
            _underWay.Remove(answer.Id);
            if (state.Forwards.ContainsKey(key)) commit.Do(new QueueChange.ForwardDelivered(runtime.Clock.Now, key));
        }

        SendMore();
    }

    /// <summary>What was not acknowledged is told again.</summary>
    public void Resend()
    {
        _retryIsSet = false;
        _redirected.Clear();
        foreach (var (call, key) in _underWay.ToList())
        {
            if (state.Forwards.TryGetValue(key, out var forward)) Tell(call, forward);
            else _underWay.Remove(call);
        }

        SendMore();
    }

    private void SendMore()
    {
        while (_underWay.Count < MostUnderWay && _waiting.TryDequeue(out var forward))
        {
            if (!state.Forwards.ContainsKey(forward.Key)) continue;
            _underWay[++_nextCall] = forward.Key;
            Tell(_nextCall, forward);
        }

        if (_underWay.Count == 0 || _retryIsSet) return;
        _retryIsSet = true;
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Retry.Instance);
    }

    // At once the first time; two partitions that contradict each other, as the target is just made anew, wait for the clock.
    private void Redirect(long call, ForwardKey key, Misrouted misrouted)
    {
        if (!state.Forwards.TryGetValue(key, out var forward)) return;
        _partitions[forward.Target] = misrouted.Partitions;
        if (_redirected.Add(call)) Tell(call, forward);
    }

    private void Tell(long call, PendingForward forward)
    {
        var job = forward.Job;
        var hops = (job.Labels?.Hops ?? 0) + 1;
        var request = new ForwardJob(forward.Target, IdOf(job), PayloadOf(job, hops, runtime.Settings.Client.MaxMessageBytes - MessageSize.JobReserve), hops) { Trace = job.Labels?.Trace };
        var partitions = _partitions.GetValueOrDefault(forward.Target, 1);
        var partition = new QueuePartition(forward.Target, JobPlace.PartitionOf(request.Job, partitions));
        runtime.QueueRegion.Tell(new QueueCalls(partition, [new QueueCall(call, request)], partitions), self);
    }

    /// <summary>The id of the forwarded job: a hash of the queue, the job, its execution, its state and how often it was retried by hand, as a version 8 UUID.</summary>
    internal static JobId IdOf(Job job)
    {
        var retries = job.Retries == 0 ? "" : $"/{job.Retries}"; // 0 for all that was retried before retries were counted
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{job.Queue}/{job.Id}/{job.Execution}/{(int)job.State}{retries}")).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new JobId(new Guid(hash, bigEndian: true));
    }

    private static byte[] PayloadOf(Job job, int hops, int mostBytes)
    {
        JsonElement? json = null;
        if (job.ContentType == InsertJob.Json)
        {
            try
            {
                json = JsonElement.Parse(job.Payload.Span);
            }
            catch (JsonException)
            {
                json = null; // said to be JSON and is not: goes as bytes, so that nothing is lost
            }
        }

        var forwarded = new ForwardedJob(
            job.Id, job.Queue.Value, job.Kind, job.State, job.Attempt, [.. job.Errors], job.FinishedAt ?? job.CreatedAt,
            json, json is null ? Convert.ToBase64String(job.Payload.Span) : null, hops);
        var payload = JsonSerializer.SerializeToUtf8Bytes(forwarded, Json);
        if (payload.Length <= mostBytes) return payload;

        // It must fit into a message. What is left out is with the job that it comes from, as long as that is kept.
        forwarded = forwarded with { Errors = [.. MessageSize.Fit(job, 0).Errors] };
        payload = JsonSerializer.SerializeToUtf8Bytes(forwarded, Json);
        return payload.Length <= mostBytes ? payload : JsonSerializer.SerializeToUtf8Bytes(forwarded with { Payload = null, PayloadBytes = null }, Json);
    }

    /// <summary>Time to look at what was not acknowledged.</summary>
    public sealed class Retry
    {
        public static Retry Instance { get; } = new();
    }
}
