using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaffer;

/// <summary>Whether this node lives, and whether it can do its part, as health checks of .NET.</summary>
public static class GafferHealth
{
    /// <summary>The tag of the check that fails when only a new process helps.</summary>
    public const string Live = "live";

    /// <summary>The tag of the checks that fail while the node cannot do its part. It need not be restarted: a database that is away comes back without that.</summary>
    public const string Ready = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds, with the tag <see cref="Live"/>, <c>gaffer-live</c>: the actor system has not ended. And with the tag <see cref="Ready"/>, each within 5 s:
    /// <c>gaffer-cluster</c>: this node is up in its cluster; <c>gaffer-storage</c>: its storages answer; <c>gaffer-queues</c>: the queues that it has workers for at the moment do.</summary>
    /// <remarks>What fails is described in words; the data of a check has an entry for each storage or queue.</remarks>
    /// <param name="checks">What <c>services.AddHealthChecks()</c> returns.</param>
    /// <param name="tags">Further tags for all of them.</param>
    public static IHealthChecksBuilder AddGaffer(this IHealthChecksBuilder checks, params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(checks);
        string[] all = [.. tags];
        return checks
            .Add("gaffer-live", [Live, .. all], static system => new GafferLiveCheck(system))
            .Add("gaffer-cluster", [Ready, .. all], static system => new GafferClusterCheck(system))
            .Add("gaffer-storage", [Ready, .. all], static system => new GafferPartsCheck(system, static (node, _) => node.Plan!.Storages.Select(s => (s.Key, $"Storage '{s.Key}'", ProbeAsync(s.Value)))))
            .Add("gaffer-queues", [Ready, .. all], static system => new GafferPartsCheck(system, static (node, stop) => node.Served.Select(queue => (queue.Value, $"Queue '{queue}'", AskAsync(node.Gaffer, queue, stop)))));
    }

    private static IHealthChecksBuilder Add(this IHealthChecksBuilder checks, string name, IEnumerable<string> tags, Func<ActorSystem, IHealthCheck> check) =>
        checks.Add(new HealthCheckRegistration(name, services => check(services.GetRequiredService<ActorSystem>()), null, tags, Patience));

    private static async Task ProbeAsync(Storage storage)
    {
        if (await storage.ProbeAsync().ConfigureAwait(false) is { } failure) throw failure.ToException();
    }

    // A queue that was deleted meanwhile needs no answer.
    private static async Task AskAsync(GafferHandle gaffer, QueueName queue, CancellationToken stop)
    {
        try
        {
            await gaffer.GetInfoAsync(queue, stop).ConfigureAwait(false);
        }
        catch (UnknownQueueException)
        {
        }
    }
}

/// <summary>Fails when only a new process helps.</summary>
internal sealed class GafferLiveCheck(ActorSystem system) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(system.WhenTerminated.IsCompleted ? HealthCheckResult.Unhealthy("The actor system has ended; the process must be started again.") : HealthCheckResult.Healthy());
}

/// <summary>Fails while this node is no full member of its cluster.</summary>
internal sealed class GafferClusterCheck(ActorSystem system) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Look());

    private HealthCheckResult Look()
    {
        if (GafferExtension.Of(system).Plan is null) return HealthCheckResult.Unhealthy("Gaffer has not started.");
        if (system.WhenTerminated.IsCompleted) return HealthCheckResult.Unhealthy("The actor system has ended.");
        return Cluster.Get(system).SelfMember.Status is var status and not MemberStatus.Up ? HealthCheckResult.Unhealthy($"This node is {status} in its cluster.") : HealthCheckResult.Healthy();
    }
}

/// <summary>Fails while one of several parts does not answer, and says which.</summary>
/// <param name="system">The node.</param>
/// <param name="ask">Asks each part that the node has, once it has started.</param>
internal sealed class GafferPartsCheck(ActorSystem system, Func<GafferExtension, CancellationToken, IEnumerable<(string Name, string Part, Task Answer)>> ask) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var node = GafferExtension.Of(system);
        if (node.Plan is null) return HealthCheckResult.Unhealthy("Gaffer has not started.");
        if (system.WhenTerminated.IsCompleted) return HealthCheckResult.Unhealthy("The actor system has ended.");
        var asked = ask(node, cancellationToken).ToList();
        var answers = await Task.WhenAll(asked.Select(part => WhyNotAsync(part.Part, part.Answer, cancellationToken))).ConfigureAwait(false);
        var data = asked.Zip(answers, static (part, why) => (part.Name, Answer: why ?? "answers")).ToDictionary(part => part.Name, part => (object)part.Answer, StringComparer.Ordinal);
        var problems = answers.OfType<string>().ToList();
        return problems.Count == 0 ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Unhealthy(string.Join(' ', problems), data: data);
    }

    private static async Task<string?> WhyNotAsync(string part, Task answer, CancellationToken stop)
    {
        try
        {
            await answer.WaitAsync(stop).ConfigureAwait(false);
            return null;
        }
        catch (GafferException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return $"{part} has not answered in time."; // by the framework's own word nobody would know which
        }
    }
}
