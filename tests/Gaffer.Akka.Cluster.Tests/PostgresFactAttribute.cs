using Xunit;

namespace Gaffer.Tests;

/// <summary>A test that needs PostgreSQL; skipped, with the reason, where its programs are not installed.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsAvailable(out var reason)) Skip = reason;
    }

    public static PostgresServer Server() => PostgresServer.TryStart(out var reason) ?? throw new InvalidOperationException(reason);
}
