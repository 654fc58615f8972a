using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace Gaffer.Tests;

/// <summary>The processes of one chaos test: places of a cluster on loopback, which the test kills, holds and starts again. What ends by itself is started again, as a supervisor of services does.</summary>
public sealed class ChaosCluster : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);
    private static int _nextPort = 21_000 + (Environment.ProcessId % 300 * 20);

    private readonly ChaosSetup _setup;
    private readonly ITestOutputHelper _output;
    private readonly TestDirectory _directory = new();
    private readonly ConcurrentQueue<ChaosLife> _lives = new();
    private readonly ConcurrentDictionary<ChaosLife, Task> _watches = new();
    private readonly string _recorderConnection = PostgresServer.Shared.NewDatabase();
    private readonly long _begin = ChaosRecorder.Now;
    private int _lastLife;

    private ChaosCluster(ChaosSetup setup, ITestOutputHelper output)
    {
        (_setup, _output) = (setup, output);
        Recorder = new ChaosRecorder(_recorderConnection);
        Nodes = [.. Enumerable.Range(1, setup.Nodes).Select(n => new ChaosPlace($"n{n}", FreePort(), isClient: false))];
        Client = new ChaosPlace("client", FreePort(), isClient: true);
    }

    public ChaosRecorder Recorder { get; }

    /// <summary>The nodes that perform jobs.</summary>
    public IReadOnlyList<ChaosPlace> Nodes { get; }

    /// <summary>The node that inserts them.</summary>
    public ChaosPlace Client { get; }

    public IReadOnlyCollection<ChaosLife> Lives => _lives;

    public IReadOnlyList<ChaosQueue> Queues => _setup.Queues;

    /// <summary>Prepares the places; no process runs yet.</summary>
    public static async Task<ChaosCluster> CreateAsync(ChaosSetup setup, ITestOutputHelper output)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(output);
        ChaosReport.Say(output, $"seed {setup.Seed}; GAFFER_CHAOS_SEED repeats it");
        var cluster = new ChaosCluster(setup, output);
        await cluster.Recorder.CreateTablesAsync();
        return cluster;
    }

    /// <summary>As <see cref="CreateAsync"/>, and all places have a process that is ready.</summary>
    public static async Task<ChaosCluster> StartAsync(ChaosSetup setup, ITestOutputHelper output)
    {
        var cluster = await CreateAsync(setup, output);
        await cluster.StartAsync([.. cluster.Nodes, cluster.Client]);
        return cluster;
    }

    /// <summary>Writes down what is done, and when.</summary>
    public void Note(string what) => ChaosReport.Say(_output, $"{(ChaosRecorder.Now - _begin) / 1_000_000.0,6:0.0} s  {what}");

    /// <summary>Starts a process in each of these places, and waits until they are ready.</summary>
    public async Task StartAsync(params IReadOnlyCollection<ChaosPlace> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        foreach (var place in places) Begin(place);
        await ReadyAsync(places);
    }

    /// <summary>Starts a process, and does not wait for it.</summary>
    public void Begin(ChaosPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var number = Interlocked.Increment(ref _lastLife);
        var options = new ChaosNodeOptions
        {
            Life = number,
            Name = place.Name,
            Port = place.Port,
            Seeds = [.. Nodes.Select(n => n.Port)],
            IsClient = place.IsClient,
            Journal = _setup.Journal,
            Recorder = _recorderConnection,
            Queues = _setup.Queues,
            Limits = _setup.Limits,
            Loads = place.IsClient ? _setup.Loads : [],
            Seed = _setup.Seed,
        };
        var life = new ChaosLife(number, place.Name, place.Address, SubjectProcess.Start(["chaos-node", options.ToArgument()]));
        place.Life = life;
        _lives.Enqueue(life);
        _watches[life] = WatchAsync(place, life);
    }

    /// <summary>Waits until the newest life of each place is ready, whichever that is by then.</summary>
    public async Task ReadyAsync(params IReadOnlyCollection<ChaosPlace> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        var from = ChaosRecorder.Now;
        foreach (var place in places) await ReadyAsync(place);
        Note($"ready: {string.Join(", ", places)}, after {(ChaosRecorder.Now - from) / 1_000_000.0:0.0} s");
    }

    /// <summary>Ends a process at once.</summary>
    /// <param name="place">Where.</param>
    /// <param name="why">For a person; null: it is of no interest.</param>
    public async Task KillAsync(ChaosPlace place, string? why = "")
    {
        ArgumentNullException.ThrowIfNull(place);
        var life = place.Life!;
        life.IsToEnd = true;
        life.EndedAt = ChaosRecorder.Now;
        life.Process.Kill();
        if (why is not null) Note($"killed {place} {why}");
        await life.Process.ExitAsync(LongestStop);
    }

    /// <summary>Asks processes to end, and waits until they have.</summary>
    public async Task TerminateAsync(params IReadOnlyCollection<ChaosPlace> places)
    {
        var from = ChaosRecorder.Now;
        foreach (var place in places)
        {
            place.Life!.IsToEnd = true;
            place.Life.Process.Terminate();
        }

        foreach (var place in places)
        {
            var code = await place.Life!.Process.ExitAsync(LongestStop);
            if (code != 0) throw new InvalidOperationException($"{place} ended with {code}. It said:{Environment.NewLine}{place.Life.Process.Output}");
        }

        Note($"stopped {string.Join(", ", places)}, in {(ChaosRecorder.Now - from) / 1_000_000.0:0.0} s");
    }

    /// <summary>Asks a place; its next life, where one ends before it answers.</summary>
    public async Task<string> AskAsync(ChaosPlace place, string command)
    {
        ArgumentNullException.ThrowIfNull(place);
        while (true)
        {
            var life = place.Life!;
            try
            {
                return await life.Process.AskAsync(command, LongestAnswer);
            }
            catch (InvalidOperationException) when (!life.IsToEnd && life.Process.HasExited)
            {
                await ReadyAsync(place);
            }
        }
    }

    /// <summary>The node that has the actor of a queue.</summary>
    public async Task<ChaosPlace> HostOfAsync(string queue)
    {
        ChaosPlace? host = null;
        await Wait.UntilAsync(
            async () =>
            {
                foreach (var node in Nodes)
                {
                    if (await AskAsync(node, $"hosts {queue}") == "True") host = node;
                }

                return host is not null;
            },
            LongestStart,
            $"a host of {queue}");
        return host!;
    }

    /// <summary>The node that has the singletons.</summary>
    public async Task<ChaosPlace> OldestAsync()
    {
        var address = await AskAsync(Client, "oldest");
        return Nodes.Single(n => n.Address == address);
    }

    /// <summary>Ends the loads and waits until no job is left.</summary>
    public async Task FinishAsync(TimeSpan within)
    {
        var took = await Wait.UntilAsync(
            async () =>
            {
                await AskAsync(Client, "stop-loads");   // each time: it may be another life of the client
                return await AskAsync(Client, "left") == "0";
            },
            within,
            "all jobs end");
        Note($"nothing is left, {took.TotalSeconds:0.0} s after the end of the load");
    }

    /// <summary>What was recorded, and what the queues say of their jobs; all processes have ended.</summary>
    public async Task<ChaosRecording> RecordingAsync() => await ChaosRecording.ReadAsync(Recorder, _setup, Lives);

    /// <summary>Nobody needs the files.</summary>
    public void Forget() => _directory.Forget();

    public async ValueTask DisposeAsync()
    {
        foreach (var life in _lives)
        {
            life.IsToEnd = true;
            if (!life.Process.HasExited) life.Process.Kill();
        }

        await Task.WhenAll(_watches.Values);
        foreach (var life in _lives)
        {
            await File.WriteAllTextAsync(Path.Combine(_directory.Path, $"life-{life.Number:00}-{life.Name}.log"), life.Process.Output);
            life.Process.Dispose();
        }

        await Recorder.DisposeAsync();
        _directory.Dispose();
        if (Directory.Exists(_directory.Path)) _output.WriteLine($"what the processes said is in {_directory.Path}");
    }

    // Ports below those that the system gives to outgoing connections: a place keeps its port while no process is there.
    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _nextPort);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }

    private static async Task ReadyAsync(ChaosPlace place)
    {
        while (true)
        {
            var life = place.Life!;
            try
            {
                await life.Process.ReadyAsync(LongestStart);
                if (life is not { EndedAt: not null, IsToEnd: false }) return;
            }
            catch (InvalidOperationException) when (!life.IsToEnd && life.Process.HasExited)
            {
                // The next life is on its way.
            }

            await Wait.UntilAsync(() => Task.FromResult(place.Life != life), LongestStart, $"a new process at {place.Name}");
        }
    }

    private async Task WatchAsync(ChaosPlace place, ChaosLife life)
    {
        var code = await life.Process.ExitAsync(Timeout.InfiniteTimeSpan);
        life.EndedAt ??= ChaosRecorder.Now;
        if (life.IsToEnd) return;
        Note(string.Create(CultureInfo.InvariantCulture, $"{life} ended by itself with {code}, and is started again"));
        Begin(place);
    }
}
