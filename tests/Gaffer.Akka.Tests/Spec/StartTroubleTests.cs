using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>A storage that cannot be used ends the start of a node with an error that says what to do.</summary>
[Trait("spec", "S-165")]
public sealed class StartTroubleTests : IDisposable
{
    private readonly OwnFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task A_file_that_is_read_only_is_told()
    {
        await using (await OwnNode.StartAsync(g => g.UseSqlite(_file.Path)))
        {
        }

        File.SetAttributes(_file.Path, FileAttributes.ReadOnly);
        var told = await Assert.ThrowsAsync<GafferUnavailableException>(() => OwnNode.StartAsync(g => g.UseSqlite(_file.Path)));
        Assert.Equal($"{_file.Path} is read-only. Let this user write to it.", told.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_told()
    {
        if (OperatingSystem.IsWindows()) return; // there is no folder that nobody may write to
        var folder = Path.Combine(Path.GetDirectoryName(_file.Path)!, "closed");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        if (Environment.UserName == "root") folder = "/proc"; // root may write to any other
        var told = await Assert.ThrowsAsync<GafferUnavailableException>(() => OwnNode.StartAsync(g => g.UseSqlite(Path.Combine(folder, "jobs.db"))));
        Assert.Contains(folder, told.Message, StringComparison.Ordinal);
        Assert.Contains("Let this user write to the folder, or choose another one.", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_node_on_the_same_file_is_refused_and_the_first_goes_on()
    {
        await using (var first = await OwnNode.StartAsync(g => g.UseSqlite(_file.Path).AddQueue("jobs")))
        {
            var told = await Assert.ThrowsAsync<GafferUnavailableException>(() => OwnNode.StartAsync(g => g.UseSqlite(_file.Path).AddQueue("jobs")));
            Assert.StartsWith($"{_file.Path} is in use by another process.", told.Message, StringComparison.Ordinal);
            await first.Gaffer.InsertAsync("jobs", "payload").Soon();
        }

        await using var next = await OwnNode.StartAsync(g => g.UseSqlite(_file.Path).AddQueue("jobs"));
        Assert.Equal(1, (await next.Gaffer.GetInfoAsync("jobs").Soon()).Available.Count);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_ends_the_start_in_time()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        var start = TimeProvider.System.GetTimestamp();
        var told = await Assert.ThrowsAsync<GafferUnavailableException>(() => OwnNode.StartAsync(
            g => g.UsePostgres($"Host=127.0.0.1;Port={port};Username=nobody;Database=none"), ("StartTimeout", "2s")));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, Patience.Longest);
        Assert.Contains("cannot be reached", told.Message, StringComparison.Ordinal);
        Assert.Contains("Check the host, the port and that the server runs.", told.Message, StringComparison.Ordinal);
    }
}
