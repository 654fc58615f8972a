using Gaffer.Node;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Gaffer.Tests;

public sealed class WorkerSettingsTests : IDisposable
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_alone_says_who_does_the_work()
    {
        var settings = Read("""
            {
              "hooks": { "Webhook": { "UrlFromMeta": "url", "AllowedHosts": ["*.example.org"], "Secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "AllowedNetworks": ["10.0.0.0/8"], "MaxRetryAfter": "5m", "Headers": { "X-From": "shop" } } },
              "sums": { "Queue": "files", "Kind": "sum", "Command": { "Program": "/bin/sh", "Arguments": ["-c", "sha256sum"], "RetryExitCodes": [75, 137] } }
            }
            """);
        Assert.Equal(["hooks", "files"], settings.Queues.AsEnumerable());
        var (hooks, sums) = (settings.Workers[0], settings.Workers[1]);
        Assert.Equal(("hooks", "default", "url", TimeSpan.FromMinutes(5)), (hooks.Queue, hooks.Kind, hooks.Webhook!.UrlFromMeta, hooks.Webhook.MaxRetryAfter));
        Assert.Single(hooks.Webhook.Keys());
        Assert.Equal(("files", "sum"), (sums.Queue, sums.Kind));
        Assert.Equal(["-c", "sha256sum"], sums.Command!.Arguments.AsEnumerable());
        Assert.Equal([75, 137], sums.Command.RetryExitCodes.AsEnumerable());
    }

    [Fact]
    public void So_does_hocon()
    {
        var file = _folder.Write("node.conf", """gaffer-node.workers.hooks { queue = out, webhook { url = "https://example.org/", secret-file = "SECRET" } }""".Replace("SECRET", _folder.Write("secret", Secret + "\n"), StringComparison.Ordinal));
        var settings = Read("{}", ("GafferNode:Hocon", file), ("GafferNode:Workers:HOOKS:Webhook:Headers:X", "y"));
        var worker = Assert.Single(settings.Workers);
        Assert.Equal(("out", "https://example.org/", "y"), (worker.Queue, worker.Webhook!.Url, worker.Webhook.Headers["X"]));
        Assert.Single(worker.Webhook.Keys());
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_no_secret_with_it()
    {
        var message = Assert.Throws<NodeSettingsException>(() => Read("""
            {
              "a": { "Webhook": { "Url": "http://example.org/", "Secret": "hunter2", "Uri": "x" } },
              "b": { "Webhook": { "AllowedNetworks": ["x"], "SecretVariable": "GAFFER_TEST_NO_SUCH" } },
              "c": { "Webhook": { "Url": "https://example.org/", "Headers": { "webhook-id": "1", "a b": "hunter3" }, "Unsigned": true, "SecretFile": "/nowhere" } },
              "d": { "Command": { "Program": "sh", "RetryExitCodes": [0], "Environment": { "GAFFER_QUEUE": "x" } } },
              "e": { "Command": { "Program": "/nowhere/x", "WorkingDirectory": "/nowhere" } },
              "f": { "Command": { "Program": "/etc/passwd" }, "Webhook": { "Url": "https://example.org/" } },
              "g": { "Kind": "k k", "Queue": "q", "Command": { "Program": "/bin/sh" } },
              "h": { "Kind": "k", "Queue": "Q", "Command": { "Program": "/bin/sh" } },
              "i": { "Kind": "k", "Queue": "q", "Command": { "Program": "/bin/sh" } }
            }
            """, ("GafferNode:Port", "x"))).Message;
        Assert.All(
            [
                "GafferNode:Workers:a:Webhook:Uri ('x') is unknown. Did you mean Url?",
                "GafferNode:Workers:a:Webhook:Url: A URL of http is not allowed here",
                "GafferNode:Workers:a:Webhook: the secret cannot be used: use whsec_",
                "GafferNode:Workers:b:Webhook must have either Url, or UrlFromMeta",
                "GafferNode:Workers:b:Webhook:AllowedNetworks has 'x'; use networks",
                "the secret in the variable GAFFER_TEST_NO_SUCH cannot be used",
                "Headers has webhook-id, which the webhook sets itself", "a b cannot be a header",
                "GafferNode:Workers:c:Webhook is Unsigned, and has a secret",
                "GafferNode:Workers:d:Command:Program is 'sh'; use its full path", "RetryExitCodes has '0'; use exit codes, each 1 to 255", "GAFFER_QUEUE is set for each job",
                "'/nowhere/x', which is no file that this node may run", "WorkingDirectory is '/nowhere', which is no folder",
                "GafferNode:Workers:f must have either Webhook or Command", "'/etc/passwd', which is no file that this node may run",
                "GafferNode:Workers:g:Kind is 'k k'",
                "GafferNode:Workers:h and GafferNode:Workers:i are for the same jobs, of the kind 'k' in the queue 'Q'",
                "GafferNode:Port is 'x'",
            ],
            problem => Assert.Contains(problem, message, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_go_to_no_host_that_a_job_may_choose_freely()
    {
        const string hooks = """{ "hooks": { "Webhook": { "UrlFromMeta": "url", "Unsigned": true, "Headers": { "Authorization": "hunter2" }HOSTS } } }""";
        var message = Assert.Throws<NodeSettingsException>(() => Read(hooks.Replace("HOSTS", "", StringComparison.Ordinal))).Message;
        Assert.Contains("GafferNode:Workers:hooks:Webhook has Headers and UrlFromMeta, so whoever inserts a job could have the headers sent to a host of their own; name in AllowedHosts", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
        Assert.Single(Read(hooks.Replace("HOSTS", """, "AllowedHosts": ["*.example.org"]""", StringComparison.Ordinal)).Workers);
    }

    private NodeSettings Read(string workers, params (string Key, string Value)[] more)
    {
        var file = _folder.Write("settings.json", $$"""{ "Gaffer": { "Storage": { "Sqlite": "x.db" } }, "GafferNode": { "Workers": {{workers}} } }""");
        return NodeSettings.Read(new ConfigurationBuilder().AddJsonFile(file).AddInMemoryCollection(more.Select(m => KeyValuePair.Create(m.Key, (string?)m.Value))).Build());
    }
}
