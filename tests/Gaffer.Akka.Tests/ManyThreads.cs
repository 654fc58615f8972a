using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gaffer.Tests;

/// <summary>Tests block threads: they start servers and wait for processes. A pool that grows slowly would hold up the nodes beside them for seconds, in the middle of a write.</summary>
internal static class ManyThreads
{
    private const int Least = 32;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It is of a process of tests. The project's setting for this would forbid that the number be changed later, which is tested.")]
    internal static void Start()
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, Least), ports);
    }
}
