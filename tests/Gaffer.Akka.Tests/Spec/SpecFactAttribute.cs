using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Gaffer.Tests.Spec;

/// <summary>A test of rows of the behaviour specification, by their ids. On PostgreSQL it is skipped where there is none, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("Gaffer.Tests.Spec.SpecTraits", "Gaffer.Akka.Tests")]
[XunitTestCaseDiscoverer("Gaffer.Tests.Spec.SpecDiscoverer", "Gaffer.Akka.Tests")]
public sealed class SpecFactAttribute(params string[] rows) : FactAttribute, ITraitAttribute
{
    public IReadOnlyList<string> Rows => rows;

    /// <summary>Why it does not hold for a queue of several partitions; null: it does.</summary>
    public string? OnePartition { get; init; }
}

/// <summary>The rows become traits: <c>spec=S-61</c>.</summary>
public sealed class SpecTraits : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        ((string[])traitAttribute.GetConstructorArguments().Single()).Select(row => KeyValuePair.Create("spec", row));
}

/// <summary>Skips what needs PostgreSQL where there is none.</summary>
public sealed class SpecDiscoverer(IMessageSink diagnosticMessageSink) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        var isInPartitions = testMethod.TestClass.Class.Name.EndsWith("InPartitions", StringComparison.Ordinal);
        if (isInPartitions && factAttribute.GetNamedArgument<string?>(nameof(SpecFactAttribute.OnePartition)) is not null) yield break;
        var needsPostgres = testMethod.TestClass.Class.Name.EndsWith("OnPostgres", StringComparison.Ordinal);
        yield return needsPostgres && !PostgresServer.IsAvailable(out var reason)
            ? new SkippedTestCase(reason, diagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)
            : new XunitTestCase(diagnosticMessageSink, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod);
    }
}

public sealed class SkippedTestCase : XunitTestCase
{
    [Obsolete("For the test runner alone.")]
    public SkippedTestCase()
    {
    }

    public SkippedTestCase(string reason, IMessageSink sink, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(sink, display, options, method) => SkipReason = reason;
}
