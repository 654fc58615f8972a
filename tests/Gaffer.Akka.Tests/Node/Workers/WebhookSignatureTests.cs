using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void It_is_that_of_the_specification() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(WebhookSignature.Keys(Secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, """{"test": 2432232314}"""u8));

    [Fact]
    public void While_a_secret_changes_there_is_a_signature_of_each()
    {
        var keys = WebhookSignature.Keys($"{Secret}\n whsec_{Convert.ToBase64String(new byte[32])}\n");
        Assert.Equal([24, 32], keys.Select(key => key.Length));
        Assert.Equal(2, WebhookSignature.Of(keys, "id", 1, []).Split(' ').Distinct().Count(s => s.StartsWith("v1,", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_short")]
    [InlineData("whsec_AAAA")]
    [InlineData(Secret + " x")]
    public void What_is_no_secret_gives_no_key(string text) => Assert.Empty(WebhookSignature.Keys(text));
}
