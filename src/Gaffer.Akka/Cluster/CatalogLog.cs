using Microsoft.Extensions.Logging;

namespace Gaffer;

/// <summary>What happens to the catalog of queues.</summary>
internal sealed partial class CatalogLog(ILogger logger)
{
    public const string Category = "Gaffer.Catalog";

    [LoggerMessage(6001, LogLevel.Error, "The catalog of queues cannot use its journal and tries again in {Delay}: {Reason}")]
    public partial void CatalogUnavailable(Exception? cause, TimeSpan delay, string reason);
}
