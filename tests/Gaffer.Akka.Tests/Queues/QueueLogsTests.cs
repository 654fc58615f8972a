using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What a queue says whose journal fails.</summary>
public sealed class QueueLogsTests : QueueTestKit
{
    private readonly LogProbe _log = new();

    public QueueLogsTests() => GafferExtension.Of(Sys).Logs = GafferLogs.To(_log.ToFactory());

    [Fact]
    public async Task A_queue_that_cannot_read_its_journal_says_why()
    {
        Journal.Recoveries.Fail();

        Start(create: false);
        Tell(new CreateQueue(new QueueOptions { Name = Emails }));

        var unreadable = await _log.TheAsync("JournalUnreadable");
        Assert.Equal(("Gaffer.Queues", LogLevel.Error, 1101, "emails", "emails"), (unreadable.Category, unreadable.Level, unreadable.Id.Id, unreadable["Queue"], unreadable["Partition"]));
        Assert.IsType<IOException>(unreadable.Thrown);
        Assert.Contains("the disk is on fire", unreadable["Reason"], StringComparison.Ordinal);
        var unavailable = await _log.TheAsync("QueueUnavailable");
        Assert.Equal((LogLevel.Warning, 1003, "emails", "00:00:00.2000000"), (unavailable.Level, unavailable.Id.Id, unavailable["Queue"], unavailable["Delay"]));
    }

    [Fact]
    public async Task A_write_that_fails_is_an_error_and_one_that_another_actor_came_before_is_healed()
    {
        Start();
        Journal.Writes.Fail();
        ExpectUnavailable(Tell(InsertJob.Of(Emails, 1)), "the disk");
        var failed = await _log.TheAsync("JournalNotWritten");
        Assert.Equal((LogLevel.Error, 1102, "emails"), (failed.Level, failed.Id.Id, failed["Queue"]));
        await _log.TheAsync("QueueUnavailable");
        Settle(Entity);
        Time.Advance(TimeSpan.FromSeconds(1));
        Insert();

        var overtaken = new SqliteException("unique", 19, 2067);
        Journal.Writes.Fail(overtaken);
        Tell(InsertJob.Of(Emails, 2));

        var entry = await _log.TheAsync("JournalOvertaken");
        Assert.Equal((LogLevel.Warning, 1103, "emails"), (entry.Level, entry.Id.Id, entry["Queue"]));
        Assert.Same(overtaken, entry.Thrown);
        Assert.Single(_log.Entries, e => e.Level == LogLevel.Error);
    }
}
