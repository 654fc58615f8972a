using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public sealed class FolderListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Files_and_folders_are_listed_hidden_ones_too()
    {
        _folder.Write("a.txt", "");
        _folder.Write(".hidden", "");
        _folder.Write(".git/HEAD", "");
        Assert.Equal(
            [new(FolderEntryKind.Folder, ".git", 0), new(FolderEntryKind.File, ".hidden", 0), new(FolderEntryKind.File, "a.txt", 0)],
            List(""));
        Assert.Equal([new(FolderEntryKind.File, Path.Join(".git", "HEAD"), 0)], List(".git"));
    }

    [Fact]
    public void Links_are_links_wherever_they_point()
    {
        _folder.Write("file", "");
        File.CreateSymbolicLink(Path.Join(_folder.Path, "to-file"), "file");
        File.CreateSymbolicLink(Path.Join(_folder.Path, "to-nothing"), "nothing");
        Directory.CreateSymbolicLink(Path.Join(_folder.Path, "to-itself"), _folder.Path);
        Assert.Equal(["to-file", "to-itself", "to-nothing"], List("").Where(e => e.Kind == FolderEntryKind.Link).Select(e => e.Path));
    }

    [Fact]
    public void A_pipe_is_listed_as_a_file_so_that_it_fails_with_its_reason()
    {
        if (OperatingSystem.IsWindows()) return;
        _folder.Pipe("pipe");
        Assert.Equal([new(FolderEntryKind.File, "pipe", 0)], List(""));
    }

    [Fact]
    public void A_file_that_is_written_has_another_version_and_one_that_is_not_has_the_same()
    {
        var path = _folder.Write("a.txt", "one");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var first = Versions();
        Assert.Equal(first, Versions());
        Assert.Equal(new FileVersion(3, DateTime.UnixEpoch.Ticks), Assert.Single(first));

        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1));
        Assert.NotEqual(first, Versions());
        _folder.Write("a.txt", "three");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        Assert.NotEqual(first, Versions());

        FileVersion[] Versions() => [.. FolderListing.List(_folder.Path, "").Select(e => e.Version)];
    }

    [Fact]
    public void An_empty_folder_has_no_entries() => Assert.Empty(List(""));

    [Fact]
    public void A_folder_that_is_gone_fails() => Assert.Throws<DirectoryNotFoundException>(() => List("gone"));

    public void Dispose() => _folder.Dispose();

    private FolderEntry[] List(string path) => [.. FolderListing.List(_folder.Path, path).Select(e => e with { Version = default }).OrderBy(e => e.Path, StringComparer.Ordinal)];
}
