using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gaffer.Tests;

public class GafferBuilderTests
{
    private static readonly Func<JobContext<string>, CancellationToken, Task<JobResult>> Perform = (_, _) => Task.FromResult(JobResult.Complete());

    private readonly GafferBuilder _builder = new();

    [Fact]
    public void A_queue_is_added_once() =>
        Assert.Contains("'emails' is added twice", Assert.Throws<ArgumentException>(() => _builder.AddQueue("emails").AddQueue("emails", Perform)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_queue_needs_a_name() =>
        Assert.Contains("'my queue' is no name of a queue", Assert.Throws<ArgumentException>(() => _builder.AddQueue("my queue")).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_workers_of_a_queue_share_no_kind()
    {
        var e = Assert.Throws<ArgumentException>(() => _builder.AddQueue("emails", null, JobWorker.FromDelegate(Perform, "welcome"), JobWorker.FromDelegate(Perform, "weekly", "welcome")));
        Assert.Contains("2 workers for the kind 'welcome'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Workers_of_several_kinds_serve_one_queue()
    {
        _builder.AddQueue("emails", q => q with { Priority = 1 }, JobWorker.FromDelegate(Perform, "welcome"), JobWorker.FromDelegate(Perform, "weekly"));
        Assert.Equal(["welcome", "weekly"], Assert.Single(_builder.Queues).Workers.Select(w => w.Kind));
    }

    [Fact]
    public void A_storage_is_set_once() =>
        Assert.Contains("'default' is set twice", Assert.Throws<ArgumentException>(() => _builder.UseInMemory().UseSqlite("orders.db")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_further_storage_has_a_name()
    {
        Assert.Throws<ArgumentException>(() => _builder.UseStorage("my storage", Storage.InMemory()));
        Assert.Equal(["default", "audit"], _builder.UseInMemory().UseStorage("audit", Storage.Sqlite("audit.db")).Storages.Keys);
    }

    [Fact]
    public void A_configuration_is_one_section()
    {
        var configuration = new ConfigurationManager();
        Assert.Contains("GetSection(\"Gaffer\")", Assert.Throws<ArgumentException>(() => _builder.UseConfiguration(configuration)).Message, StringComparison.Ordinal);
        _builder.UseConfiguration(configuration.GetSection("Gaffer"));
        Assert.Contains("Gaffer is used already", Assert.Throws<ArgumentException>(() => _builder.UseConfiguration(configuration.GetSection("Other"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gaffer_is_added_once() =>
        Assert.Contains("AddGaffer is called twice", Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddGaffer(_ => { }).AddGaffer(_ => { })).Message, StringComparison.Ordinal);
}
