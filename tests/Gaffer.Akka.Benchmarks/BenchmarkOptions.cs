namespace Gaffer.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Name">The benchmark, or <c>all</c>, or a group of baselines: <c>physical</c>, <c>peer</c>.</param>
/// <param name="Storages">The storages.</param>
/// <param name="Quick">A tenth of the work.</param>
/// <param name="Runs">Runs of each.</param>
/// <param name="JsonPath">Where the results go as JSON, too.</param>
/// <param name="WhenIdle">Longest wait before each benchmark for a machine that does nothing else.</param>
internal sealed record BenchmarkOptions(string Name, IReadOnlyList<StorageKind> Storages, bool Quick, int Runs, string? JsonPath, TimeSpan WhenIdle)
{
    public const string All = "all";
    public const string Usage = "Usage: <name|all|physical|peer> [--quick] [--storage sqlite|postgres|memory|all] [--runs 3] [--json file] [--when-idle minutes]";

    public static BenchmarkOptions Parse(IReadOnlyList<string> arguments, IReadOnlySet<string> names)
    {
        var options = new BenchmarkOptions(All, [StorageKind.Sqlite, StorageKind.Postgres], false, 3, null, TimeSpan.Zero);
        for (var i = 0; i < arguments.Count; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options with { Quick = true },
                "--storage" => options with { Storages = StoragesOf(Next()) },
                "--runs" when int.TryParse(Next(), out var runs) && runs > 0 => options with { Runs = runs },
                "--when-idle" when int.TryParse(Next(), out var minutes) && minutes > 0 => options with { WhenIdle = TimeSpan.FromMinutes(minutes) },
                "--json" => options with { JsonPath = Next() },
                var name when i == 0 && (name == All || names.Contains(name)) => options with { Name = name },
                var other => throw new ArgumentException($"'{other}' is not understood. {Usage}. Names: {string.Join(", ", names)}."),
            };

            string Next() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"'{arguments[i - 1]}' needs a value. {Usage}");
        }

        return options;
    }

    public bool Includes(IBenchmark benchmark) =>
        Name == All || Name == benchmark.Name || Name.Equals(benchmark.Subject.ToString(), StringComparison.OrdinalIgnoreCase);

    private static StorageKind[] StoragesOf(string value) => value == All
        ? Enum.GetValues<StorageKind>()
        : Enum.TryParse<StorageKind>(value, ignoreCase: true, out var one) ? [one] : throw new ArgumentException($"'{value}' is no storage. {Usage}");
}
