using Xunit;

namespace Gaffer.Tests;

/// <summary>Where the container has no loggers.</summary>
public sealed class AkkaLoggerTests() : Akka.TestKit.Xunit2.TestKit("akka.loglevel = INFO")
{
    [Fact]
    public void Akkas_log_has_the_same_words_levels_and_exceptions()
    {
        var logs = GafferLogs.Of(Sys);

        EventFilter.Warning(contains: "Hook {0} {hook} of queue mail failed").ExpectOne(() => logs.Hooks.HookThrew(new InvalidDataException(), "{0} {hook}", "mail", "JobFailed"));
        EventFilter.Exception<InvalidDataException>(contains: "The limiter could not write its journal").ExpectOne(() => logs.Limits.LimiterNotWritten(new InvalidDataException(), "why"));
        EventFilter.Info(contains: "in contact with its cluster again").ExpectOne(() => logs.Cluster.ContactRegained());
        EventFilter.Debug().Expect(0, () => logs.Jobs.Started(Given.Job()));
    }
}
