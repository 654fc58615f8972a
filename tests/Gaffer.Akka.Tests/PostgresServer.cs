using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Gaffer.Tests;

/// <summary>A private PostgreSQL for the tests of this process: a folder of its own, a free port, loopback alone, synced to disk. It ends with the process.</summary>
/// <remarks>The programs are looked for in <c>GAFFER_POSTGRES_BIN</c>, in <c>/usr/lib/postgresql</c> and in the path. As root it runs as the user postgres, as the server refuses root.</remarks>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lock OneAtATime = new();
    private static PostgresServer? _shared;
    private static string? _failure;
    private static int _databases;

    private readonly string _bin;
    private readonly string _folder;
    private readonly int _port;
    private int _disposed;

    private PostgresServer(string bin)
    {
        _bin = bin;
        _folder = Directory.CreateTempSubdirectory("gaffer-pg-").FullName;
        _port = FreePort();
    }

    /// <summary>Whether there are programs to start a server with.</summary>
    public static bool IsAvailable(out string reason)
    {
        reason = Bin() is null ? "No PostgreSQL here: install its server, or name the folder of initdb and pg_ctl in GAFFER_POSTGRES_BIN." : "";
        return reason.Length == 0;
    }

    /// <summary>The server of this process, started at the first use.</summary>
    /// <exception cref="InvalidOperationException">There can be none; the message says why.</exception>
    public static PostgresServer Shared => TryStart(out var reason) ?? throw new InvalidOperationException(reason);

    /// <summary>The server of this process, started at the first call; null, with the reason, where there can be none.</summary>
    public static PostgresServer? TryStart(out string reason)
    {
        lock (OneAtATime)
        {
            if (_shared is null && _failure is null)
            {
                Start();
            }

            reason = _failure ?? "";
            return _shared;
        }
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public string NewDatabase()
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return ConnectionString(name);
    }

    /// <summary>Ends the server as if the machine had failed; <see cref="Restart"/> brings it back.</summary>
    public void Kill() => Run("pg_ctl", $"-D {_folder}/data -m immediate -w stop");

    /// <summary>Starts it again, on the same port with the same data.</summary>
    public void Restart() => Run("pg_ctl", $"-D {_folder}/data -l {_folder}/log -w -t 60 start");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Kill();
            Directory.Delete(_folder, recursive: true);   // on which the shell that watches ends, too
        }
    }

    private static void Start()
    {
        if (!IsAvailable(out var missing))
        {
            _failure = missing;
            return;
        }

        try
        {
            _shared = StartOwn();
        }
        catch (InvalidOperationException e)
        {
            _failure = e.Message;
        }
    }

    /// <summary>A further server, for a test that kills it.</summary>
    public static PostgresServer StartOwn()
    {
        var server = new PostgresServer(Bin() ?? throw new InvalidOperationException("There is no PostgreSQL here."));
        try
        {
            server.Initialize();
            server.Restart();
            server.EndWithThisProcess();
            return server;
        }
        catch (InvalidOperationException)
        {
            Directory.Delete(server._folder, recursive: true);
            throw;
        }
    }

    private static string? Bin()
    {
        var folders = new List<string>();
        if (Environment.GetEnvironmentVariable("GAFFER_POSTGRES_BIN") is { Length: > 0 } named)
        {
            folders.Add(named);
        }

        if (Directory.Exists("/usr/lib/postgresql"))
        {
            folders.AddRange(Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(v => Path.Combine(v, "bin")));
        }

        folders.AddRange((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return folders.FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_ctl")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Initialize()
    {
        if (IsRoot)
        {
            Execute("chown", $"postgres {_folder}");
        }

        Run("initdb", $"-D {_folder}/data -U gaffer -A trust -E UTF8 --no-locale --no-instructions");
        File.AppendAllText($"{_folder}/data/postgresql.conf", $"""

            port = {_port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            max_connections = 500
            fsync = on
            synchronous_commit = on
            """);
    }

    /// <summary>Leaves a shell behind that waits for the end of this process, however that comes, and then stops the server and removes its folder.</summary>
    private void EndWithThisProcess()
    {
        var watch = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        watch.ArgumentList.Add("-c");
        watch.ArgumentList.Add($"(while kill -0 {Environment.ProcessId} && [ -d {_folder} ]; do sleep 1; done; {Shell($"{_bin}/pg_ctl -D {_folder}/data -m immediate -w stop")}; rm -rf {_folder}) < /dev/null > /dev/null 2>&1 &");
        using var shell = Process.Start(watch)!;
        shell.WaitForExit();
    }

    /// <summary>The command line that runs a command as a user that the server accepts.</summary>
    private static string Shell(string command) => IsRoot ? $"su postgres -s /bin/sh -c '{command}'" : command;

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=gaffer;Database={database}";

    private static bool IsRoot => !OperatingSystem.IsWindows() && Environment.UserName == "root";

    private void Run(string program, string arguments)
    {
        var command = Shell($"{_bin}/{program} {arguments}");
        Execute("/bin/sh", $"-c \"{command} < /dev/null > /dev/null 2> {_folder}/errors\"");
    }

    private void Execute(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder })!;
        if (!process.WaitForExit(TimeSpan.FromSeconds(90)) || process.ExitCode != 0)
        {
            var errors = File.Exists($"{_folder}/errors") ? File.ReadAllText($"{_folder}/errors") : "";
            throw new InvalidOperationException($"{program} {arguments} failed: {errors}");
        }
    }
}
