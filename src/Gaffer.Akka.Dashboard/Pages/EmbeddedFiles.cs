using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gaffer.Dashboard;

/// <summary>The files of the dashboard: those in the assembly and no others. Nothing is looked for on a disk.</summary>
internal static class EmbeddedFiles
{
    private const string Root = "wwwroot/";
    private const string Index = "index.html";

    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type, string Tag)> Files = Read();

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Names => Files.Keys;

    public static void Map(IEndpointRouteBuilder group, Mount mount)
    {
        group.MapMethods("/", ["GET", "HEAD"], http => ServeIndexAsync(http, mount)).WithDisplayName("Gaffer dashboard");
        group.MapMethods("/assets/{**file}", ["GET", "HEAD"], http => ServeAsync(http, mount, http.GetRouteValue("file") as string ?? "")).WithDisplayName("Gaffer dashboard files");
    }

    /// <summary>Where only this machine is served, others are nobody.</summary>
    /// <exception cref="ApiException">It is one.</exception>
    public static void CheckCaller(HttpContext http, Mount mount)
    {
        if (mount.Access == Access.ThisMachine && !AccessRules.IsLocal(http))
        {
            throw new ApiException(403, "not-local", "The dashboard serves only callers of its own machine, by the name localhost or 127.0.0.1, and without a proxy between. For others, its host names an authorization policy.");
        }
    }

    private static Task ServeIndexAsync(HttpContext http, Mount mount)
    {
        if (http.Request.Path.Value!.EndsWith('/')) return ServeAsync(http, mount, Index);

        // The page names its files relative to itself, so it must be the content of a folder.
        SecurityHeaders.Write(http);
        http.Response.Redirect($"{http.Request.PathBase}{http.Request.Path}/");
        return Task.CompletedTask;
    }

    private static async Task ServeAsync(HttpContext http, Mount mount, string name)
    {
        SecurityHeaders.Write(http);
        try
        {
            CheckCaller(http, mount);
            if (!Files.TryGetValue(name, out var file)) throw new ApiException(404, "not-found", "The dashboard has no such file.");
            http.Response.Headers.CacheControl = "no-cache";
            http.Response.Headers.ETag = file.Tag;
            if (http.Request.Headers.IfNoneMatch == file.Tag)
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            http.Response.ContentType = file.Type;
            http.Response.ContentLength = file.Bytes.Length;
            if (HttpMethods.IsGet(http.Request.Method)) await http.Response.BodyWriter.WriteAsync(file.Bytes, http.RequestAborted).ConfigureAwait(false);
        }
        catch (ApiException e)
        {
            await ApiRoute.FailAsync(http, mount, e).ConfigureAwait(false);
        }
    }

    private static FrozenDictionary<string, (byte[] Bytes, string Type, string Tag)> Read()
    {
        var assembly = typeof(EmbeddedFiles).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Root, StringComparison.Ordinal)).ToFrozenDictionary(
            name => name[Root.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return (bytes, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
            },
            StringComparer.Ordinal);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No media type is known for '{other}' files."),
    };
}
