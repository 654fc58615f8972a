using System.Globalization;

namespace Gaffer;

/// <summary>One partition of a queue: where a message goes. The first has the name of the queue alone, the others that name, <c>~</c> and their index.</summary>
/// <remarks>An actor, a journal and a shard have this name. What people see of a queue has its <see cref="QueueName"/>: the two types keep them apart.</remarks>
internal readonly struct QueuePartition : IEquatable<QueuePartition>, IComparable<QueuePartition>
{
    /// <summary>Cannot be in the name of a queue, so nobody's queue is taken for a partition of another.</summary>
    private const char Separator = '~';

    private readonly string? _value;

    public QueuePartition(QueueName queue, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (Queue, Index) = (queue, index);
        _value = index == 0 ? queue.Value : string.Create(CultureInfo.InvariantCulture, $"{queue.Value}{Separator}{index}");
    }

    /// <summary>The queue.</summary>
    public QueueName Queue { get; }

    /// <summary>Its place among the partitions of the queue, from 0.</summary>
    public int Index { get; }

    /// <summary>Whether it is the first: the one that creates, changes and deletes the queue.</summary>
    public bool IsHead => Index == 0;

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads what <see cref="Value"/> says.</summary>
    /// <exception cref="ArgumentException">The text is no partition of a queue.</exception>
    public static QueuePartition Parse(string value)
    {
        var end = value.LastIndexOf(Separator);
        var name = end < 0 ? value : value[..end];
        var index = 0;
        if (!QueueName.IsValid(name) || (end >= 0 && !(int.TryParse(value.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out index) && index > 0 && value[end + 1] != '0')))
        {
            throw new ArgumentException($"'{value}' is no partition of a queue: that is the name of the queue, for the first, or with {Separator} and a number above 0 for the others.", nameof(value));
        }

        return new QueuePartition(name, index);
    }

    public static implicit operator QueuePartition(QueueName queue) => new(queue, 0);

    public static implicit operator QueuePartition(string queue) => new(queue, 0);

    public static bool operator ==(QueuePartition left, QueuePartition right) => left.Equals(right);

    public static bool operator !=(QueuePartition left, QueuePartition right) => !left.Equals(right);

    public bool Equals(QueuePartition other) => string.Equals(Value, other.Value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is QueuePartition other && Equals(other);

    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>By queue, then by index.</summary>
    public int CompareTo(QueuePartition other) => (Queue, Index).CompareTo((other.Queue, other.Index));

    public override string ToString() => Value;
}
