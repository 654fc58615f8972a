using Akka.Actor;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What the limiter says whose journal fails.</summary>
public sealed class LimiterLogsTests : CatalogTestKit
{
    private readonly LogProbe _log = new();

    public LimiterLogsTests() => GafferExtension.Of(Sys).Logs = GafferLogs.To(_log.ToFactory());

    [Theory]
    [InlineData(false, "LimiterNotWritten", 5002)]
    [InlineData(true, "LimiterRefused", 5003)]
    public async Task A_limiter_that_cannot_write_says_why(bool rejected, string name, int id)
    {
        var limiter = Sys.ActorOf(GlobalLimiter.CreateProps(Runtime(Storage)));
        if (rejected) Journal.Writes.Reject();
        else Journal.Writes.Fail();

        limiter.Tell(new LimitRequest.Ensure(1, "smtp", 3), TestActor);

        var entry = await _log.TheAsync(name);
        Assert.Equal(("Gaffer.Limits", LogLevel.Error, id), (entry.Category, entry.Level, entry.Id.Id));
        Assert.NotNull(entry.Thrown);
        Assert.StartsWith("Its storage failed: the disk", entry["Reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_nobody_made_is_logged_with_the_partition_that_waits_for_it()
    {
        var limiter = Sys.ActorOf(GlobalLimiter.CreateProps(Runtime(Storage)));

        limiter.Tell(new PermitReport(new QueuePartition("emails", 2), new PermitsHeld("smtp", 0, 0), 0, 1));

        var entry = await _log.TheAsync("LimitUnknown");
        Assert.Equal(("Gaffer.Limits", LogLevel.Warning, 5001), (entry.Category, entry.Level, entry.Id.Id));
        Assert.Equal(("emails", "emails~2", "smtp"), (entry["Queue"], entry["Partition"], entry["Limit"]));
    }
}
