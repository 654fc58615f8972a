using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gaffer.Node;

/// <summary>Ids that follow from what a job is for, so that an insert that is repeated is the same job.</summary>
internal static class DerivedId
{
    /// <summary>A UUID of version 8 from the run and the relative path; of a file from its version, too.</summary>
    public static JobId Of(Guid run, FolderEntry entry) =>
        Of(string.Create(CultureInfo.InvariantCulture, $"{run:N}\0{entry.Path}\0{entry.Copy}\0{entry.Version.Size}\0{entry.Version.ModifiedAt}"));

    /// <summary>A UUID of version 8 from a name.</summary>
    public static JobId Of(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new JobId(new Guid(bytes, bigEndian: true));
    }
}
