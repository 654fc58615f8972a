using System.CommandLine;

namespace Gaffer.Node;

/// <summary>The options that all commands have which talk to the HTTP API.</summary>
internal static class ApiOptions
{
    public const string UrlVariable = "GAFFER_URL";
    public const string TokenVariable = "GAFFER_TOKEN";
    public const string TokenHint = $"This program takes it from {TokenVariable}.";

    public const string NoToken = "The token cannot be sent: it has characters that are no printable ASCII, or spaces.";

    public static readonly Option<string?> Url = new("--url") { Description = $"where Gaffer is mounted, such as https://example.org/gaffer ({UrlVariable}, or http://127.0.0.1:8080/gaffer)", HelpName = "URL" };
    public static readonly Option<string?> Token = new("--token") { Description = $"bearer token for its authorization (better in {TokenVariable}: others can read the words of a command)", HelpName = "TOKEN" };
    public static readonly Option<string[]> Header = new("--header") { Description = "a further header of each request, 'Name: value'; may be given several times", HelpName = "HEADER", Arity = ArgumentArity.ZeroOrMore };
    public static readonly Option<bool> Json = new("--json") { Description = "JSON for programs instead of a table for people: one object, or one on each line" };

    public static readonly IReadOnlyList<Option> All = [Url, Token, Header, Json];

    /// <summary>Where the API of the words of a command is.</summary>
    /// <exception cref="ApiException">An option cannot be used.</exception>
    public static ApiClient Client(ParseResult words)
    {
        var text = words.GetValue(Url) ?? Variable(UrlVariable) ?? $"http://127.0.0.1:{Variable(NodeSetting.HttpPort.Variable) ?? "8080"}/gaffer";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new ApiException(ExitCode.Usage, $"'{text}' is no URL of HTTP; use one such as http://127.0.0.1:8080/gaffer.");
        }

        var headers = (words.GetValue(Header) ?? []).Select(HeaderOf).ToList();
        var isAuthorized = headers.Any(header => header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase));
        if ((words.GetValue(Token) ?? (isAuthorized ? null : TokenFor(url)))?.Trim() is { } token) headers.Add(new("Authorization", IsToken(token) ? $"Bearer {token}" : throw new ApiException(ExitCode.Usage, NoToken)));
        return new ApiClient(url, headers);
    }

    /// <summary>The token that the environment names. What a node was told there, as in its container, is for addresses of this machine alone.</summary>
    public static string? TokenFor(params ReadOnlySpan<Uri> urls)
    {
        if (Variable(TokenVariable) is { } token) return token;
        foreach (var url in urls)
        {
            if (!url.IsLoopback) return null;
        }

        return Variable(NodeSetting.Token.Variable);
    }

    /// <summary>Whether a header can carry it.</summary>
    public static bool IsToken(string token) => !token.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static KeyValuePair<string, string> HeaderOf(string text) => text.Split(':', 2) is [{ Length: > 0 } name, var value]
        ? new(name.Trim(), value.Trim())
        : throw new ApiException(ExitCode.Usage, "--header needs a name and a value, such as 'X-Key: 1234'.");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
