using System.Security.Cryptography;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public sealed class FileFactsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("", 0)]
    [InlineData("one", 1)]
    [InlineData("one\n", 1)]
    [InlineData("one\ntwo", 2)]
    [InlineData("\n\n", 2)]
    [InlineData("one\r\ntwo\r\n", 2)]
    public async Task Lines_are_counted_and_a_last_one_without_its_end_is_one(string content, long lines)
    {
        var facts = await FileFacts.ReadAsync(_folder.Write("file", content), _ => { }, CancellationToken.None);
        Assert.Equal(lines, facts.Lines);
        Assert.Equal(content.Length, facts.Size);
    }

    [Fact]
    public async Task The_hash_is_that_of_the_whole_file_across_blocks()
    {
        var content = new byte[1_000_003];
        Random.Shared.NextBytes(content);
        content[17] = 0;
        var told = 0L;
        var facts = await FileFacts.ReadAsync(_folder.Write("file", content), read => told += read, CancellationToken.None);
        Assert.Equal(new FileFacts(Convert.ToHexStringLower(SHA256.HashData(content)), content.Length, null), facts);
        Assert.Equal(content.Length, told);
    }

    [Fact]
    public async Task A_file_that_is_gone_fails() =>
        await Assert.ThrowsAsync<FileNotFoundException>(() => FileFacts.ReadAsync(Path.Join(_folder.Path, "gone"), _ => { }, CancellationToken.None));

    [Fact]
    public async Task A_pipe_fails_at_once_instead_of_waiting_for_its_writer()
    {
        if (OperatingSystem.IsWindows()) return;
        var read = FileFacts.ReadAsync(_folder.Pipe("pipe"), _ => { }, CancellationToken.None);
        var error = await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("a pipe, not a file", error.Message);
    }

    [Fact]
    public void A_device_is_no_file()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal("a device, not a file", FileKind.Obstacle("/dev/zero"));
        Assert.Null(FileKind.Obstacle(_folder.Write("file", "x")));
    }

    [Fact]
    public async Task Reading_stops_when_it_is_told_to() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FileFacts.ReadAsync(_folder.Write("file", "x"), _ => { }, new CancellationToken(canceled: true)));

    public void Dispose() => _folder.Dispose();
}
