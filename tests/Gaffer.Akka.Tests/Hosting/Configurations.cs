using Akka.Configuration;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gaffer.Tests;

/// <summary>Plans of a node from code, JSON and HOCON, as a start reads them.</summary>
internal static class Configurations
{
    public static GafferPlan Plan(Action<GafferBuilder>? code = null, string? json = null, string? hocon = null)
    {
        var builder = new GafferBuilder();
        if (json is not null) builder.UseConfiguration(Json(json));
        code?.Invoke(builder);
        return GafferPlan.Read(builder, ConfigurationFactory.ParseString(hocon ?? "").WithFallback(GafferConfig.Reference));
    }

    /// <summary>The options of the queue "emails".</summary>
    public static QueueOptions Emails(Action<GafferBuilder>? code = null, string? json = null, string? hocon = null) =>
        Plan(code, json, hocon).Queues.SelectMany(q => q).Single(q => q.Name == "emails");

    public static IReadOnlyList<string> Problems(Action<GafferBuilder>? code = null, string? json = null, string? hocon = null)
    {
        var e = Assert.Throws<InvalidQueueConfigException>(() => Plan(code, json, hocon));
        Assert.All(e.Problems, problem => Assert.Contains(problem, e.Message, StringComparison.Ordinal));
        return e.Problems;
    }

    /// <summary>JSON with single quotes, as the section "Gaffer" of <c>appsettings.json</c>.</summary>
    public static IConfigurationSection Json(string json)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""{ "Gaffer": {{json.Replace('\'', '"')}} }"""));
        return new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Gaffer");
    }
}
