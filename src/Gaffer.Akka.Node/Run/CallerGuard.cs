using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Node;

/// <summary>What an endpoint says of its callers, before anything of their request is read.</summary>
/// <param name="Refusal">The answer to a caller who may not use it; null: it may.</param>
internal sealed record CallerGuard(Func<HttpContext, RequestDelegate?> Refusal);

/// <summary>How guards are set up.</summary>
internal static class CallerGuards
{
    /// <summary>Asks the guards. Endpoints without one serve everybody.</summary>
    public static void UseGuards(this WebApplication app)
    {
        app.UseRouting();
        app.Use(static (http, next) => http.GetEndpoint()?.Metadata.GetMetadata<CallerGuard>()?.Refusal(http) is { } refuse ? refuse(http) : next(http));
    }

    public static void Guard(this IEndpointConventionBuilder endpoints, Func<HttpContext, RequestDelegate?> refusal) => endpoints.WithMetadata(new CallerGuard(refusal));
}
