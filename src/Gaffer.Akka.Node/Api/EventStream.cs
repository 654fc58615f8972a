using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>What a node says each second, for as long as it is asked. A node that is silent for a while is asked again.</summary>
internal sealed class EventStream(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Longest silence before somebody is told that nobody answers.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    /// <param name="silent">Is told why there is no answer, each time.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="ApiException">Nobody has answered for long, or nobody does at the first time.</exception>
    public async IAsyncEnumerable<JsonElement> ReadAsync(Action<string> silent, [EnumeratorCancellation] CancellationToken stop)
    {
        var heard = default(long?);
        while (true)
        {
            HttpResponseMessage? answer = null;
            try
            {
                answer = await api.StreamAsync("events", stop);
            }
            catch (ApiException e) when (e.MayPass && heard is { } last && time.GetElapsedTime(last) < LongestSilence)
            {
                silent(e.Message);
            }

            if (answer is not null)
            {
                using (answer)
                {
                    await foreach (var json in TicksAsync(answer, silent, stop))
                    {
                        heard = time.GetTimestamp();
                        yield return json;
                    }
                }
            }

            await Task.Delay(BetweenTries, time, stop);
        }
    }

    private static async IAsyncEnumerable<JsonElement> TicksAsync(HttpResponseMessage answer, Action<string> silent, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        await using var events = SseParser.Create(stream).EnumerateAsync(stop).GetAsyncEnumerator(stop);
        while (true)
        {
            JsonElement? tick = null;
            try
            {
                if (!await events.MoveNextAsync()) yield break;
                if (events.Current.EventType is "hello" or "tick") tick = JsonSerializer.Deserialize<JsonElement>(events.Current.Data);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                silent(e.Message);
                yield break;
            }
            catch (JsonException)
            {
                throw new ApiException(ExitCode.Failed, "The events are none of Gaffer's API.");
            }

            if (tick is { } json) yield return json;
        }
    }
}
