using System.Runtime.CompilerServices;

namespace Gaffer.Tests;

/// <summary>These tests are of queues with several partitions, too.</summary>
internal static class AllowPartitions
{
    [ModuleInitializer]
    internal static void Allow() => QueueOptions.PartitionsAllowed = true;
}
