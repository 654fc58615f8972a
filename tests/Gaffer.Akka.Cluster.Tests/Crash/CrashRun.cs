using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gaffer.Tests;

/// <summary>Lets lives of the subject follow each other on one storage, and reads in the end what they saw and what is stored.</summary>
public sealed class CrashRun(CrashStorage storage, string directory)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestFinish = TimeSpan.FromSeconds(90);
    private int _life;

    public string LedgerDirectory { get; } = Directory.CreateDirectory(Path.Combine(directory, "ledgers")).FullName;

    /// <summary>Kills so many lives, each at a random moment: most of them at work, some while they start.</summary>
    public async Task KillAsync(int kills, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        for (var n = 0; n < kills; n++)
        {
            using var subject = Start(SubjectMode.Load);
            if (n % 4 == 3)
            {
                await Task.Delay(random.Next(500, 4_000));
            }
            else
            {
                await subject.ReadyAsync(LongestStart);
                await Task.Delay(random.Next(200, 1_500));
            }

            Require(!subject.HasExited, $"Life {_life - 1} ended by itself. It said:{Environment.NewLine}{subject.Output}");
            subject.Kill();
            await subject.ExitAsync(LongestStart);
        }
    }

    /// <summary>Stops one life as an operator does, under load.</summary>
    public async Task TerminateAsync(TimeSpan after)
    {
        using var subject = Start(SubjectMode.Hold);
        await subject.ReadyAsync(LongestStart);
        await Task.Delay(after);
        subject.Terminate();
        var code = await subject.ExitAsync(LongestStart);
        Require(code == 0, $"The subject ended with {code}. It said:{Environment.NewLine}{subject.Output}");
    }

    /// <summary>One last life, which performs what is left.</summary>
    public async Task FinishAsync()
    {
        using var subject = Start(SubjectMode.Finish);
        var code = await subject.ExitAsync(LongestFinish);
        Require(code == 0, $"The last life ended with {code}. It said:{Environment.NewLine}{subject.Output}");
    }

    /// <summary>All jobs that are stored, read through the public interface.</summary>
    public async Task<IReadOnlyList<Job>> RecordAsync()
    {
        using var host = CrashHost.Reader(storage);
        await host.StartAsync();
        var jobs = new List<Job>();
        await foreach (var job in host.Services.GetRequiredService<IGaffer>().ListAsync(CrashJob.Queue)) jobs.Add(job);
        await host.StopAsync();
        return jobs;
    }

    private SubjectProcess Start(SubjectMode mode) => SubjectProcess.Start(new SubjectOptions(storage, LedgerDirectory, _life++, mode));

    private static void Require(bool good, string otherwise)
    {
        if (!good) throw new InvalidOperationException(otherwise);
    }
}
