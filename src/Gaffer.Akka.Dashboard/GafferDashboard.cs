using Gaffer.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gaffer;

/// <summary>Mounts the dashboard and the HTTP API into a host.</summary>
public static class GafferDashboard
{
    /// <summary>Serves the dashboard under <paramref name="path"/> and its API under <c>{path}/api</c>.</summary>
    /// <remarks>In Development it serves callers of the same machine. Elsewhere it serves whom the policy allows that is named, or everybody where that is switched on by name.</remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">Where it is. Default: <c>/gaffer</c>.</param>
    /// <param name="configure">Says who may use it, and how.</param>
    /// <returns>All its endpoints, to say more about them.</returns>
    /// <exception cref="InvalidOperationException">Nobody said who may use it, the policy does not exist, or the application has no Gaffer.</exception>
    public static IEndpointConventionBuilder MapGaffer(this IEndpointRouteBuilder endpoints, string path = "/gaffer", Action<GafferDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        if (string.IsNullOrEmpty(path) || path[0] != '/' || path.EndsWith('/') || path.AsSpan().ContainsAny("{}?#*"))
        {
            throw new ArgumentException($"'{path}' is no path to mount the dashboard at; use one such as /gaffer.", nameof(path));
        }

        var options = new GafferDashboardOptions();
        configure?.Invoke(options);
        options.Check();
        var access = AccessRules.Decide(endpoints.ServiceProvider, options);
        var mount = new Mount(endpoints.ServiceProvider, options, access);
        var group = endpoints.MapGroup(path);
        if (options.AuthorizationPolicy is { } policy) group.RequireAuthorization(policy);
        if (access == Access.Anybody) group.AllowAnonymous();
        ApiRoutes.Map(group, mount);
        EmbeddedFiles.Map(group, mount);
        return group;
    }
}
