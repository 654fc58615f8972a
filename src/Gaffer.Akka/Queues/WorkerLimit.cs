using System.Globalization;

namespace Gaffer;

/// <summary>A number of jobs that may run at once: 1 or more, or <see cref="Unlimited"/>. The default value is <see cref="Unlimited"/>.</summary>
/// <remarks>Source: <c>max_workers()</c> of gaffer; 0 and negative numbers, which it lets pass, are refused.</remarks>
public readonly record struct WorkerLimit
{
    private readonly int _value;

    /// <summary>A finite limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is below 1.</exception>
    public WorkerLimit(int value)
    {
        if (value < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A limit of workers is 1 or more, or WorkerLimit.Unlimited; to stop claims, pause the queue.");
        }

        _value = value;
    }

    /// <summary>No limit.</summary>
    public static WorkerLimit Unlimited => default;

    /// <summary>Whether there is no limit.</summary>
    public bool IsUnlimited => _value == 0;

    /// <summary>The limit; <see cref="int.MaxValue"/> when there is none.</summary>
    public int Value => _value == 0 ? int.MaxValue : _value;

    /// <summary>A finite limit.</summary>
    public static WorkerLimit FromInt32(int value) => new(value);

    /// <summary>A finite limit.</summary>
    public static implicit operator WorkerLimit(int value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => IsUnlimited ? "unlimited" : _value.ToString(CultureInfo.InvariantCulture);
}
