using System.Text;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class LineReaderTests
{
    [Fact]
    public async Task Lines_have_their_numbers_and_what_is_too_long_is_thrown_away()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes($"\uFEFFa\r\n\n  b \n{new string('x', 100_000)}\nc"));
        List<(long, string?)> lines = [];
        await foreach (var line in LineReader.ReadAsync(stream, 50, static _ => Task.CompletedTask, CancellationToken.None)) lines.Add((line.Number, line.Text is { } text ? Encoding.UTF8.GetString(text) : null));
        Assert.Equal([(1, "a"), (3, "b"), (4, null), (5, "c")], lines);
    }
}
