using Xunit;
using static Gaffer.Tests.Configurations;

namespace Gaffer.Tests;

public class QueueOptionsBinderTests
{
    private static readonly QueueOptions Plain = new() { Name = "emails" };

    /// <summary>Key and value in JSON and in HOCON, and what they mean.</summary>
    public static TheoryData<string, string, string, Func<QueueOptions, QueueOptions>> Settings => new()
    {
        { "max-workers", "10", "10", q => q with { MaxWorkers = 10 } },
        { "max-workers", "'unlimited'", "unlimited", q => q with { MaxWorkers = WorkerLimit.Unlimited } },
        { "max-workers", "'infinity'", "infinity", q => q with { MaxWorkers = WorkerLimit.Unlimited } },
        { "global-max-workers", "40", "40", q => q with { GlobalMaxWorkers = 40 } },
        { "poll-interval", "'off'", "off", q => q },
        { "poll-interval", "100", "100ms", q => q with { PollInterval = TimeSpan.FromMilliseconds(100) } },
        { "poll-interval", "'infinite'", "infinite", q => q with { PollInterval = Timeout.InfiniteTimeSpan } },
        { "limits", "['db', 'mail']", "[mail, db]", q => q with { Limits = ["db", "mail"] } },
        { "limits", "'mail'", "mail", q => q with { Limits = ["mail"] } },
        { "max-attempts", "7", "7", q => q with { MaxAttempts = 7 } },
        { "timeout", "'2m'", "2m", q => q with { Timeout = TimeSpan.FromMinutes(2) } },
        { "timeout", "'00:00:05'", "5000", q => q with { Timeout = TimeSpan.FromSeconds(5) } },
        { "timeout", "'infinite'", "infinite", q => q with { Timeout = Timeout.InfiniteTimeSpan } },
        { "backoff", "250", "250", q => q with { Backoff = Backoff.Fixed(TimeSpan.FromMilliseconds(250)) } },
        { "backoff", "'1.5s'", "1.5s", q => q with { Backoff = Backoff.Fixed(TimeSpan.FromSeconds(1.5)) } },
        { "backoff", "[1000, '5s']", "[1000, 5s]", q => q with { Backoff = Backoff.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)) } },
        { "backoff", "{ 'Exponential': { 'First': '1s' } }", "{ exponential { first = 1s } }", q => q with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1)) } },
        {
            "backoff", "{ 'Exponential': { 'First': '1s', 'Factor': 1.5, 'Max': '1h', 'Jitter': 0 } }", "{ exponential { first = 1s, factor = 1.5, max = 1h, jitter = 0 } }",
            q => q with { Backoff = Backoff.Exponential(TimeSpan.FromSeconds(1), 1.5, TimeSpan.FromHours(1), 0) }
        },
        { "priority", "-5", "-5", q => q with { Priority = -5 } },
        { "shutdown-timeout", "'10s'", "10s", q => q with { ShutdownTimeout = TimeSpan.FromSeconds(10) } },
        { "forward", "{ 'Failed': 'dead', 'Completed': 'done' }", "{ failed = dead, completed = done }", q => q with { OnFailed = "dead", OnCompleted = "done" } },
        { "on-failed", "'dead'", "dead", q => q with { OnFailed = "dead" } },
        { "on-discard", "'dead'", "dead", q => q with { OnFailed = "dead" } },
        { "on-completed", "'done'", "done", q => q with { OnCompleted = "done" } },
        { "on-cancelled", "'gone'", "gone", q => q with { OnCancelled = "gone" } },
        { "prune", "'Seed'", "Seed", q => q with { Prune = PruneOptions.Seed } },
        { "prune", "'never'", "never", q => q with { Prune = PruneOptions.Never } },
        { "prune", "'Default'", "default", q => q },
        { "prune", "{ 'Interval': 'off' }", "{ interval = off }", q => q with { Prune = q.Prune with { Interval = null } } },
        {
            "prune", "{ 'MaxAge': { 'Failed': 'never', 'Completed': 0 }, 'DefaultAge': '1h', 'MaxCount': 5 }", "{ max-age { failed = never, completed = 0 }\n default-age = 1h, max-count = 5 }",
            q => q with { Prune = q.Prune with { MaxAge = q.Prune.MaxAge.SetItem(JobState.Failed, Age.Never).SetItem(JobState.Completed, Age.Immediately), DefaultAge = TimeSpan.FromHours(1), MaxCount = 5 } }
        },
        {
            "prune", "{ 'MaxAge': { 'Available': '30d' }, 'AllowNonTerminal': true, 'MaxCount': 'unlimited' }", "{ max-age { available = 30d }\n allow-non-terminal = on, max-count = unlimited }",
            q => q with { Prune = q.Prune with { MaxAge = q.Prune.MaxAge.SetItem(JobState.Available, TimeSpan.FromDays(30)), AllowNonTerminal = true, MaxCount = null } }
        },
        { "chain-policy", "'SkipOnRetry'", "skip-on-retry", q => q with { ChainPolicy = ChainPolicy.SkipOnRetry } },
        { "max-snoozes", "3", "3", q => q with { MaxSnoozes = 3 } },
        { "max-payload-bytes", "'2MiB'", "2MiB", q => q with { MaxPayloadBytes = 2 * 1024 * 1024 } },
        { "max-payload-bytes", "4096", "4KiB", q => q with { MaxPayloadBytes = 4096 } },
        { "max-jobs", "1000", "1000", q => q with { MaxJobs = 1000 } },
        { "max-jobs", "'unlimited'", "unlimited", q => q },
        { "keep-log", "true", "on", q => q with { KeepLog = true } },
        { "storage", "'audit'", "audit", q => q with { Storage = "audit" } },
        { "partitions", "8", "8", q => q with { Partitions = 8 } },
    };

    /// <summary>Key, a value that cannot be, and what the message says of it.</summary>
    public static TheoryData<string, string, string> BadValues => new()
    {
        { "max-workers", "0", "1 or more, or unlimited" },
        { "max-workers", "many", "1 or more, or unlimited" },
        { "global-max-workers", "-1", "1 or more, or unlimited" },
        { "poll-interval", "0", "off, a duration above 0" },
        { "max-attempts", "0", "1 or more" },
        { "max-attempts", "3.5", "1 or more" },
        { "timeout", "0s", "a duration above 0" },
        { "timeout", "5 parsecs", "or infinite" },
        { "backoff", "-1", "0 or more" },
        { "backoff", "[]", "a list of delays" },
        { "backoff", "[1s, soon]", "a list of delays" },
        { "backoff", "{ exponential { factor = 2 } }", "has no first" },
        { "backoff", "{ exponential { first = 1s, factor = 0.5 } }", "1 or more" },
        { "backoff", "{ exponential { first = 1s, jitter = 2 } }", "from 0 to 1" },
        { "backoff", "{ exponential { first = 1h, max = 1s } }", "before its start" },
        { "priority", "high", "a whole number" },
        { "shutdown-timeout", "0", "a duration above 0" },
        { "on-failed", "two words", "the name of a queue" },
        { "prune", "sometimes", "Seed, Never, Default" },
        { "prune", "{ interval = 0 }", "or off" },
        { "prune", "{ max-age { failed = old } }", "or never" },
        { "prune", "{ max-count = -1 }", "0 or more, or unlimited" },
        { "prune", "{ max-age { available = 1d } }", "set AllowNonTerminal" },
        { "chain-policy", "Wait", "BlockOnRetry or SkipOnRetry" },
        { "max-snoozes", "0", "1 or more, or unlimited" },
        { "max-payload-bytes", "65MiB", "from 1 to 64MiB" },
        { "max-payload-bytes", "0", "from 1 to 64MiB" },
        { "max-jobs", "0", "1 or more, or unlimited" },
        { "keep-log", "perhaps", "true or false" },
        { "storage", "a b", "the name of a storage" },
        { "partitions", "0", "from 1 to 64" },
        { "partitions", "65", "from 1 to 64" },
    };

    [Theory]
    [MemberData(nameof(Settings), DisableDiscoveryEnumeration = true)]
    public void A_setting_means_the_same_in_json_and_in_hocon(string key, string json, string hocon, Func<QueueOptions, QueueOptions> change)
    {
        static void Audit(GafferBuilder gaffer) => gaffer.UseStorage("audit", Storage.InMemory());
        var pascal = string.Concat(key.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        var expected = change(Plain);

        Assert.Equal(expected, Emails(Audit, json: $"{{ 'Queues': {{ 'emails': {{ '{pascal}': {json} }} }} }}"));
        Assert.Equal(expected, Emails(Audit, hocon: $"gaffer.queues.emails {{ {key} = {hocon} }}"));
        Assert.Equal(expected, Emails(Audit, json: $"{{ 'queues': {{ 'emails': {{ '{key.ToUpperInvariant()}': {json} }} }} }}"));
    }

    [Theory]
    [MemberData(nameof(BadValues))]
    public void A_bad_value_is_named_with_its_key_and_what_is_allowed(string key, string value, string says)
    {
        var problem = Assert.Single(Problems(hocon: $"gaffer.queues.emails {{ {key} = {(value.StartsWith('[') || value.StartsWith('{') ? value : $"\"{value}\"")} }}"));
        Assert.Contains(says, problem, StringComparison.Ordinal);
        Assert.Contains("emails", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_can_be_configured()
    {
        var configurable = QueueOptionsBinder.Binder.Keys.Select(ConfigNode.Plain).Order();
        var options = typeof(QueueOptions).GetProperties().Where(p => p.CanWrite && p.Name != nameof(QueueOptions.Name)).Select(p => p.Name.ToLowerInvariant()).Order();
        Assert.Equal(options, configurable);
        Assert.Empty(QueueOptionsBinder.Binder.Keys.Except(Settings.Select(s => (string)s[0])));
    }

    [Fact]
    public void A_misspelled_key_is_told_with_the_nearest_known_one_and_the_full_key()
    {
        var problem = Assert.Single(Problems(json: "{ 'Queues': { 'emails': { 'MaxWorker': 10 } } }"));
        Assert.StartsWith("Gaffer:Queues:emails:MaxWorker ('10') is unknown. Did you mean MaxWorkers?", problem, StringComparison.Ordinal);
        problem = Assert.Single(Problems(hocon: "gaffer.queues.emails.prune { max-aeg { failed = 1d } }"));
        Assert.StartsWith("gaffer.queues.emails.prune.max-aeg ({failed}) is unknown. Did you mean max-age?", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_like_no_other_is_told_with_those_that_are_known()
    {
        var problem = Assert.Single(Problems(hocon: "gaffer.queues.emails.colour = red"));
        Assert.Contains("gaffer.queues.emails.colour ('red') is unknown. Known here: max-workers,", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_is_said_twice_in_two_spellings_is_a_problem()
    {
        var problem = Assert.Single(Problems(hocon: "gaffer.queues.emails { on-failed = dead, on-discard = grave }"));
        Assert.Contains("gaffer.queues.emails.on-discard", problem, StringComparison.Ordinal);
        Assert.Contains("gaffer.queues.emails.on-failed", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_environment_variable_sets_one_element()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager
        {
            ["Gaffer:Queues:EMAILS:MaxWorkers"] = "3", ["Gaffer:Queues:EMAILS:Backoff:0"] = "1s", ["Gaffer:Queues:EMAILS:Backoff:1"] = "2s",
        };
        var options = Emails(g => g.AddQueue("emails").UseConfiguration(configuration.GetSection("Gaffer")));
        Assert.Equal(3, options.MaxWorkers.Value);
        Assert.Equal(Backoff.Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), options.Backoff);
    }
}
