using System.Runtime.InteropServices;
using System.Text;

namespace Gaffer.Node;

/// <summary>What a path stands for. .NET does not tell, and opening a pipe waits for its writer.</summary>
internal static class FileKind
{
    private const int TypeMask = 0xF000;

    /// <summary>What keeps a path from being read as a file: null for a file, else words for people.</summary>
    public static string? Obstacle(string path)
    {
        if (OperatingSystem.IsWindows()) return null;

        // The layout is that of the runtime's own shim, the same on every Unix: 4 bytes of flags, then st_mode.
        var status = new byte[256];
        if (Stat(Encoding.UTF8.GetBytes(path + '\0'), status) != 0) return null;      // the attempt to open it says why
        return (BitConverter.ToInt32(status, 4) & TypeMask) switch
        {
            0x1000 => "a pipe, not a file",
            0x2000 or 0x6000 => "a device, not a file",
            0xC000 => "a socket, not a file",
            _ => null,
        };
    }

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat(byte[] path, byte[] status);
}
