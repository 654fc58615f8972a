namespace Gaffer.Tests;

/// <summary>A directory of one test. It stays when the test fails, with all that it wrote.</summary>
public sealed class TestDirectory : IDisposable
{
    private bool _forget;

    public string Path { get; } = Directory.CreateTempSubdirectory("gaffer-").FullName;

    /// <summary>The test went well: nobody needs the files.</summary>
    public void Forget() => _forget = true;

    public void Dispose()
    {
        if (_forget) Directory.Delete(Path, recursive: true);
    }
}
