namespace Gaffer;

/// <summary>Makes one object of equal values that come again and again, without keeping more than a few of them.</summary>
/// <remarks>Any thread may ask. Two that meet in one slot cost a second object, nothing else.</remarks>
internal sealed class Interner<T>
    where T : class
{
    private readonly T?[] _slots = new T?[64];

    public T Intern(T value)
    {
        ref var slot = ref _slots[(uint)value.GetHashCode() % (uint)_slots.Length];
        if (Volatile.Read(ref slot) is { } known && known.Equals(value))
        {
            return known;
        }

        Volatile.Write(ref slot, value);
        return value;
    }
}
