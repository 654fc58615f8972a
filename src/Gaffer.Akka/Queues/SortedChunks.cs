using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Gaffer;

/// <summary>A total order.</summary>
internal interface IOrder<in T>
{
    static abstract int Compare(T left, T right);
}

/// <summary>A sorted set of a million items that are mostly added at its end and taken from its start: both O(1). Anything else is O(log n) and a short move within one chunk.</summary>
/// <remarks>The one structure behind every index of a queue. A node-based tree would need 40 bytes more for each item, and 20 cache misses for each step.</remarks>
internal sealed class SortedChunks<T, TOrder> : IEnumerable<T>
    where TOrder : IOrder<T>
{
    private const int MaxChunk = 256;
    private readonly List<Chunk> _chunks = [];

    public int Count { get; private set; }

    public T First => Count > 0 ? _chunks[0][0] : throw new InvalidOperationException("The set is empty.");

    public T Last => Count > 0 ? _chunks[^1][^1] : throw new InvalidOperationException("The set is empty.");

    /// <summary>Adds an item, unless there is one that compares equal.</summary>
    public bool Add(T item)
    {
        if (Count == 0 || TOrder.Compare(Last, item) < 0)
        {
            if (_chunks.Count == 0 || _chunks[^1].Count == MaxChunk) _chunks.Add(new Chunk());
            _chunks[^1].Insert(_chunks[^1].Count, item);
            Count++;
            return true;
        }

        var at = ChunkFor(item);
        var chunk = _chunks[at];
        var place = chunk.Find(item);
        if (place >= 0) return false;
        if (chunk.Count == MaxChunk)
        {
            _chunks.Insert(at + 1, chunk.Split());
            if (~place > chunk.Count)
            {
                place = ~(~place - chunk.Count);
                chunk = _chunks[at + 1];
            }
        }

        chunk.Insert(~place, item);
        Count++;
        return true;
    }

    /// <summary>Removes the item that compares equal.</summary>
    public bool Remove(T item)
    {
        if (Count == 0) return false;
        var at = ChunkFor(item);
        var place = _chunks[at].Find(item);
        if (place < 0) return false;
        _chunks[at].RemoveAt(place);
        if (_chunks[at].Count == 0) _chunks.RemoveAt(at);
        Count--;
        return true;
    }

    public bool TryGetFirst([MaybeNullWhen(false)] out T first)
    {
        first = Count > 0 ? _chunks[0][0] : default;
        return Count > 0;
    }

    public bool Contains(T item) => Count > 0 && _chunks[ChunkFor(item)].Find(item) >= 0;

    /// <summary>The items above <paramref name="item"/>, in order.</summary>
    public IEnumerable<T> After(T item)
    {
        if (Count == 0) yield break;
        var at = ChunkFor(item);
        var place = _chunks[at].Find(item);
        var from = place >= 0 ? place + 1 : ~place;
        for (; at < _chunks.Count; at++, from = 0)
        {
            for (var i = from; i < _chunks[at].Count; i++) yield return _chunks[at][i];
        }
    }

    public IEnumerator<T> GetEnumerator()
    {
        foreach (var chunk in _chunks)
        {
            for (var i = 0; i < chunk.Count; i++) yield return chunk[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // The last chunk whose first item is not above the item; the first chunk if there is none.
    private int ChunkFor(T item)
    {
        int low = 0, high = _chunks.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (TOrder.Compare(_chunks[middle][0], item) <= 0) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    private sealed class Chunk
    {
        private T[] _items = new T[8];
        private int _start;

        public int Count { get; private set; }

        public T this[int index] => _items[_start + index];

        public T this[Index index] => this[index.GetOffset(Count)];

        /// <summary>Where the item is, or the complement of where it would be.</summary>
        public int Find(T item)
        {
            int low = 0, high = Count - 1;
            while (low <= high)
            {
                var middle = low == 0 && high == Count - 1 ? 0 : (low + high) >>> 1; // what is sought is mostly the first
                var order = TOrder.Compare(this[middle], item);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }

            return ~low;
        }

        public void Insert(int index, T item)
        {
            if (_start + Count == _items.Length) MakeRoom();
            Array.Copy(_items, _start + index, _items, _start + index + 1, Count - index);
            _items[_start + index] = item;
            Count++;
        }

        public void RemoveAt(int index)
        {
            Count--;
            if (index == 0)
            {
                _items[_start++] = default!;
                return;
            }

            Array.Copy(_items, _start + index + 1, _items, _start + index, Count - index);
            _items[_start + Count] = default!;
        }

        public Chunk Split()
        {
            var half = Count / 2;
            var upper = new Chunk { _items = new T[MaxChunk], Count = Count - half };
            Array.Copy(_items, _start + half, upper._items, 0, upper.Count);
            Array.Clear(_items, _start + half, upper.Count);
            Count = half;
            return upper;
        }

        private void MakeRoom()
        {
            var items = Count > _items.Length / 2 ? new T[_items.Length * 2] : _items;
            Array.Copy(_items, _start, items, 0, Count);
            if (ReferenceEquals(items, _items)) Array.Clear(_items, Count, _start);
            _items = items;
            _start = 0;
        }
    }
}
