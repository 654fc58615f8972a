using System.Collections.Immutable;
using System.Text.Json;
using Gaffer.Node;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Gaffer.Tests;

public class DemoViewTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Plain_progress_comes_at_most_once_a_second_and_at_the_end()
    {
        await new PlainView(_output, _time).WatchAsync(report =>
        {
            for (var tick = 0; tick < 25; tick++)
            {
                report(Progress(done: tick, isOver: false));
                _time.Advance(TimeSpan.FromMilliseconds(100));
            }

            report(Progress(done: 30, isOver: true));
            return Task.CompletedTask;
        });
        Assert.Equal(
            ["10 of 30+ files", "20 of 30+ files", "30 of 30 files"],
            _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void The_plain_summary_names_each_dead_letter_with_its_reason_and_no_escape_codes()
    {
        var letter = UnreadableEntry.Of(DeadLetter("evil\u001b[31m.txt", "a pipe, not a file"));
        new PlainView(_output, _time).Summary(Summary() with { Unreadable = [letter] });
        Assert.Contains("  evil?[31m.txt: a pipe, not a file (5 attempts)", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Files counted:       1,234", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _output.ToString());
    }

    [Fact]
    public void Of_many_dead_letters_the_first_are_shown_and_the_others_counted()
    {
        new PlainView(_output, _time).Summary(Summary() with { Unreadable = [.. Enumerable.Range(0, 25).Select(i => new UnreadableEntry($"file{i}", 5, "gone"))] });
        Assert.Contains("file19", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("file20", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("and 5 more", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_throughput_is_that_of_this_start_alone()
    {
        var rows = (Summary() with { FilesNow = 100, BytesNow = 4_000_000, Time = TimeSpan.FromSeconds(2) }).Rows().ToDictionary();
        Assert.Equal("2.0 s for 100 files", rows["Time of this start"]);
        Assert.Equal("50 files/s, 2.0 MB/s", rows["Throughput"]);
    }

    [Fact]
    public void Time_counts_from_the_first_file_to_the_last()
    {
        var meter = new DemoMeter(_time);
        Assert.Equal(TimeSpan.Zero, meter.Busy);
        _time.Advance(TimeSpan.FromSeconds(5));
        meter.Started();
        _time.Advance(TimeSpan.FromSeconds(2));
        meter.Finished();
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(2), meter.Busy);
        Assert.Equal(0.5, DemoMeter.PerSecond(meter.Files, meter.Busy));
    }

    [Theory]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.5 kB")]
    [InlineData(2_500_000, "2.5 MB")]
    [InlineData(3_210_000_000, "3.21 GB")]
    public void Sizes_are_short(long bytes, string text) => Assert.Equal(text, DemoText.Size(bytes));

    [Fact]
    public async Task Plain_lines_of_following_come_each_ten_seconds()
    {
        await new PlainView(_output, _time).FollowAsync(report =>
        {
            for (var second = 0; second < 25; second++)
            {
                report(new FollowProgress(1, second, 0));
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            return Task.CompletedTask;
        });
        Assert.Equal("1 new or changed file read, 10 checks done, 0 failed\n1 new or changed file read, 20 checks done, 0 failed\n", _output.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void After_following_the_throughput_is_still_that_of_the_count()
    {
        var rows = (Summary() with { Files = 1235, Followed = new FollowProgress(2, 500, 1) }).Rows().ToDictionary();
        Assert.Equal("2 since the count", rows["New or changed"]);
        Assert.Equal("500 done, 1 failed", rows["Checks"]);
        Assert.Equal("1.0 s for 1,234 files", rows["Time of the count"]);
    }

    private static DemoProgress Progress(long done, bool isOver) => new(30, done, 1, 0, 0, !isOver, isOver, 1, 1);

    private static DemoSummary Summary() => new()
    {
        Files = 1234, Bytes = 5_000_000, TextFiles = 1000, Lines = 20_000, Copies = 3, Folders = 12, Links = 1, Unreadable = [],
        FilesNow = 1234, BytesNow = 5_000_000, Time = TimeSpan.FromSeconds(1),
    };

    private static ForwardedJob DeadLetter(string path, string reason) => new(
        JobId.New(), "files", FileWorker.Kind, JobState.Failed, 5,
        [new JobError(5, new JobErrorInfo(JobErrorKind.Failed, reason), DateTimeOffset.UnixEpoch)], DateTimeOffset.UnixEpoch,
        JsonSerializer.SerializeToElement(new { root = "/data", path }), null, 1);
}
