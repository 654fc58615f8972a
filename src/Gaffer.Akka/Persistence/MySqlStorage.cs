using LinqToDB;

namespace Gaffer;

internal sealed record MySqlStorage(string ConnectionString) : SqlStorage
{
    internal override bool IsExclusive => false;

    protected override string Provider => ProviderName.MySql80MySqlConnector;

    /// <summary>As many as fit max_allowed_packet, which is 64 MiB by default.</summary>
    protected override int RowsAtOnce => 8;

    protected override string JournalConnection => ConnectionString;

    protected override string SnapshotConnection => ConnectionString;

    internal override IDisposable? Open()
    {
        RequireDriver("MySqlConnector.MySqlConnection, MySqlConnector", "MySqlConnector");
        return null;
    }

    public override string ToString() => "MySQL";
}
