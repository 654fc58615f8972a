using Xunit;

namespace Gaffer.Tests;

[Trait("spec", "S-165")]
public class GafferFailureTests
{
    public static TheoryData<GafferError, Type> Exceptions => new()
    {
        { GafferError.UnknownQueue, typeof(UnknownQueueException) },
        { GafferError.UnknownJob, typeof(UnknownJobException) },
        { GafferError.QueueInUse, typeof(QueueHasJobsException) },
        { GafferError.InvalidQueueConfig, typeof(InvalidQueueConfigException) },
        { GafferError.InvalidJob, typeof(InvalidJobException) },
        { GafferError.ForwardTargetNotFound, typeof(ForwardTargetNotFoundException) },
        { GafferError.UnknownStorage, typeof(UnknownStorageException) },
        { GafferError.JobIdConflict, typeof(JobIdConflictException) },
        { GafferError.VersionConflict, typeof(VersionConflictException) },
        { GafferError.PayloadTooLarge, typeof(PayloadTooLargeException) },
        { GafferError.QueueFull, typeof(QueueFullException) },
        { GafferError.Overloaded, typeof(QueueOverloadedException) },
        { GafferError.Unavailable, typeof(GafferUnavailableException) },
        { GafferError.Timeout, typeof(GafferTimeoutException) },
        { GafferError.Incompatible, typeof(IncompatibleJournalException) },
        { GafferError.InvalidRequest, typeof(GafferException) },
        { GafferError.UnknownLimit, typeof(UnknownLimitException) },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Each_failure_is_an_exception_of_the_family_with_the_same_data(GafferError error, Type type)
    {
        var failure = new GafferFailure(error, "what to do", "emails", ["one", "two"]);
        var exception = failure.ToException();
        Assert.Equal(type, exception.GetType());
        Assert.Equal((failure, "what to do", failure.Details), (exception.Failure, exception.Message, exception.Problems));
    }

    [Fact]
    public void No_failure_is_without_an_exception() => Assert.Equal(Enum.GetValues<GafferError>().Order(), Exceptions.Select(row => (GafferError)row[0]).Order());
}
