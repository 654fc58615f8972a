namespace Gaffer.Dashboard.Tests.Browser;

/// <summary>A dashboard of a node under load: mails, pictures and reports come in all the time, and a few fail. Beside them it works on a queue of a million jobs.</summary>
public sealed class LoadedHost : IAsyncDisposable
{
    /// <summary>The queue of a million jobs; so slow that they hardly get fewer.</summary>
    public const string Newsletter = "newsletter";

    public const int Million = 1_000_000;

    /// <summary>The tag of one in a thousand of them.</summary>
    public const string Rare = "editor";

    private const int Batch = 10_000;
    private static readonly string[] People = ["ada", "grace", "edsger", "barbara", "alan"];
    private static readonly JobOptions Reader = new() { Kind = "issue" };
    private static readonly JobOptions Editor = new() { Kind = "proof", Tags = [Rare] };

    private readonly CancellationTokenSource _stop = new();
    private Task _load = Task.CompletedTask;

    private LoadedHost(DashboardHost host) => Host = host;

    public DashboardHost Host { get; }

    /// <summary>The ids of a thousand jobs in the middle of the million.</summary>
    public IReadOnlyList<JobId> Middle { get; private set; } = [];

    /// <summary>A job of the million after which there are a hundred.</summary>
    public JobId NearEnd { get; private set; }

    public static async Task<LoadedHost> StartAsync(Action<GafferDashboardOptions>? configure = null)
    {
        var loaded = new LoadedHost(await DashboardHost.StartAsync(configure, g => g
            .AddLimit("mail-provider", 12)
            .AddQueue("emails", q => q with { MaxWorkers = 8, Limits = ["mail-provider"], Backoff = Backoff.Exponential(TimeSpan.FromMilliseconds(500)), OnFailed = "dead-letters" },
                JobWorker.FromDelegate<Mail>(SendAsync, "send"), JobWorker.FromDelegate<Mail>(SendAsync, "digest"))
            .AddQueue<string>("pictures", DrawAsync, q => q with { MaxWorkers = 4, GlobalMaxWorkers = 16, MaxAttempts = 2, Backoff = Backoff.Fixed(TimeSpan.FromSeconds(1)) })
            .AddQueue(Newsletter, q => q with { MaxWorkers = 2, MaxAttempts = 1 }, JobWorker.FromDelegate<string>(DeliverAsync, "issue"), JobWorker.FromDelegate<string>(DeliverAsync, "proof"))
            .AddQueue("dead-letters")
            .AddQueue("reports", q => q with { MaxWorkers = 2 })));
        var gaffer = loaded.Host.Gaffer;
        await gaffer.InsertManyAsync("reports", [.. Enumerable.Range(1, 40).Select(i => InsertJob.Of("reports", $"month {i}", new JobOptions { Delay = TimeSpan.FromHours(i), Tags = ["monthly"] }))]);
        loaded._load = loaded.LoadAsync();
        await loaded.FillAsync(Newsletter, loaded.Remember);
        return loaded;
    }

    /// <summary>A job of the newsletter that fails at once, before all others.</summary>
    public static InsertJob NewBounce(int number) => InsertJob.Of(Newsletter, $"bounce {number}", new JobOptions { Kind = "issue", Priority = 9 });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _load;
        await Host.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>Inserts a million jobs into a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="stored">Is told of each batch: how many there were before, and its ids in their order.</param>
    public async Task FillAsync(QueueName queue, Action<int, IReadOnlyList<JobId>>? stored = null)
    {
        for (var from = 0; from < Million; from += Batch)
        {
            var batch = await Host.Gaffer.InsertManyAsync(queue, [.. Enumerable.Range(from, Batch).Select(i => InsertJob.Of(queue, $"reader {i}", i % 1000 == 0 ? Editor : Reader))]);
            stored?.Invoke(from, [.. batch.Jobs.Select(j => j.Job.Id).Order()]);
        }
    }

    private void Remember(int before, IReadOnlyList<JobId> batch)
    {
        if (before == Million / 2) Middle = [.. batch.Take(1000)];
        if (before == Million - Batch) NearEnd = batch[^101];
    }

    private async Task LoadAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            for (var round = 0; await timer.WaitForNextTickAsync(_stop.Token); round++)
            {
                var mails = 4 + (int)(3 * Math.Sin(round / 25.0));
                await Host.Gaffer.InsertManyAsync("emails", [.. Enumerable.Range(0, mails).Select(i => NewMail(round, i))], _stop.Token);
                if (round % 2 == 0) await Host.Gaffer.InsertAsync("pictures", $"thumbnails/{round:00000}.png", cancellationToken: _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static InsertJob NewMail(int round, int i)
    {
        var person = People[(round + i) % People.Length];
        return InsertJob.Of("emails", new Mail($"{person}@example.org", "Your week", round % 23 == 0 && i == 0), new JobOptions { Kind = i % 3 == 0 ? "digest" : "send", MaxAttempts = 3, Tags = ["weekly"] });
    }

    private static async Task<JobResult> SendAsync(JobContext<Mail> job, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(40 + (job.Payload.To.Length * 5)), stop);
        return job.Payload.Bounces ? throw new IOException($"The mail server refused {job.Payload.To}: mailbox full.") : JobResult.Complete(new { accepted = job.Payload.To });
    }

    private static async Task<JobResult> DrawAsync(JobContext<string> job, CancellationToken stop)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(350), stop);
        return job.Payload.EndsWith("4.png", StringComparison.Ordinal) && job.Payload.Contains("04", StringComparison.Ordinal) ? JobResult.Fail($"{job.Payload} is no picture.") : JobResult.Complete();
    }

    private static async Task<JobResult> DeliverAsync(JobContext<string> job, CancellationToken stop)
    {
        if (job.Payload.StartsWith("bounce", StringComparison.Ordinal)) return JobResult.Fail($"The mailbox of {job.Payload} is full.");
        await Task.Delay(TimeSpan.FromMilliseconds(500), stop);
        return JobResult.Complete();
    }

    private sealed record Mail(string To, string Subject, bool Bounces);
}
