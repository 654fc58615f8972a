using System.Collections;
using Gaffer.Node;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gaffer.Tests;

public sealed class NodeTelemetryTests
{
    private static readonly Uri Collector = new("http://127.0.0.1:4317");

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT")]
    [InlineData("otel_exporter_otlp_endpoint")]
    public void The_collector_of_the_setting_counts_and_no_variable(string name)
    {
        var environment = new Hashtable { [name] = "http://elsewhere:4317" };
        Assert.Equal("http://127.0.0.1:4317/", Configuration(environment, Collector)["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Empty(NodeTelemetry.Variables(environment, null));
    }

    [Fact]
    public void Of_two_spellings_of_a_variable_the_one_in_capitals_counts()
    {
        var configuration = Configuration(new Hashtable { ["otel_service_name"] = "small", ["OTEL_SERVICE_NAME"] = "LARGE", ["Otel_Service_Name"] = "Mixed", ["PATH"] = "/bin" }, null);
        Assert.Equal("LARGE", configuration["OTEL_SERVICE_NAME"]);
        Assert.Null(configuration["PATH"]);
    }

    private static IConfiguration Configuration(IDictionary environment, Uri? collector) => new ConfigurationBuilder().AddInMemoryCollection(NodeTelemetry.Variables(environment, collector)).Build();
}
