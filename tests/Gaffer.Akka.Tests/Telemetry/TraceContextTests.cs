using System.Diagnostics;
using Xunit;

namespace Gaffer.Tests;

public class TraceContextTests
{
    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-00000000000000a1-00")]
    public void It_is_the_same_as_text_as_bytes_and_as_the_context_of_a_span(string parent)
    {
        var context = TraceContext.TryParse(parent, "rojo=1")!;

        Assert.Equal(parent, context.Parent);
        Assert.Equal(context, TraceContext.FromBytes(context.ToBytes(), "rojo=1"));
        Assert.Equal(context, TraceContext.Of(context.ToActivityContext()));
        Assert.True(context.ToActivityContext().IsRemote);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    public void What_is_none_is_none(string parent) => Assert.Null(TraceContext.TryParse(parent, null));

    [Fact]
    public void A_state_that_is_too_long_is_left_out() =>
        Assert.Null(TraceContext.Of(new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default, new string('x', 513))).State);

    [Fact]
    public void Bytes_of_another_length_are_an_error() => Assert.Throws<WireException>(() => TraceContext.FromBytes(new byte[24], null));
}
