namespace Gaffer;

/// <summary>The answer of one of the cluster's services, the catalog or the limiter, to a request of the same id.</summary>
internal interface IServiceAnswer : IGafferWire
{
    long Id { get; }

    /// <summary>Why it was refused; null when it was not.</summary>
    GafferFailure? Failure { get; }
}
