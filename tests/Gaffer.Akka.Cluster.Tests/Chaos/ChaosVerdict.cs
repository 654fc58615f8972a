using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>Applies the rules, and says what happened.</summary>
public static class ChaosVerdict
{
    /// <summary>Ends all processes, at once as nothing that was answered may depend on their end; then reads what they saw and what is stored, and checks it.</summary>
    public static async Task<ChaosRecording> CheckAsync(ChaosCluster cluster, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(output);
        await Task.WhenAll(cluster.Nodes.Append(cluster.Client).Select(place => cluster.KillAsync(place, why: null)));
        var recording = await cluster.RecordingAsync();
        ChaosReport.Say(output, ChaosReport.Of(recording));
        var violations = ChaosRules.Check(recording);
        Assert.True(violations.Count == 0, ChaosReport.Of(violations, recording));
        Assert.NotEmpty(recording.Acknowledged);
        return recording;
    }
}
