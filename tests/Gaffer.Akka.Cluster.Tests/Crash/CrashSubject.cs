using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Tests;

/// <summary>One life of the process that is killed: it inserts and performs jobs, and writes down all that it sees.</summary>
public static class CrashSubject
{
    public const string ReadyWord = "ready";
    private const int Inserters = 6;
    private const int MostUnfinished = 500;
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(SubjectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var startup = Stopwatch.StartNew();
        var earlier = Ledger.Read(options.LedgerDirectory);
        using var ledger = new LedgerWriter(options.LedgerDirectory, options.Life);
        using var unfinished = new SemaphoreSlim(MostUnfinished);
        using var host = CrashHost.Subject(options, ledger, unfinished);
        await host.StartAsync();
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        await gaffer.GetInfoAsync(CrashJob.Queue);
        ledger.Write(new LedgerLine.Ready(startup.ElapsedMilliseconds));
        Console.WriteLine(ReadyWord);

        var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var inserter = new CrashInserter(gaffer, ledger, options, unfinished);
        var work = WorkAsync();
        if (options.Mode == SubjectMode.Finish)
        {
            await work;
            await host.StopAsync();
            return 0;
        }

        var stopped = host.WaitForShutdownAsync();
        await Task.WhenAny(work, stopped);       // inserters end only by a stop, or by a defect of theirs
        await work;
        await stopped;
        return 0;

        async Task WorkAsync()
        {
            try
            {
                await inserter.RepeatAsync(earlier, stopping);
                if (options.Mode == SubjectMode.Finish)
                {
                    var flush = await gaffer.FlushAsync(CrashJob.Queue, LongestFlush, cancellationToken: stopping);
                    ledger.Write(new LedgerLine.Flushed(flush.Flushed, flush.Available + flush.Scheduled + flush.Executing));
                    return;
                }

                await Task.WhenAll(Enumerable.Range(0, Inserters).Select(n => Task.Run(() => inserter.RunAsync(n, stopping), stopping)));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The host stops: what was not answered stays unanswered.
            }
        }
    }
}
