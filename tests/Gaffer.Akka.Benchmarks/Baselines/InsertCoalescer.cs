using System.Threading.Channels;

namespace Gaffer.Benchmarks;

/// <summary>Gathers the inserts that arrive while others are written, and writes them with one statement: what a good hand-written client does.</summary>
internal sealed class InsertCoalescer : IAsyncDisposable
{
    private const int MostInOne = 1_000;
    private readonly Channel<(Guid Id, byte[] Payload, TaskCompletionSource Done)> _waiting = Channel.CreateUnbounded<(Guid, byte[], TaskCompletionSource)>();
    private readonly Func<Guid[], byte[][], Task> _insert;
    private readonly Task _writers;

    public InsertCoalescer(Func<Guid[], byte[][], Task> insert, int writers)
    {
        _insert = insert;
        _writers = Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)));
    }

    public Task InsertAsync(Guid id, byte[] payload)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Writer.TryWrite((id, payload, done)) ? done.Task : throw new InvalidOperationException("The coalescer is closed.");
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.Complete();
        await _writers;
    }

    private async Task WriteAsync()
    {
        var batch = new List<(Guid Id, byte[] Payload, TaskCompletionSource Done)>(MostInOne);
        while (await _waiting.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MostInOne && _waiting.Reader.TryRead(out var one)) batch.Add(one);
            if (batch.Count == 0) continue;
            try
            {
                await _insert([.. batch.Select(b => b.Id)], [.. batch.Select(b => b.Payload)]);
                foreach (var (_, _, done) in batch) done.SetResult();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                foreach (var (_, _, done) in batch) done.SetException(e);
            }
        }
    }
}
