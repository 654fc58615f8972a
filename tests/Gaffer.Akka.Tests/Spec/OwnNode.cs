using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Tests.Spec;

/// <summary>A node that one test starts, and ends.</summary>
internal sealed class OwnNode : IAsyncDisposable
{
    private readonly IHost _host;

    private OwnNode(IHost host) => _host = host;

    public IGaffer Gaffer => _host.Services.GetRequiredService<IGaffer>();

    /// <summary>Starts a node.</summary>
    /// <param name="configure">Its storage and queues.</param>
    /// <param name="settings">Settings of the section <c>Gaffer</c>.</param>
    public static async Task<OwnNode> StartAsync(Action<GafferBuilder> configure, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Gaffer:{s.Key}", (string?)s.Value)));
        builder.Services.AddGaffer(gaffer =>
        {
            configure(gaffer);
            if (settings.Length > 0) gaffer.UseConfiguration(builder.Configuration.GetSection("Gaffer"));
        });
        var node = new OwnNode(builder.Build());
        try
        {
            await node._host.StartAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return node;
        }
        catch
        {
            node._host.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        _host.Dispose();
    }
}

/// <summary>A SQLite file that outlives the nodes of a test.</summary>
internal sealed class OwnFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-own-").FullName;

    public OwnFile() => Path = System.IO.Path.Combine(_folder, "jobs.db");

    public string Path { get; private set; }

    /// <summary>What a crash of the machine would leave at this moment: a copy of all that is written, under a name of its own.</summary>
    public OwnFile Crash()
    {
        var copy = new OwnFile();
        foreach (var suffix in (string[])["", "-wal"])
        {
            if (File.Exists(Path + suffix)) File.Copy(Path + suffix, copy.Path + suffix);
        }

        return copy;
    }

    /// <summary>Changes the file behind the back of the library.</summary>
    public int Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=false;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    public long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=false;Default Timeout=30");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
