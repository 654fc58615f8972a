using Microsoft.Data.Sqlite;
using Xunit;

namespace Gaffer.Tests;

public sealed class SqliteFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-sqlite-").FullName;

    private string Database => Path.Combine(_folder, "jobs.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_path_is_made_absolute_and_its_folder_is_made()
    {
        var storage = (SqliteStorage)Storage.Sqlite("some/jobs.db");
        Assert.Equal(Path.Combine(Directory.GetCurrentDirectory(), "some", "jobs.db"), storage.Path);

        using (Storage.Sqlite(Path.Combine(_folder, "a", "b", "jobs.db")).Open())
        {
            Assert.True(File.Exists(Path.Combine(_folder, "a", "b", "jobs.db")));
        }
    }

    [Fact]
    public void A_commit_is_synced_and_readers_do_not_wait_for_writers()
    {
        using (Storage.Sqlite(Database).Open())
        {
            using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode";
            Assert.Equal("wal", command.ExecuteScalar());
            command.CommandText = "PRAGMA synchronous";   // what a connection has that sets nothing
            Assert.Equal(2L, command.ExecuteScalar());
        }
    }

    [Fact]
    public void A_second_user_of_the_file_is_refused_until_the_first_is_gone()
    {
        using (Storage.Sqlite(Database).Open())
        {
            var error = Assert.Throws<GafferUnavailableException>(() => Storage.Sqlite(Database).Open());
            Assert.StartsWith($"{Database} is in use by another process", error.Message, StringComparison.Ordinal);
        }

        Storage.Sqlite(Database).Open()!.Dispose();
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        var text = new string('x', 5000);
        File.WriteAllText(Database, text);

        var error = Assert.Throws<IncompatibleJournalException>(() => Storage.Sqlite(Database).Open());

        Assert.Equal($"{Database} is not a SQLite database. Choose another file.", error.Message);
        Assert.Equal(text, File.ReadAllText(Database));
        Assert.Throws<IncompatibleJournalException>(() => Storage.Sqlite(Database).Open());   // and the lock was given back
    }

    [Fact]
    public void A_read_only_file_is_refused()
    {
        Storage.Sqlite(Database).Open()!.Dispose();
        File.SetAttributes(Database, FileAttributes.ReadOnly);
        try
        {
            var error = Assert.Throws<GafferUnavailableException>(() => Storage.Sqlite(Database).Open());
            Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetAttributes(Database, FileAttributes.Normal);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(Database, "");

        var error = Assert.Throws<GafferUnavailableException>(() => Storage.Sqlite(Path.Combine(Database, "sub", "jobs.db")).Open());

        Assert.Contains(Path.Combine(Database, "sub"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_no_file() =>
        Assert.Contains("is a folder", Assert.Throws<GafferUnavailableException>(() => Storage.Sqlite(_folder).Open()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData(":memory:")]
    [InlineData("Data Source=jobs.db")]
    [InlineData("file:jobs.db?mode=ro")]
    public void What_is_no_path_is_refused(string path) => Assert.Throws<ArgumentException>(() => Storage.Sqlite(path));
}
