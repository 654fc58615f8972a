namespace Gaffer.Tests;

/// <summary>One process of a chaos test, as the harness knows it. Times are those of the recording.</summary>
public sealed class ChaosLife(int number, string name, string address, SubjectProcess process)
{
    public int Number => number;

    /// <summary>Its place in the cluster.</summary>
    public string Name => name;

    public string Address => address;

    public SubjectProcess Process => process;

    /// <summary>Whether the harness ends it.</summary>
    public bool IsToEnd { get; set; }

    /// <summary>Whether it was held and let go on again: it may do things after it was declared dead.</summary>
    public bool WasSuspended { get; set; }

    /// <summary>When it was killed, or was seen to have ended.</summary>
    public long? EndedAt { get; set; }

    public override string ToString() => $"{name} (life {number})";
}
