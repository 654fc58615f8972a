using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gaffer;

/// <summary>Whether this node can do its part, as a health check of .NET.</summary>
public static class GafferHealth
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the check <c>gaffer</c>: this node is up in its cluster, its storages answer, and so do the queues that it has workers for, all within 5 s.</summary>
    /// <remarks>It is meant for readiness. A node that is not ready need not be restarted: a database that is away comes back without that.</remarks>
    /// <param name="checks">What <c>services.AddHealthChecks()</c> returns.</param>
    /// <param name="tags">To select it by.</param>
    public static IHealthChecksBuilder AddGaffer(this IHealthChecksBuilder checks, params IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.Add(new HealthCheckRegistration("gaffer", static services => new GafferHealthCheck(services.GetRequiredService<ActorSystem>()), null, tags, Patience));
    }
}

/// <summary>Reads what <see cref="GafferHealth.AddGaffer"/> promises.</summary>
internal sealed class GafferHealthCheck(ActorSystem system) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var extension = GafferExtension.Of(system);
        if (extension.Plan is not { } plan) return HealthCheckResult.Unhealthy("Gaffer has not started.");
        if (system.WhenTerminated.IsCompleted) return HealthCheckResult.Unhealthy("The actor system has ended.");
        if (Cluster.Get(system).SelfMember.Status is var status and not MemberStatus.Up) return HealthCheckResult.Unhealthy($"This node is {status} in its cluster.");

        try
        {
            await Task.WhenAll(plan.Storages.Values.Select(ProbeAsync)).WaitAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(plan.Served.Select(queue => AskAsync(extension.Gaffer, queue.Name, cancellationToken))).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
        catch (GafferException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }

    private static async Task ProbeAsync(Storage storage)
    {
        if (await storage.ProbeAsync().ConfigureAwait(false) is { } failure) throw failure.ToException();
    }

    // A queue that was deleted meanwhile needs no answer.
    private static async Task AskAsync(GafferHandle gaffer, QueueName queue, CancellationToken cancellationToken)
    {
        try
        {
            await gaffer.GetInfoAsync(queue, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownQueueException)
        {
        }
    }
}
