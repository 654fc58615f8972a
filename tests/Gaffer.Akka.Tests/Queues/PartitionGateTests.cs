using System.Collections.Immutable;
using Xunit;

namespace Gaffer.Tests;

public class PartitionGateTests
{
    private static readonly QueueName Emails = "emails";

    /// <summary>A job that is in partition 1 of 4, and in partition 1 of 2, and elsewhere of 3.</summary>
    private static readonly JobId Job = JobPlace.At(JobId.New(), 5);

    public static TheoryData<GafferRequest> OfTheQueue => [
        new CreateQueue(new QueueOptions { Name = Emails }), new EnsureQueue(new QueueOptions { Name = Emails }), new UpdateQueue(new QueueOptions { Name = Emails }),
        new DeleteQueue(Emails), new GetQueue(Emails), new PauseQueue(Emails), new ResumeQueue(Emails)];

    public static TheoryData<GafferRequest> OfAJob => [
        new InsertJob(Emails, default) { Id = Job }, new InsertJobs(Emails, [new InsertJob(Emails, default) { Id = Job }]), new ForwardJob(Emails, Job, default, 1),
        new GetJob(Emails, Job), new CancelJob(Emails, Job), new DeleteJob(Emails, Job), new RetryJob(Emails, Job)];

    public static TheoryData<GafferRequest> OfAllPartitions => [
        new ListJobs(Emails, JobFilter.All), new GetQueueInfo(Emails), new DrainQueue(Emails, TimeSpan.Zero), new FlushQueue(Emails, TimeSpan.Zero), new PruneQueue(Emails), new PollQueue(Emails)];

    [Theory]
    [MemberData(nameof(OfTheQueue))]
    public void The_first_partition_answers_what_concerns_the_queue_itself_whatever_the_sender_believes(GafferRequest request)
    {
        Assert.True(Admits(request, index: 0, partitions: 4, believed: 1));
        Assert.True(Admits(request, index: 0, partitions: 1, believed: 4));
        Assert.False(Admits(request, index: 1, partitions: 4, believed: 4));
    }

    [Theory]
    [MemberData(nameof(OfAJob))]
    public void A_job_is_asked_for_in_its_partition_alone(GafferRequest request)
    {
        Assert.True(Admits(request, index: 1, partitions: 4, believed: 4));
        Assert.All([0, 2, 3], index => Assert.False(Admits(request, index, partitions: 4, believed: 4)));
        Assert.True(Admits(request, index: 0, partitions: 1, believed: 1));
    }

    [Theory]
    [MemberData(nameof(OfAJob))]
    [MemberData(nameof(OfAllPartitions))]
    public void Nothing_is_done_for_a_sender_that_believes_in_another_number(GafferRequest request)
    {
        Assert.False(Admits(request, index: 1, partitions: 4, believed: 2)); // the right place, by accident
        Assert.False(Admits(request, index: 0, partitions: 4, believed: 1));
        Assert.False(Admits(request, index: 0, partitions: 1, believed: 4));
    }

    [Theory]
    [MemberData(nameof(OfAllPartitions))]
    public void Each_partition_answers_its_part_of_what_concerns_all(GafferRequest request) =>
        Assert.All([0, 1, 2, 3], index => Assert.True(Admits(request, index, partitions: 4, believed: 4)));

    [Fact]
    public void One_job_in_the_wrong_place_turns_away_all_that_come_with_it() =>
        Assert.False(Admits(new InsertJobs(Emails, [.. new[] { Job, JobPlace.At(Job, 6) }.Select(id => new InsertJob(Emails, default) { Id = id })]), index: 1, partitions: 4, believed: 4));

    [Fact]
    public void A_partition_that_the_queue_does_not_have_answers_nothing() =>
        Assert.All((GafferRequest[])[.. OfAJob, .. OfAllPartitions], request => Assert.False(Admits(request, index: 5, partitions: 4, believed: 4)));

    private static bool Admits(GafferRequest request, int index, int partitions, int believed) => PartitionGate.Admits(request, new QueuePartition(Emails, index), partitions, believed);
}
