using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>What a node says each second, for as long as it is asked. A node that is silent for a while is asked again.</summary>
internal sealed class EventStream(ApiClient api, TimeProvider time)
{
    /// <summary>Longest wait for a word: a node says one each second, and within three where a queue does not answer it.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

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
            await using (var ticks = TicksAsync(stop).GetAsyncEnumerator(stop))
            {
                while (await IsNextAsync(ticks, heard, silent))
                {
                    heard = time.GetTimestamp();
                    yield return ticks.Current;
                }
            }

            await Task.Delay(BetweenTries, time, stop);
        }
    }

    private async Task<bool> IsNextAsync(IAsyncEnumerator<JsonElement> ticks, long? heard, Action<string> silent)
    {
        try
        {
            return await ticks.MoveNextAsync();
        }
        catch (ApiException e) when (e.MayPass && heard is { } last && time.GetElapsedTime(last) < LongestSilence)
        {
            silent(e.Message);
            return false;
        }
    }

    /// <summary>One connection, from its begin to its end.</summary>
    private async IAsyncEnumerable<JsonElement> TicksAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(LongestWait, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        using var answer = await WordAsync(api.StreamAsync("events", end.Token), stop);
        await using var stream = await answer.Content.ReadAsStreamAsync(end.Token);
        await using var events = SseParser.Create(stream).EnumerateAsync(end.Token).GetAsyncEnumerator(end.Token);
        while (await WordAsync(events.MoveNextAsync().AsTask(), stop))
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
            if (events.Current.EventType is "hello" or "tick") yield return Json(events.Current.Data);
            silence.CancelAfter(LongestWait);
        }
    }

    private async Task<T> WordAsync<T>(Task<T> word, CancellationToken stop)
    {
        try
        {
            return await word;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new ApiException(ExitCode.Unreachable, $"The connection to {api.Url} broke: {e.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ApiException(ExitCode.Unreachable, $"{api.Url} has said nothing for {LongestWait.TotalSeconds:0} s.");
        }
    }

    private static JsonElement Json(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            throw new ApiException(ExitCode.Failed, "The events are none of Gaffer's API.");
        }
    }
}
