using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

public class DerivedIdTests
{
    private static readonly Guid Run = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
    private static readonly FolderEntry Entry = new(FolderEntryKind.File, "src/a.cs", 0);

    [Fact]
    public void The_same_path_of_the_same_run_is_the_same_job() => Assert.Equal(DerivedId.Of(Run, Entry), DerivedId.Of(Run, Entry));

    [Fact]
    public void Another_run_path_copy_or_version_is_another_job()
    {
        JobId[] ids =
        [
            DerivedId.Of(Run, Entry), DerivedId.Of(Guid.NewGuid(), Entry), DerivedId.Of(Run, Entry with { Path = "src/b.cs" }), DerivedId.Of(Run, Entry with { Copy = 1 }),
            DerivedId.Of(Run, Entry with { Version = new FileVersion(1, 0) }), DerivedId.Of(Run, Entry with { Version = new FileVersion(0, 1) }),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void It_is_a_uuid_of_version_8()
    {
        var id = DerivedId.Of(Run, Entry).Value;
        Assert.Equal(8, id.Version);
        Assert.Equal(8, id.Variant & 0xC);
    }
}
