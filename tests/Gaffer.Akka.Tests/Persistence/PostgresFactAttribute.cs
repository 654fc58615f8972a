using Xunit;

namespace Gaffer.Tests;

/// <summary>A test that needs PostgreSQL. Where there is none it is skipped, and says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute()
    {
        if (!PostgresServer.IsAvailable(out var reason))
        {
            Skip = reason;
        }
    }
}
