namespace Gaffer.Tests;

/// <summary>A place of the cluster, with a port of its own: lives follow each other there.</summary>
public sealed class ChaosPlace(string name, int port, bool isClient)
{
    public string Name => name;

    public int Port => port;

    public bool IsClient => isClient;

    public string Address => ChaosNodeOptions.AddressOf(port);

    /// <summary>The newest life; null before the first.</summary>
    public ChaosLife? Life { get; set; }

    public override string ToString() => Life is { } life ? $"{life}" : name;
}
