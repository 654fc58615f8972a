using Xunit;
using static Gaffer.Tests.Configurations;

namespace Gaffer.Tests;

public class GafferPlanTests
{
    private static readonly Func<JobContext<string>, CancellationToken, Task<JobResult>> Perform = (_, _) => Task.FromResult(JobResult.Complete());

    [Fact]
    public void Code_counts_more_than_json_and_that_more_than_hocon_and_that_more_than_reference_conf()
    {
        var options = Emails(
            g => g.AddQueue("emails", q => q with { MaxAttempts = 9 }),
            json: "{ 'Queues': { 'emails': { 'MaxAttempts': 8, 'Priority': 8 } } }",
            hocon: "gaffer { queues.emails { max-attempts = 7, priority = 7, max-workers = 7 }\n queue-defaults { max-attempts = 6, max-workers = 6, max-jobs = 6 } }");
        Assert.Equal((9, 8, 7, 6, 5), (options.MaxAttempts, options.Priority, options.MaxWorkers.Value, options.MaxJobs, options.ShutdownTimeout.TotalSeconds));
    }

    [Fact]
    public void What_the_code_changes_it_sees_as_it_was_configured()
    {
        var options = Emails(g => g.AddQueue("emails", q => q with { MaxAttempts = q.MaxAttempts + 1 }), json: "{ 'Queues': { 'emails': { 'MaxAttempts': 8 } } }");
        Assert.Equal(9, options.MaxAttempts);
    }

    [Fact]
    public void Sections_of_sources_are_merged_key_by_key()
    {
        var prune = Emails(
            json: "{ 'Queues': { 'emails': { 'Prune': { 'MaxCount': 8 } } } }",
            hocon: "gaffer { queue-defaults.prune.interval = 2m, queues.emails.prune.max-age.failed = 3d }").Prune;
        Assert.Equal((8, TimeSpan.FromMinutes(2)), (prune.MaxCount, prune.Interval));
        Assert.Equal(TimeSpan.FromDays(3), prune.AgeFor(JobState.Failed).Span);
        Assert.Equal(TimeSpan.FromDays(7), prune.AgeFor(JobState.Cancelled).Span);
    }

    [Fact]
    public void A_word_replaces_a_section_of_a_source_that_counts_less()
    {
        Assert.Equal(PruneOptions.Seed, Emails(hocon: "gaffer { queue-defaults.prune = Seed, queues.emails {} }").Prune);
        Assert.Equal(Backoff.Fixed(TimeSpan.Zero), Emails(json: "{ 'QueueDefaults': { 'Backoff': 0 } }", hocon: "gaffer { queue-defaults.backoff = [1s, 2s], queues.emails {} }").Backoff);
    }

    [Fact]
    public void The_default_storage_is_a_file_in_the_working_directory() =>
        Assert.Equal(Storage.Sqlite("gaffer.db"), Assert.Single(Plan().Storages, s => s.Key == "default").Value);

    [Fact]
    public void Storages_are_read_from_json_and_from_hocon_alike()
    {
        var json = Plan(json: "{ 'Storage': { 'Sqlite': 'orders.db', 'audit': { 'Postgres': 'Host=db' }, 'scratch': { 'InMemory': true } } }").Storages;
        var hocon = Plan(hocon: "gaffer.storage { sqlite = orders.db, audit { postgres = \"Host=db\" }\n scratch { in-memory = on } }").Storages;
        Assert.Equal(json.OrderBy(s => s.Key), hocon.OrderBy(s => s.Key));
        Assert.Equal(["audit", "default", "scratch"], json.Keys.Order());
        Assert.Equal(Storage.Sqlite("orders.db"), json["default"]);
        Assert.Equal(Storage.Postgres("Host=db"), json["audit"]);
        Assert.Equal(Storage.InMemory(), json["scratch"]);
    }

    [Fact]
    public void A_storage_of_the_code_replaces_a_configured_one_whatever_its_kind() =>
        Assert.Equal(Storage.InMemory(), Plan(g => g.UseInMemory(), json: "{ 'Storage': { 'Sqlite': 'orders.db' } }", hocon: "gaffer.storage.postgres = \"Host=db\"").Storages["default"]);

    [Fact]
    public void Two_kinds_of_one_storage_are_a_problem() =>
        Assert.Contains("names 2 kinds", Assert.Single(Problems(json: "{ 'Storage': { 'Sqlite': 'orders.db', 'MySql': 'Server=db' } }")), StringComparison.Ordinal);

    [Fact]
    public void A_misspelled_kind_of_storage_is_a_problem() =>
        Assert.StartsWith("Gaffer:Storage:Sqllite ('orders.db') is unknown. Did you mean Sqlite?", Assert.Single(Problems(json: "{ 'Storage': { 'Sqllite': 'orders.db' } }")), StringComparison.Ordinal);

    [Fact]
    public void Settings_of_plugins_may_stand_beside_a_storage_in_hocon() =>
        Assert.Equal(Storage.Postgres("Host=db"), Plan(hocon: "gaffer.storage.default { postgres = \"Host=db\", journal { parallelism = 6 } }").Storages["default"]);

    [Fact]
    public void A_queue_whose_storage_is_not_configured_is_a_problem() =>
        Assert.Equal(
            "Queue 'emails': there is no storage 'audti'. Did you mean 'audit'? Configured: audit, default.",
            Assert.Single(Problems(g => g.AddQueue("emails", q => q with { Storage = "audti" }).UseStorage("audit", Storage.InMemory()))));

    [Fact]
    public void Fixed_settings_are_read_from_all_sources()
    {
        var plan = Plan(json: "{ 'Client': { 'Timeout': '5s', 'MaxMessageSize': 1000000 }, 'StartTimeout': 2000 }", hocon: "gaffer { client { timeout = 7s, retry-interval = 300ms }\n queue.snapshot-floor = 1MiB, role = queues }");
        Assert.Equal(new ClientSettings(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(300), 1_000_000), plan.Settings.Client);
        Assert.Equal(1024 * 1024, plan.Settings.Queue.SnapshotFloorBytes);
        Assert.Equal(new StartSettings(TimeSpan.FromSeconds(2), "queues"), plan.Start);
    }

    [Fact]
    public void Fixed_settings_are_as_in_reference_conf_when_nothing_is_said() =>
        Assert.Equal(GafferSettings.From(GafferConfig.Reference.GetConfig("gaffer")), Plan().Settings);

    [Theory]
    [InlineData("client.timeout = soon", "gaffer.client.timeout is 'soon'; use a duration above 0")]
    [InlineData("client.timeout = 0s", "gaffer.client.timeout is '0s'; use a duration above 0")]
    [InlineData("client.time-out = 5s, client.tiemout = 5s", "gaffer.client.tiemout ('5s') is unknown. Did you mean timeout?")]
    [InlineData("queue.max-commit-size = big", "gaffer.queue.max-commit-size is 'big'; use a size")]
    [InlineData("queue.max-commit-changes = 0", "gaffer.queue.max-commit-changes is '0'; use a whole number, 1 or more")]
    [InlineData("hooks.bufer = 5", "gaffer.hooks.bufer ('5') is unknown. Did you mean buffer?")]
    [InlineData("worker = 5", "gaffer.worker is '5'; use a section with some of the keys register-interval, retry-interval, lease")]
    [InlineData("dispatcher.troughput = 5", "gaffer.dispatcher.troughput ('5') is unknown. Did you mean throughput?")]
    [InlineData("quues.emails.priority = 5", "gaffer.quues ({emails}) is unknown. Did you mean queues?")]
    [InlineData("queues = 5", "gaffer.queues is '5'; use a section with an entry for each queue")]
    [InlineData("queues.\"my queue\".priority = 1", "gaffer.queues.my queue is no name of a queue")]
    [InlineData("start-timeout = off", "gaffer.start-timeout is 'off'; use a duration above 0")]
    [InlineData("client.max-message-size = 6MiB", "gaffer.client.max-message-size is 6291456 bytes, but akka.remote.dot-netty.tcp.maximum-frame-size is 5000000")]
    public void A_wrong_fixed_setting_ends_the_start_with_its_key(string hocon, string says) =>
        Assert.StartsWith(says, Assert.Single(Problems(hocon: $"gaffer {{ {hocon} }}")), StringComparison.Ordinal);

    [Fact]
    public void Zero_is_allowed_where_it_means_something() => Assert.Equal(TimeSpan.Zero, Plan(hocon: "gaffer.queue.rescue-grace = 0").Settings.Queue.RescueGrace);

    [Fact]
    public void The_dispatcher_is_for_hocon_alone() =>
        Assert.Equal("Gaffer:Dispatcher cannot be set here; set gaffer.dispatcher in HOCON.", Assert.Single(Problems(json: "{ 'Dispatcher': { 'Throughput': 5 } }")));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Problems(
            g => g.AddQueue("emails", q => q with { MaxAttempts = 0 }).AddQueue("reports", q => q with { MaxWorkers = 0 }),
            json: "{ 'Queues': { 'emails': { 'Timeout': 'long' } }, 'Clients': {} , 'Hooks': { 'Buffer': 0 } }",
            hocon: "gaffer.storage.redis = here");
        Assert.Equal(5, problems.Count);
        Assert.Contains(problems, p => p.StartsWith("Queue 'reports': A limit of workers is 1 or more", StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_may_limit_its_own_workers()
    {
        var plan = Plan(g => g.AddQueue("emails", Perform, q => q with { MaxWorkers = 10 }).AddQueue("reports", Perform), json: "{ 'WorkersOnThisNode': { 'Emails': 5 } }", hocon: "gaffer.workers-on-this-node { emails = 4, reports = unlimited }");
        Assert.Equal([("emails", (WorkerLimit?)5), ("reports", WorkerLimit.Unlimited)], plan.Served.Select(s => (s.Name.Value, s.Max)));
        Assert.Equal(10, plan.Queues.SelectMany(q => q).Single(q => q.Name == "emails").MaxWorkers.Value);
    }

    [Fact]
    public void A_limit_for_a_queue_that_the_node_does_not_serve_is_a_problem() =>
        Assert.Equal(
            "gaffer.workers-on-this-node.emial ('4') is unknown. Did you mean emails? Known here: emails.",
            Assert.Single(Problems(g => g.AddQueue("emails", Perform).AddQueue("other"), hocon: "gaffer.workers-on-this-node.emial = 4")));

    [Fact]
    public void A_queue_without_workers_is_made_but_not_served()
    {
        var plan = Plan(g => g.AddQueue("emails"), hocon: "gaffer.queues.\"reports.daily\" { priority = 1 }");
        Assert.Equal(["emails", "reports.daily"], plan.Queues.SelectMany(q => q).Select(q => q.Name.Value).Order());
        Assert.Empty(plan.Served);
    }

    [Fact]
    public void Targets_of_forwards_come_first()
    {
        var plan = Plan(g => g.AddQueue("a", q => q with { OnFailed = "b" }).AddQueue("b", q => q with { OnFailed = "c", OnCancelled = "elsewhere" }).AddQueue("c").AddQueue("d"));
        Assert.Equal(["c d", "b", "a"], plan.Queues.Select(round => string.Join(' ', round.Select(q => q.Name.Value).Order())));
    }

    [Fact]
    public void Forwards_in_a_circle_are_a_problem() =>
        Assert.Equal(
            "The queues b -> c -> b forward in a circle; take one forward out.",
            Assert.Single(Problems(g => g.AddQueue("a", q => q with { OnFailed = "b" }).AddQueue("b", q => q with { OnFailed = "c" }).AddQueue("c", q => q with { OnCompleted = "b" }))));

    [Fact]
    public void A_queue_cannot_be_renamed_by_its_options() =>
        Assert.Contains("renames it to 'letters'", Assert.Single(Problems(g => g.AddQueue("emails", q => q with { Name = "letters" }))), StringComparison.Ordinal);

    [Fact]
    public void A_section_that_is_not_there_says_nothing() =>
        Assert.Single(Plan(g => g.UseConfiguration(new Microsoft.Extensions.Configuration.ConfigurationManager().GetSection("Gaffer"))).Storages);
}
