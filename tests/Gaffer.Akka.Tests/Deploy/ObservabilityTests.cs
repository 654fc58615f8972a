using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gaffer.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The files of <c>deploy/observability</c> and the table of <c>docs/telemetry.md</c> name what there is.</summary>
[Collection(nameof(Alone))]
public sealed partial class ObservabilityTests
{
    private const string Folder = "deploy/observability/";

    [Fact]
    public void Alerts_and_dashboard_ask_for_metrics_that_exist()
    {
        var exist = Instruments().SelectMany(SeriesOf).ToHashSet(StringComparer.Ordinal);
        var asked = Queries().ToDictionary(q => q, q => SeriesName().Matches(q).Select(m => m.Value).ToArray());

        Assert.True(asked.Count > 25);
        Assert.All(asked, query =>
        {
            Assert.NotEmpty(query.Value);
            Assert.All(query.Value, series => Assert.True(exist.Contains(series), $"There is no {series}: {query.Key}"));
        });
    }

    [Fact]
    public void Each_instrument_is_in_the_documentation_with_its_unit()
    {
        var rows = File.ReadAllLines(Manifest.PathOf("docs/telemetry.md")).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Where(cells => cells.Length > 4).ToArray();

        Assert.All(Instruments(), i => Assert.True(rows.Any(row => row[1] == $"`{i.Name}`" && row[2].StartsWith(KindOf(i), StringComparison.Ordinal) && row[3] == (i.Unit ?? "")), $"{i.Name}, {KindOf(i)}, {i.Unit}"));
        Assert.Equal(
            Instruments().Select(i => i.Name).Order(StringComparer.Ordinal),
            rows.Select(row => row[1].Trim('`')).Where(name => name.StartsWith("gaffer.", StringComparison.Ordinal) || name.StartsWith("messaging.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Prometheus_is_given_the_rules_and_asks_where_the_node_answers()
    {
        var prometheus = Manifest.Read(Folder + "prometheus.yaml");
        Assert.Equal("alerts.yaml", Assert.Single(prometheus["rule_files"].Items).Text);
        var compose = Manifest.Read("deploy/compose.yaml")["services"];
        Assert.All(prometheus["scrape_configs"].Items.First()["static_configs"].Items.First()["targets"].Items, target => Assert.Equal("on", compose[target.Text.Split(':')[0]]["environment.GafferNode__Metrics"].Text));
        Assert.Equal(NodeTelemetry.Metrics, Manifest.Read("deploy/kubernetes/statefulset.yaml")["spec.template.metadata.annotations"].Entries.Single(e => e.Key == "prometheus.io/path").Value.Text);
        Assert.Equal(NodeTelemetry.Metrics, prometheus["scrape_configs"].Items.First()["metrics_path"].Text);
        Assert.All(Manifest.Read(Folder + "alerts.yaml")["groups"].Items.First()["rules"].Items, rule => Assert.NotEmpty(rule["annotations"]["description"].Text));
    }

    [Fact]
    public async Task A_node_answers_Prometheus_in_these_names()
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [NodeSetting.Sqlite.Key] = Path.Join(folder.Path, "metrics.db"), [NodeSetting.Port.Key] = $"{Loopback.FreePort()}", [NodeSetting.HttpPort.Key] = "0", [NodeSetting.Metrics.Key] = "on",
        }).Build();
        await using var app = RunHost.Build(configuration, NodeSettings.Read(configuration));
        await app.StartAsync();
        var gaffer = app.Services.GetRequiredService<IGaffer>();
        await gaffer.InsertAsync(NodeSettings.DefaultQueue, new DigestTask("x"), new() { Kind = DigestWorker.Kind });
        await gaffer.FlushAsync(NodeSettings.DefaultQueue);

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = await http.GetStringAsync(NodeTelemetry.Metrics);
        await app.StopAsync();

        var exist = Instruments().SelectMany(SeriesOf).ToHashSet(StringComparer.Ordinal);
        var series = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.IndexOfAny([' ', '{'])]).Where(name => name != "target_info" && name != "otel_scope_info").Distinct().ToList();
        Assert.All(series, name => Assert.Contains(name, exist));
        Assert.Superset(
            new HashSet<string> { "gaffer_jobs_completed_total", "gaffer_queue_jobs", "gaffer_queue_oldest_age_seconds", "gaffer_workers_max", "gaffer_commit_duration_seconds_bucket", "messaging_process_duration_seconds_count", "gaffer_job_wait_duration_seconds_sum", "messaging_client_sent_messages_total" },
            series.ToHashSet());
        Assert.Matches("""(?m)^gaffer_jobs_completed_total\{[^}]*messaging_destination_name="work"[^}]*\} 1( |$)""", text);
    }

    [Fact]
    public async Task What_has_never_happened_to_a_queue_is_counted_as_zero()
    {
        using var folder = new TemporaryFolder();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [NodeSetting.Sqlite.Key] = Path.Join(folder.Path, "metrics.db"), [NodeSetting.Port.Key] = $"{Loopback.FreePort()}", [NodeSetting.HttpPort.Key] = "0", [NodeSetting.Metrics.Key] = "on",
        }).Build();
        await using var app = RunHost.Build(configuration, NodeSettings.Read(configuration));
        await app.StartAsync();
        await Assert.ThrowsAsync<UnknownQueueException>(() => app.Services.GetRequiredService<IGaffer>().GetInfoAsync("misspelled"));

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = await UntilAsync(() => http.GetStringAsync(NodeTelemetry.Metrics), @"(?m)^gaffer_workers_max\{[^}]*=""work""[^}]*\} [1-9]");
        var totals = TotalsOfQueues().Matches(text).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value)).Order().ToList();
        await app.StopAsync();

        Assert.Equal(
            new[] { "cancelled", "completed", "failed", "inserted", "pruned", "rescued", "retried", "started" }.Select(what => (what, "work", "0")),
            totals);
    }

    [Fact]
    public async Task A_queue_of_dead_letters_does_not_look_as_if_it_stood_still()
    {
        using var folder = new TemporaryFolder();
        var hocon = folder.Write("queues.conf", """
            gaffer.queues {
              Late.on-failed = "dead-too"
              dead-too.max-workers = 2
            }
            """);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [NodeSetting.Sqlite.Key] = Path.Join(folder.Path, "metrics.db"), [NodeSetting.Port.Key] = $"{Loopback.FreePort()}", [NodeSetting.HttpPort.Key] = "0", [NodeSetting.Metrics.Key] = "on",
            [NodeSetting.Hocon.Key] = hocon, ["Gaffer:Queues:emails:OnFailed"] = "dead", ["Gaffer:Queues:emails:MaxAttempts"] = "1", ["Gaffer:Queues:dead:MaxWorkers"] = "3",
        }).Build();
        await using var app = RunHost.Build(configuration, NodeSettings.Read(configuration));
        await app.StartAsync();
        var gaffer = app.Services.GetRequiredService<IGaffer>();
        await gaffer.InsertAsync("emails", new DigestTask("x", Rounds: 0), new() { Kind = DigestWorker.Kind });
        await gaffer.FlushAsync("emails");

        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = await UntilAsync(() => http.GetStringAsync(NodeTelemetry.Metrics), @"gaffer_queue_oldest_age_seconds\{[^}]*=""dead""[^}]*\} 0\.[0-9]*[1-9]");
        var workers = WorkersOfQueue().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        await app.StopAsync();
        Assert.Equal(("0", "0", "1", "1"), (workers["dead"], workers["dead-too"], workers["emails"], workers["Late"]));
    }

    private static async Task<string> UntilAsync(Func<Task<string>> read, string pattern)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var text = await read();
            if (Regex.IsMatch(text, pattern)) return text;
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static IEnumerable<string> Queries()
    {
        foreach (var rule in Manifest.Read(Folder + "alerts.yaml")["groups"].Items.SelectMany(g => g["rules"].Items)) yield return rule["expr"].Text;
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Manifest.PathOf(Folder + "dashboard.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _)))
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray()) yield return target.GetProperty("expr").GetString()!;
        }

        foreach (var variable in dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray().Where(v => v.GetProperty("type").GetString() == "query"))
        {
            yield return variable.GetProperty("query").GetProperty("query").GetString()!;
        }
    }

    private static List<Instrument> Instruments()
    {
        List<Instrument> all = [];
        Gaffer.Instruments.Touch();
        using var listener = new MeterListener { InstrumentPublished = (i, _) => { if (i.Meter.Name == GafferTelemetry.Name) all.Add(i); } };
        listener.Start();
        return all;
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" => "counter",
        "Histogram" => "histogram",
        "ObservableGauge" => "gauge",
        _ => "up-down counter",
    };

    // As the exporter names them: dots are underscores, a unit that is a word of its own is at the end, and what only grows is a total.
    private static IEnumerable<string> SeriesOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        return KindOf(instrument) switch
        {
            "counter" => [name + "_total"],
            "histogram" => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }

    [GeneratedRegex(@"\b(?:gaffer|messaging)_[a-z_]+(?=[\{\[\),]|\s*$|\s)(?<!messaging_destination_name|gaffer_job_state|gaffer_limit_name|gaffer_hook_name)")]
    private static partial Regex SeriesName();

    [GeneratedRegex("""(?m)^gaffer_jobs_([a-z]+)_total\{[^}]*messaging_destination_name="([^"]+)"[^}]*\} ([0-9.]+)""")]
    private static partial Regex TotalsOfQueues();

    [GeneratedRegex("""(?m)^gaffer_workers_max\{[^}]*messaging_destination_name="([^"]+)"[^}]*\} ([0-9]+)""")]
    private static partial Regex WorkersOfQueue();
}
