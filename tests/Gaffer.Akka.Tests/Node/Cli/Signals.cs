using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What a person does to a process.</summary>
internal static class Signals
{
    private const int SigInt = 2;

    /// <summary>Ctrl+C.</summary>
    public static void Interrupt(this Process process) => Assert.Equal(0, Send(process.Id, SigInt));

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
