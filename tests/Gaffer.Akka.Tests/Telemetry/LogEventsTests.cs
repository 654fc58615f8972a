using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The table of <c>docs/telemetry.md</c> has what can be logged, and ids are what it says of them.</summary>
public sealed class LogEventsTests
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly (Type Log, MethodInfo Method, LoggerMessageAttribute Event)[] Events = [.. typeof(GafferLogs).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(All))
        .Select(method => (method.DeclaringType!, method, method.GetCustomAttribute<LoggerMessageAttribute>()!))
        .Where(e => e.Item3 is not null)
        .OrderBy(e => e.Item3.EventId)];

    [Fact]
    public void The_table_of_the_docs_is_what_can_be_logged()
    {
        var docs = File.ReadAllLines(Manifest.PathOf("docs/telemetry.md")).Where(line => line.Length > 3 && line[0] == '|' && char.IsAsciiDigit(line[2])).ToArray();

        var rows = Events.Select(e => $"| {e.Event.EventId} | `{e.Method.Name}` | {Level(e.Event.Level)} | {e.Event.Message} |").ToArray();

        Assert.True(rows.SequenceEqual(docs, StringComparer.Ordinal), $"docs/telemetry.md should have these rows:{Environment.NewLine}{string.Join(Environment.NewLine, rows)}");
    }

    [Fact]
    public void Ids_and_names_are_given_once_and_thousands_are_categories()
    {
        Assert.NotEmpty(Events);
        Assert.Equal(Events.Length, Events.Select(e => e.Event.EventId).Distinct().Count());
        Assert.Equal(Events.Length, Events.Select(e => e.Method.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(Events.GroupBy(e => e.Event.EventId / 1000), category => Assert.Single(category.Select(e => e.Log).Distinct()));
        Assert.All(Events.Select(e => (string)e.Log.GetField("Category", All)!.GetRawConstantValue()!), category => Assert.StartsWith("Gaffer.", category, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_value_is_in_the_text_but_the_queue_of_a_partition() => Assert.All(Events, e =>
    {
        var absent = e.Method.GetParameters().Where(p => !p.ParameterType.IsAssignableTo(typeof(Exception)) && !e.Event.Message.Contains($"{{{p.Name}}}", StringComparison.OrdinalIgnoreCase)).Select(p => p.Name);
        Assert.Equal(e.Event.Message.Contains("{Partition}", StringComparison.Ordinal) ? ["Queue"] : [], absent);
    });

    [Fact]
    public void Categories_of_the_docs_are_those_that_there_are()
    {
        var docs = File.ReadAllText(Manifest.PathOf("docs/telemetry.md"));

        Assert.All(Events.DistinctBy(e => e.Log), e => Assert.Contains($"| `{e.Log.GetField("Category", All)!.GetRawConstantValue()}` | {e.Event.EventId / 1000}000 ", docs, StringComparison.Ordinal));
    }

    private static string Level(LogLevel level) => level == LogLevel.Information ? "Info" : level.ToString();
}
