namespace Gaffer.Dashboard;

/// <summary>A request that is refused before any queue sees it.</summary>
internal sealed class ApiException(int status, string code, string detail, IReadOnlyList<string>? problems = null) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public IReadOnlyList<string> Problems { get; } = problems ?? [];

    /// <summary>Seconds after which to try again.</summary>
    public int? RetryAfter { get; init; }

    public static ApiException Invalid(string detail) => new(400, "invalid-request", detail);

    /// <summary>One text for several problems, and each of them.</summary>
    public static ApiException Invalid(string what, IReadOnlyList<string> problems) =>
        new(400, "invalid-request", problems.Count == 1 ? $"{what}: {problems[0]}" : $"{what}, in {problems.Count} places.", problems);
}
