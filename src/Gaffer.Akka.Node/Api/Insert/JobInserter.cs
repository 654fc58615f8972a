using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Gaffer.Node;

/// <summary>A job on its way, and the line that it came from.</summary>
internal sealed record PendingJob(long Line, byte[] Json);

/// <summary>What became of the lines so far.</summary>
internal sealed record InsertTotals(long Inserted, long Duplicates, long Failed);

/// <summary>Inserts jobs in batches. A batch that is refused is halved until the lines are found that are to blame: the others are stored.</summary>
/// <param name="report">Hears of each line that failed, and why.</param>
internal sealed class JobInserter(ApiClient api, string queue, Action<long, string> report, TimeProvider time)
{
    /// <summary>Far below what the API takes, so that a batch is soon stored, and few are sent again.</summary>
    private const int MostJobs = 1000, MostBytes = 1024 * 1024;

    /// <summary>Longest time that a job waits for others to travel with.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private const int MostTries = 6;
    private const string FirstLine = "Line 1: ";

    private readonly List<PendingJob> _batch = [];
    private int _bytes;
    private long _since;

    public InsertTotals Totals { get; private set; } = new(0, 0, 0);

    /// <summary>The first line that may not have been stored; null: all were, or failed.</summary>
    public long? Pending => _batch.Count > 0 ? _batch[0].Line : null;

    public async Task AddAsync(PendingJob job, CancellationToken stop)
    {
        if (_batch.Count == MostJobs || (_batch.Count > 0 && _bytes + job.Json.Length > MostBytes)) await FlushAsync(stop);
        if (_batch.Count == 0) _since = time.GetTimestamp();
        _batch.Add(job);
        _bytes += job.Json.Length + 1;
    }

    public void Fail(long line, string problem)
    {
        Totals = Totals with { Failed = Totals.Failed + 1 };
        report(line, problem);
    }

    /// <summary>Until there is more to read, or the jobs that are there have waited long enough for it: then they are sent.</summary>
    /// <exception cref="ApiException">Nobody answers, or no line is to blame.</exception>
    public async Task WaitAsync(Task more, CancellationToken stop)
    {
        if (_batch.Count == 0) return;
        var left = Patience - time.GetElapsedTime(_since);
        if (left > TimeSpan.Zero) await Task.WhenAny(more, Task.Delay(left, time, stop));
        stop.ThrowIfCancellationRequested();
        if (!more.IsCompleted) await FlushAsync(stop);
    }

    /// <exception cref="ApiException">Nobody answers, or no line is to blame.</exception>
    public async Task FlushAsync(CancellationToken stop)
    {
        if (_batch.Count == 0) return;
        await InsertAsync(_batch.ToArray(), stop);
        _batch.Clear();
        _bytes = 0;
    }

    private async Task InsertAsync(ArraySegment<PendingJob> jobs, CancellationToken stop)
    {
        try
        {
            var stored = await SendAsync(jobs, stop);
            Totals = Totals with { Inserted = Totals.Inserted + stored.Inserted, Duplicates = Totals.Duplicates + stored.Duplicates };
        }
        catch (ApiException e) when (IsAbout(e))
        {
            if (jobs.Count == 1)
            {
                Fail(jobs[0].Line, e.Problems.Count > 0 ? string.Join(" ", e.Problems.Select(WithoutNumber)) : e.Message.ReplaceLineEndings(" "));
                return;
            }

            var half = jobs.Count / 2;
            await InsertAsync(jobs[..half], stop);
            await InsertAsync(jobs[half..], stop);
        }
    }

    // It was the first of its request, which is not what its number is here.
    private static string WithoutNumber(string problem) => problem.StartsWith(FirstLine, StringComparison.Ordinal) ? problem[FirstLine.Length..] : problem;

    // The queue, the caller or the node may be to blame as well: then each line would be refused.
    private static bool IsAbout(ApiException e) => (HttpStatusCode)e.Status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity;

    /// <summary>Each job has its id, so what is sent again, because nobody knows whether it was stored, is stored once.</summary>
    private async Task<Stored> SendAsync(ArraySegment<PendingJob> jobs, CancellationToken stop)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                using var content = Content(jobs);
                return ApiClient.Read<Stored>(await api.PostAsync($"{ApiClient.Queue(queue)}/jobs/batch", content, stop));
            }
            catch (ApiException e) when (e.MayPass && tried < MostTries)
            {
                var wait = e.RetryAfter is { } asked && asked < TimeSpan.FromSeconds(30) ? asked : TimeSpan.FromMilliseconds(200 << tried);
                await Task.Delay(wait, time, stop);
            }
        }
    }

    private static ByteArrayContent Content(ArraySegment<PendingJob> jobs)
    {
        using var lines = new MemoryStream(jobs.Sum(job => job.Json.Length + 1));
        foreach (var job in jobs)
        {
            lines.Write(job.Json);
            lines.WriteByte((byte)'\n');
        }

        var content = new ByteArrayContent(lines.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson", Encoding.UTF8.WebName);
        return content;
    }

    private sealed record Stored(long Inserted, long Duplicates);
}
