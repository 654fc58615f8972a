using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public sealed class DemoSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Paths_become_full_ones_without_a_separator_at_the_end()
    {
        var settings = DemoSettings.From(Run(_folder.Path + Path.DirectorySeparatorChar, Path.Join(_folder.Path, "data", "x.db")), isTerminal: false);
        Assert.Equal(_folder.Path, settings.Folder);
        Assert.Equal(Path.Join(_folder.Path, "data", "x.db"), settings.Data);
    }

    [Fact]
    public void Without_a_word_it_follows_the_folder_in_a_terminal_alone_and_has_a_dashboard_on_a_port_that_may_be_another()
    {
        var run = Run(_folder.Path, Path.Join(_folder.Path, "x.db"));
        Assert.True(DemoSettings.From(run, isTerminal: true).Follows);
        Assert.False(DemoSettings.From(run, isTerminal: false).Follows);
        Assert.False(DemoSettings.From(run with { Follow = false }, isTerminal: true).Follows);
        Assert.True(DemoSettings.From(run with { Follow = true }, isTerminal: false).Follows);
        Assert.Equal(new DemoDashboard(8080, IsNamed: false), DemoSettings.From(run, isTerminal: false).Dashboard);
        Assert.Equal(new DemoDashboard(8080, IsNamed: true), DemoSettings.From(run with { Port = 8080 }, isTerminal: false).Dashboard);
        Assert.Null(DemoSettings.From(run with { HasDashboard = false }, isTerminal: false).Dashboard);
    }

    [Fact]
    public void The_data_file_and_what_is_kept_beside_it_are_not_counted()
    {
        var settings = new DemoSettings(_folder.Path, Path.Join(_folder.Path, "x.db"), 1);
        Assert.True(settings.IsData(Path.Join(_folder.Path, "x.db")));
        Assert.True(settings.IsData(Path.Join(_folder.Path, "x.db-wal")));
        Assert.True(settings.IsData(Path.Join(_folder.Path, "x.db.lock")));
        Assert.False(settings.IsData(Path.Join(_folder.Path, "x.db.txt")));
        Assert.False(settings.IsData(Path.Join(_folder.Path, "y.db")));
    }

    [Fact]
    public void A_job_may_touch_what_is_in_the_folder_and_nothing_that_a_path_or_a_link_leads_to()
    {
        using var other = new TemporaryFolder();
        other.Write("secret", "");
        var settings = new DemoSettings(_folder.Path, Path.Join(other.Path, "x.db"), 1);
        Assert.Equal(_folder.Path, settings.Inside(_folder.Path, ""));
        Assert.Equal(_folder.Write("a/b", ""), settings.Inside(_folder.Path, Path.Join("a", "b")));
        Assert.NotNull(settings.Inside(_folder.Path, "..b"));
        Assert.Null(settings.Inside(other.Path, "secret"));
        Assert.Null(settings.Inside(_folder.Path, ".."));
        Assert.Null(settings.Inside(_folder.Path, Path.Join("..", Path.GetFileName(_folder.Path) + "2", "x")));
        Assert.Null(settings.Inside(_folder.Path, Path.Join("a", "..", "..", Path.GetFileName(other.Path), "secret")));
        Assert.Null(settings.Inside(_folder.Path, "a\0b"));

        if (OperatingSystem.IsWindows()) return;
        Directory.CreateSymbolicLink(Path.Join(_folder.Path, "out"), other.Path);
        File.CreateSymbolicLink(Path.Join(_folder.Path, "file"), Path.Join(other.Path, "secret"));
        Assert.Null(settings.Inside(_folder.Path, "out"));
        Assert.Null(settings.Inside(_folder.Path, Path.Join("out", "secret")));
        Assert.Null(settings.Inside(_folder.Path, "file"));
    }

    [Fact]
    public void The_root_of_a_disk_is_a_folder_like_any_other() =>
        Assert.NotNull(new DemoSettings(Path.GetPathRoot(_folder.Path)!, "", 1).Inside(Path.GetPathRoot(_folder.Path)!, "x"));

    [Fact]
    public void A_folder_that_does_not_exist_is_refused() => Refused(Path.Join(_folder.Path, "gone"), null, "does not exist.");

    [Fact]
    public void A_file_is_no_folder() => Refused(_folder.Write("file", ""), null, "is a file; name a folder.");

    [Fact]
    public void A_folder_is_no_data_file() => Refused(_folder.Path, _folder.Path, "is a folder; name a file with --data.");

    [Fact]
    public void A_data_file_below_a_file_is_refused() => Refused(_folder.Path, Path.Join(_folder.Write("file", ""), "x.db"), "Name another file with --data.");

    public void Dispose() => _folder.Dispose();

    private static DemoArguments.Run Run(string folder, string? data) => new(folder, data, 1);

    private static void Refused(string folder, string? data, string words) =>
        Assert.EndsWith(words, Assert.Throws<DemoException>(() => DemoSettings.From(Run(folder, data), isTerminal: false)).Message, StringComparison.Ordinal);
}
