using Akka.Configuration;
using Xunit;

namespace Gaffer.Tests;

public class ReferenceConfTests
{
    private static readonly ConfigNode Reference = ConfigNode.From(GafferConfig.Reference.GetConfig("gaffer"), "gaffer");

    [Fact]
    public void Defaults_of_queues_are_those_of_the_record()
    {
        var problems = new ConfigProblems();
        var different = new QueueOptions
        {
            Name = "q", MaxWorkers = 99, GlobalMaxWorkers = 99, PollInterval = TimeSpan.FromHours(1), MaxAttempts = 99, Timeout = TimeSpan.FromHours(1), Backoff = Backoff.Fixed(TimeSpan.FromHours(1)),
            Priority = 99, ShutdownTimeout = TimeSpan.FromHours(1), OnFailed = "x", OnCompleted = "x", OnCancelled = "x", Prune = PruneOptions.Never, ChainPolicy = ChainPolicy.SkipOnRetry,
            MaxSnoozes = 99, MaxPayloadBytes = 99, MaxJobs = 99, KeepLog = true, Storage = "x", Partitions = 9,
        };
        var read = QueueOptionsBinder.Binder.Bind(different, Reference.Entry("queue-defaults")!, problems);
        Assert.Empty(problems.All);
        Assert.Equal(new QueueOptions { Name = "q" }, read);
    }

    [Fact]
    public void Every_option_of_a_queue_has_a_default()
    {
        var shown = Reference.Entry("queue-defaults")!.Entries!.Select(e => e.Key);
        Assert.Equal(QueueOptionsBinder.Binder.Keys.Where(k => k != "forward").Order(), shown.Order());
    }

    [Fact]
    public void Every_setting_is_explained()
    {
        using var stream = typeof(GafferConfig).Assembly.GetManifestResourceStream("Gaffer.reference.conf")!;
        var lines = new StreamReader(stream).ReadToEnd().Split('\n').Select(l => l.Trim()).ToArray();
        Assert.True(lines.Length > 100);
        var unexplained = lines.Index()
            .Where(l => l.Item.Contains(" = ", StringComparison.Ordinal) && !l.Item.StartsWith('#'))
            .Where(l => !Explained(lines, l.Index))
            .Select(l => l.Item);
        Assert.Empty(unexplained);
    }

    // By a comment above it, above its group, or above the section that it is in.
    private static bool Explained(string[] lines, int at)
    {
        while (at > 0 && (lines[at - 1].Contains(" = ", StringComparison.Ordinal) || lines[at - 1].EndsWith('{')) && !lines[at - 1].StartsWith('#')) at--;
        return at > 0 && lines[at - 1].StartsWith('#');
    }

    [Theory]
    [InlineData("Gaffer.single-node.conf")]
    [InlineData("Gaffer.cluster.conf")]
    public void The_file_of_a_deployment_shape_can_be_read(string resource)
    {
        using var stream = typeof(GafferConfig).Assembly.GetManifestResourceStream(resource)!;
        var config = ConfigurationFactory.ParseString(new StreamReader(stream).ReadToEnd());
        Assert.Equal("cluster", config.GetString("akka.actor.provider"));
        Assert.Contains("SplitBrainResolver", config.GetString("akka.cluster.downing-provider-class"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka.actor.internal-dispatcher")]
    [InlineData("akka.remote.default-remote-dispatcher")]
    [InlineData("akka.remote.backoff-remote-dispatcher")]
    [InlineData("gaffer.dispatcher")]
    public void Dispatchers_that_user_code_must_not_starve_have_threads_of_their_own(string dispatcher)
    {
        Assert.Equal("fork-join-executor", GafferConfig.Reference.GetString($"{dispatcher}.executor"));
        Assert.InRange(GafferConfig.Reference.GetInt($"{dispatcher}.fork-join-executor.parallelism-min"), 1, 4);
    }
}
