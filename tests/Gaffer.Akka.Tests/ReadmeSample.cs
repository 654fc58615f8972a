using Microsoft.Extensions.Hosting;

namespace Gaffer.Tests;

/// <summary>The code of README.md, compiled. <see cref="ReadmeTests"/> compares the two.</summary>
public static class ReadmeSample
{
    public interface IMailServer
    {
        Task SendAsync(string to, string subject, CancellationToken stop);
    }

    public static void AddGaffer(IHostApplicationBuilder builder)
    {
        #region host
        builder.Services.AddGaffer(gaffer => gaffer
            .UseSqlite("shop.db")
            .AddQueue<SendEmail, EmailWorker>("emails", queue => queue with { MaxWorkers = 10, MaxAttempts = 5 }));
        #endregion
    }

    public static async Task InsertAsync(IGaffer gaffer)
    {
        #region insert
        await gaffer.InsertAsync("emails", new SendEmail("ada@example.org", "Welcome"));
        await gaffer.InsertAsync("emails", new SendEmail("bob@example.org", "Your week"),
            new JobOptions { Delay = TimeSpan.FromDays(7), Priority = -1, UniqueKey = "week-bob" });
        #endregion
    }

    #region worker
    public sealed record SendEmail(string To, string Subject);

    public sealed class EmailWorker(IMailServer mail) : IJobWorker<SendEmail>
    {
        public async Task<JobResult> PerformAsync(JobContext<SendEmail> job, CancellationToken stop)
        {
            await mail.SendAsync(job.Payload.To, job.Payload.Subject, stop);
            return JobResult.Complete();
        }
    }
    #endregion
}
