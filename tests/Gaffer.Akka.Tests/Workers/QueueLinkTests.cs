using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

public class QueueLinkTests
{
    private static readonly WorkerSettings Settings = new(RegisterInterval: Seconds(5), RetryInterval: Seconds(1), Lease: Seconds(5));

    [Fact]
    public void A_node_with_jobs_loses_its_lease_after_the_lease_and_an_idle_one_when_a_registration_is_overdue()
    {
        Assert.False(Registered().LosesLease(hasJobs: true, Seconds(4.9)));
        Assert.True(Registered().LosesLease(hasJobs: true, Seconds(5)));
        Assert.False(Registered().LosesLease(hasJobs: false, Seconds(5.9)));
        Assert.True(Registered().LosesLease(hasJobs: false, Seconds(6)));
    }

    [Fact]
    public void A_lease_is_lost_once()
    {
        var link = Registered();
        Assert.True(link.LosesLease(hasJobs: true, Seconds(7)));
        Assert.False(link.LosesLease(hasJobs: true, Seconds(8)));
        Assert.False(link.TakesJobsFrom(ActorRefs.Nobody));
    }

    [Fact]
    public void An_answer_to_a_registration_from_before_the_loss_does_not_bring_the_lease_back()
    {
        var link = Registered();
        link.Asked(Seconds(1));
        Assert.True(link.LosesLease(hasJobs: true, Seconds(7)));
        link.Answered(ActorRefs.Nobody, Seconds(7), isCutOff: false);
        Assert.True(link.IsLeaseOver);
        link.Asked(Seconds(8));
        link.Answered(ActorRefs.Nobody, Seconds(8), isCutOff: false);
        Assert.False(link.IsLeaseOver);
        Assert.True(link.TakesJobsFrom(ActorRefs.Nobody));
    }

    [Fact]
    public void No_answer_brings_the_lease_back_while_the_node_is_cut_off()
    {
        var link = Registered();
        link.LoseLease(Seconds(1));
        link.Asked(Seconds(2));
        link.Answered(ActorRefs.Nobody, Seconds(2), isCutOff: true);
        Assert.True(link.IsLeaseOver);
    }

    [Fact]
    public void A_queue_that_ended_is_asked_for_soon_and_then_less_often()
    {
        var link = Registered();
        link.Lost();
        var at = TimeSpan.Zero;
        var tries = 0;
        var longest = TimeSpan.Zero;
        while (at < Seconds(2))
        {
            link.Asked(at);
            var next = link.RegisterAt(hasJobs: false);
            longest = next - at > longest ? next - at : longest;
            at = next;
            tries++;
            link.AskedInVain();
        }

        Assert.InRange(tries, 5, 12);
        Assert.True(longest <= Seconds(0.45), $"{longest}");
        for (var i = 0; i < 20; i++) link.AskedInVain();
        link.Asked(at);
        Assert.Equal(at + Settings.RetryInterval, link.RegisterAt(hasJobs: false));
    }

    private static QueueLink Registered()
    {
        var link = new QueueLink(Settings);
        link.Answered(ActorRefs.Nobody, TimeSpan.Zero, isCutOff: false);
        return link;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
