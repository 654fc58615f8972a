namespace Gaffer;

/// <summary>Ids that were seen, for a while: the newest so many, and none older than so long.</summary>
internal sealed class RecentIds<T>(int most, TimeSpan age)
    where T : struct
{
    private readonly Queue<(T Id, DateTimeOffset At)> _inOrder = new();
    private readonly HashSet<T> _ids = [];

    public IEnumerable<(T Id, DateTimeOffset At)> InOrder => _inOrder;

    public bool Contains(T id) => _ids.Contains(id);

    public void Add(T id, DateTimeOffset at)
    {
        while (_inOrder.TryPeek(out var oldest) && (_inOrder.Count >= most || oldest.At + age < at))
        {
            _inOrder.Dequeue();
            _ids.Remove(oldest.Id);
        }

        if (_ids.Add(id)) _inOrder.Enqueue((id, at));
    }

    public void Clear()
    {
        _inOrder.Clear();
        _ids.Clear();
    }
}
