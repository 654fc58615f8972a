namespace Gaffer;

/// <summary>Makes one object of equal values that come again and again, without keeping more than a few of them.</summary>
/// <remarks>Any thread may ask. Each value has two slots; more values that meet in them cost a second object, nothing else.</remarks>
internal sealed class Interner<T>
    where T : class
{
    private readonly T?[] _slots = new T?[256];

    public T Intern(T value)
    {
        var place = (uint)value.GetHashCode() % (uint)_slots.Length;
        ref var first = ref _slots[place];
        ref var second = ref _slots[place ^ 1];
        var known = Volatile.Read(ref first);
        if (known is not null && known.Equals(value)) return known;
        if (Volatile.Read(ref second) is { } other && other.Equals(value)) return other;
        if (known is not null) Volatile.Write(ref second, known);
        Volatile.Write(ref first, value);
        return value;
    }
}
