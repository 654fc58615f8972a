using System.Collections.Immutable;
using System.Net;

namespace Gaffer.Node;

/// <summary>Where webhooks go, and how they are signed.</summary>
internal sealed record WebhookSettings
{
    private static readonly string[] OwnHeaders = ["host", "content-length", "content-type", "transfer-encoding", "connection", WebhookSignature.IdHeader, WebhookSignature.TimeHeader, WebhookSignature.SignatureHeader];

    /// <summary>Where all jobs go; null when each job says it.</summary>
    public string? Url { get; init; }

    /// <summary>The meta data of a job that says where it goes; null when all go to <see cref="Url"/>.</summary>
    public string? UrlFromMeta { get; init; }

    /// <summary>Hosts that jobs may name, <c>example.org</c> or <c>*.example.org</c>; empty: any.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    public string? Secret { get; init; }

    public string? SecretVariable { get; init; }

    public string? SecretFile { get; init; }

    /// <summary>Whether there is no signature, and no secret.</summary>
    public bool Unsigned { get; init; }

    /// <summary>Whether what is not encrypted will do.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Networks that are allowed though they are not public.</summary>
    public ImmutableArray<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>The longest wait that a receiver may ask for.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Headers of each request besides its own.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public static SectionBinder<WebhookSettings> Binder { get; } = new SectionBinder<WebhookSettings>()
        .Key<string>("url", ConfigValues.Text, static (w, v) => w with { Url = v })
        .Key<string>("url-from-meta", ConfigValues.Text, static (w, v) => w with { UrlFromMeta = v })
        .Key<ImmutableArray<string>>("allowed-hosts", WorkerValues.Texts, static (w, v) => w with { AllowedHosts = v })
        .Key<string>("secret", ConfigValues.Text, static (w, v) => w with { Secret = v })
        .Key<string>("secret-variable", ConfigValues.Text, static (w, v) => w with { SecretVariable = v })
        .Key<string>("secret-file", ConfigValues.Text, static (w, v) => w with { SecretFile = v })
        .Key<bool>("unsigned", ConfigValues.Switch, static (w, v) => w with { Unsigned = v })
        .Key<bool>("allow-http", ConfigValues.Switch, static (w, v) => w with { AllowHttp = v })
        .Key<ImmutableArray<IPNetwork>>("allowed-networks", Networks, static (w, v) => w with { AllowedNetworks = v })
        .Key<TimeSpan>("max-retry-after", ConfigValues.Duration, static (w, v) => w with { MaxRetryAfter = v })
        .Key<ImmutableSortedDictionary<string, string>>("headers", WorkerValues.Pairs, static (w, v) => w with { Headers = v });

    public void Check(ConfigNode node, ConfigProblems problems)
    {
        if (Url is null == UrlFromMeta is null) problems.Add($"{node.Path} must have either {node.Name("url")}, or {node.Name("url-from-meta")} with the name of the meta data that has it.");
        if (Url is not null && WebhookTarget.Parse(Url, this) is { Problem: { } problem }) problems.Add($"{node.PathOf("url")}: {problem}");
        foreach (var host in AllowedHosts)
        {
            if (!HostPattern.IsValid(host)) problems.Add($"{node.PathOf("allowed-hosts")} has '{host}'; use the name of a host, such as example.org or *.example.org.");
        }

        if (UrlFromMeta is not null && AllowedHosts.IsEmpty && !Headers.IsEmpty)
        {
            problems.Add($"{node.Path} has {node.Name("headers")} and {node.Name("url-from-meta")}, so whoever inserts a job could have the headers sent to a host of their own; name in {node.Name("allowed-hosts")} the hosts that may get them.");
        }

        foreach (var (name, value) in Headers)
        {
            if (OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)) problems.Add($"{node.PathOf("headers")} has {name}, which the webhook sets itself.");
            else if (!IsHeader(name, value)) problems.Add($"{node.PathOf("headers")}: {name} cannot be a header.");
        }

        CheckSecret(node, problems);
    }

    /// <summary>The keys that requests are signed with; read once, at the start. None: they are not signed.</summary>
    /// <exception cref="NodeSettingsException">There are none, though there should be.</exception>
    public ImmutableArray<byte[]> Keys() => Unsigned ? [] : SecretText() is { } text && WebhookSignature.Keys(text) is { IsEmpty: false } keys ? keys : throw new NodeSettingsException(WebhookSignature.Expected);

    private void CheckSecret(ConfigNode node, ConfigProblems problems)
    {
        string?[] sources = [Secret, SecretVariable, SecretFile];
        var names = $"{node.Name("secret-variable")}, {node.Name("secret-file")} or {node.Name("secret")}";
        if (sources.Count(s => s is not null) != (Unsigned ? 0 : 1))
        {
            problems.Add(Unsigned ? $"{node.Path} is {node.Name("unsigned")}, and has a secret; keep one of the two." : $"{node.Path} must have one of {names}, or {node.Name("unsigned")} = true.");
            return;
        }

        try
        {
            if (!Unsigned) Keys();
        }
        catch (Exception e) when (e is NodeSettingsException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{node.Path}: the secret{(SecretVariable is { } v ? $" in the variable {v}" : SecretFile is { } f ? $" in the file {f}" : "")} cannot be used: {e.Message}");
        }
    }

    private string? SecretText() => Secret ?? (SecretVariable is { } variable ? Environment.GetEnvironmentVariable(variable) : SecretFile is { } file ? File.ReadAllText(file) : null);

    private static bool IsHeader(string name, string value)
    {
        using var request = new HttpRequestMessage();
        return request.Headers.TryAddWithoutValidation(name, value) && !value.AsSpan().ContainsAny('\r', '\n', '\0');
    }

    private static bool Networks(ConfigNode node, ConfigProblems problems, out ImmutableArray<IPNetwork> value)
    {
        value = [];
        if (!WorkerValues.Texts(node, problems, out var texts)) return false;
        var wrong = texts.Where(text => !IPNetwork.TryParse(text.Trim(), out _)).ToArray();
        foreach (var text in wrong) problems.Add($"{node.Path} has '{text}'; use networks, such as 10.0.0.0/8, 127.0.0.1/32 or fd00::/8.");
        value = [.. texts.Except(wrong).Select(text => IPNetwork.Parse(text.Trim()))];
        return wrong.Length == 0;
    }
}
