using Akka.Actor;
using Gaffer.Tests.Spec;
using Xunit;

namespace Gaffer.Tests;

/// <summary>What is wrong with a call is told before it is sent: it travels with the calls of others.</summary>
public class ClientRefusalTests : ClientTestKit
{
    public static TheoryData<string> OfQueues => [.. BadOptions.Queue.Keys];

    public static TheoryData<string> OfJobs => [.. BadOptions.Job.Keys];

    [Theory]
    [MemberData(nameof(OfQueues))]
    public void Wrong_options_of_a_queue_take_no_other_call_with_them(string bad)
    {
        var options = BadOptions.Queue[bad].Of(new QueueOptions { Name = Emails });
        foreach (var request in (GafferRequest[])[new CreateQueue(options), new EnsureQueue(options), new UpdateQueue(options)]) ExpectRefused(request, GafferError.InvalidQueueConfig);
    }

    [Theory]
    [MemberData(nameof(OfJobs))]
    public void Wrong_options_of_a_job_take_no_other_call_with_them(string bad)
    {
        var options = BadOptions.Job[bad].Options;
        var (wrong, right) = (InsertJob.Of(Emails, 1, options), InsertJob.Of(Emails, 2));
        ExpectRefused(wrong, GafferError.InvalidJob);
        ExpectRefused(new InsertJobs(Emails, [right, wrong]), GafferError.InvalidJob);
    }

    [Fact]
    public void A_job_without_a_queue_or_a_type_takes_no_other_call_with_it()
    {
        ExpectRefused(new InsertJobs(Emails, [InsertJob.Of(default, 1)]), GafferError.InvalidRequest);
        ExpectRefused(new InsertJob(Emails, new byte[1], null, null!), GafferError.InvalidJob);
    }

    private void ExpectRefused(GafferRequest request, GafferError error)
    {
        Client.Tell(request, TestActor);
        Client.Tell(new GetQueueInfo(Emails), TestActor);
        Assert.Equal(error, ExpectMsg<GafferFailure>().Error);
        Answer(Expect(0, believed: 1), Info(7)); // nothing else was sent
        Assert.Equal(7, ExpectMsg<QueueInfo>().Available.Count);
    }
}
