using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Gaffer;

/// <summary>The name of a queue: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : -</c>.</summary>
/// <remarks>Source: <c>queue()</c> of gaffer, an atom there.</remarks>
public readonly partial record struct QueueName : IComparable<QueueName>
{
    private readonly string? _value;

    /// <summary>Makes a name of a text.</summary>
    /// <exception cref="ArgumentException">The text is no name of a queue.</exception>
    public QueueName(string value)
    {
        if (!IsValid(value))
        {
            throw new ArgumentException($"'{value}' is no name of a queue: use 1 to 128 characters of A-Z a-z 0-9 . _ : -", nameof(value));
        }

        _value = value;
    }

    /// <summary>The text.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether a text can be the name of a queue.</summary>
    public static bool IsValid([NotNullWhen(true)] string? value) => value is not null && Pattern().IsMatch(value);

    /// <summary>Makes a name of a text.</summary>
    public static QueueName FromString(string value) => new(value);

    /// <summary>Makes a name of a text.</summary>
    public static implicit operator QueueName(string value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(QueueName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether the left name comes first.</summary>
    public static bool operator <(QueueName left, QueueName right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left name comes last.</summary>
    public static bool operator >(QueueName left, QueueName right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left name does not come last.</summary>
    public static bool operator <=(QueueName left, QueueName right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left name does not come first.</summary>
    public static bool operator >=(QueueName left, QueueName right) => left.CompareTo(right) >= 0;

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
