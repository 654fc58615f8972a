namespace Gaffer.Node;

/// <summary>Where a webhook goes, or why it does not.</summary>
internal sealed record WebhookTarget(Uri? Url, string? Problem)
{
    /// <summary>What people are told of it: paths and queries may hold secrets.</summary>
    public string Name => Url!.Authority;

    public static WebhookTarget Of(Job job, WebhookSettings settings)
    {
        if (settings.Url is { } url) return Parse(url, settings);
        var meta = settings.UrlFromMeta!;
        return job.Meta.TryGetValue(meta, out var text) ? Parse(text, settings) : Wrong($"The job has no meta data '{meta}', which says where it goes.");
    }

    public static WebhookTarget Parse(string text, WebhookSettings settings)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) return Wrong("This is no URL; use one such as https://example.org/hooks.");
        if (url.Scheme != Uri.UriSchemeHttps && (url.Scheme != Uri.UriSchemeHttp || !settings.AllowHttp)) return Wrong($"A URL of {url.Scheme} is not allowed here; use https.");
        if (url.UserInfo.Length > 0) return Wrong("A URL may not hold a user or a password.");
        return settings.AllowedHosts.IsEmpty || settings.AllowedHosts.Any(allowed => HostPattern.Fits(allowed, url.IdnHost)) ? new(url, null) : Wrong($"The host {url.Host} is none of those that are allowed.");
    }

    private static WebhookTarget Wrong(string problem) => new(null, problem);
}
