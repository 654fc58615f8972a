namespace Gaffer.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Name">The benchmark, or <c>all</c>, or all of one subject: <c>gaffer</c>, <c>peer</c>, <c>hangfire</c>, <c>quartz</c>, <c>physical</c>.</param>
/// <param name="Subject">Whose work alone is measured; null: everybody's.</param>
/// <param name="Storages">The storages.</param>
/// <param name="Quick">A tenth of the work, once, and <c>all</c> is without the other libraries.</param>
/// <param name="Runs">Runs of each.</param>
/// <param name="JsonPath">Where the results go as JSON, too, after each measurement.</param>
/// <param name="WhenIdle">Longest wait before each benchmark for a machine that does nothing else.</param>
internal sealed record BenchmarkOptions(string Name, Subject? Subject, IReadOnlyList<StorageKind> Storages, bool Quick, int Runs, string? JsonPath, TimeSpan WhenIdle)
{
    public const string All = "all";
    public const string Usage = $"Usage: {RegressionChecks.Name}, or <name|subject|all> [--quick] [--subject gaffer] [--storage sqlite|postgres|memory|all] [--runs 3] [--json file] [--when-idle minutes]";
    private static readonly IReadOnlyList<string> Subjects = [.. Enum.GetNames<Subject>().Select(s => s.ToLowerInvariant())];

    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments, IReadOnlySet<string> names)
    {
        var options = new BenchmarkOptions(All, null, [StorageKind.Sqlite, StorageKind.Postgres], false, Runs: 0, null, TimeSpan.Zero);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Quick = true },
                "--subject" when Enum.TryParse<Subject>(Next(), ignoreCase: true, out var subject) => options with { Subject = subject },
                "--storage" => options with { Storages = StoragesOf(Next()) },
                "--runs" when int.TryParse(Next(), out var runs) && runs > 0 => options with { Runs = runs },
                "--when-idle" when int.TryParse(Next(), out var minutes) && minutes > 0 => options with { WhenIdle = TimeSpan.FromMinutes(minutes) },
                "--json" => options with { JsonPath = Next() },
                var name when i == 0 && (name == All || names.Contains(name) || Subjects.Contains(name)) => options with { Name = name },
                var other => throw new ArgumentException($"'{other}' is not understood. {Usage}. Names: {string.Join(", ", names)}. Subjects: {string.Join(", ", Subjects)}."),
            };

            string Next() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"'{arguments[i - 1]}' needs a value. {Usage}");
        }

        return options.Runs > 0 ? options : options with { Runs = options.Quick ? 1 : 3 };
    }

    public bool Includes(IBenchmark benchmark) => (Subject is null || Subject == benchmark.Subject) && (Name == All
        ? !(Quick && benchmark.Subject is (Benchmarks.Subject.Hangfire or Benchmarks.Subject.Quartz)) && !benchmark.IsLong
        : Name == benchmark.Name || Name.Equals(benchmark.Subject.ToString(), StringComparison.OrdinalIgnoreCase));

    private static StorageKind[] StoragesOf(string value) => value == All
        ? Enum.GetValues<StorageKind>()
        : Enum.TryParse<StorageKind>(value, ignoreCase: true, out var one) ? [one] : throw new ArgumentException($"'{value}' is no storage. {Usage}");
}
