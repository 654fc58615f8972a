namespace Gaffer.Tests;

/// <summary>What the code of a chaos job does.</summary>
public enum ChaosDeed
{
    /// <summary>Takes its time, and ends at once when it is told to.</summary>
    Work,

    /// <summary>Takes its time, whatever it is told.</summary>
    Stubborn,

    /// <summary>Kills its process.</summary>
    Poison,
}

/// <summary>What a chaos job carries.</summary>
public sealed record ChaosPayload(ChaosDeed Deed, int Milliseconds);

/// <summary>What a completed chaos job answers: which execution of it this was, and where.</summary>
public sealed record ChaosResult(int Execution, Guid Incarnation);

/// <summary>How the code of an execution ended.</summary>
public enum RunEnd
{
    /// <summary>It did what it should.</summary>
    Completed,

    /// <summary>Its token was cancelled, and it gave up.</summary>
    Stopped,
}
