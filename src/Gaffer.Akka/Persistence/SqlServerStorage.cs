using LinqToDB;

namespace Gaffer;

internal sealed record SqlServerStorage(string ConnectionString) : SqlStorage
{
    internal override bool IsExclusive => false;

    protected override string Provider => ProviderName.SqlServer2019;

    protected override string JournalConnection => ConnectionString;

    protected override string SnapshotConnection => ConnectionString;

    internal override IDisposable? Open()
    {
        RequireDriver("Microsoft.Data.SqlClient.SqlConnection, Microsoft.Data.SqlClient", "Microsoft.Data.SqlClient");
        return null;
    }

    public override string ToString() => "SQL Server";
}
