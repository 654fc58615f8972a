using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What a person does to a process.</summary>
internal static class Signals
{
    private const int SigInt = 2;

    /// <summary>Starts a program that hears Ctrl+C.</summary>
    /// <remarks>A shell without job control has what it starts in the background ignore it, and so do the children of that, which .NET respects: the tests may have been started that way.</remarks>
    public static Process Start(ProcessStartInfo start)
    {
        if (IsInterruptIgnored())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = "env";
        }

        return Process.Start(start)!;
    }

    /// <summary>Ctrl+C.</summary>
    public static void Interrupt(this Process process) => Assert.Equal(0, Send(process.Id, SigInt));

    private static bool IsInterruptIgnored()
    {
        const string Ignored = "SigIgn:";
        if (!OperatingSystem.IsLinux()) return false;
        var mask = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Ignored, StringComparison.Ordinal))[Ignored.Length..];
        return (ulong.Parse(mask.AsSpan().Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (SigInt - 1))) != 0;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int process, int signal);
}
