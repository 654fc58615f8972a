using Akka.Actor;
using Xunit;

namespace Gaffer.Tests;

/// <summary>A queue on a node that lost contact with its cluster: another actor of it may be at work elsewhere.</summary>
public class QueueActorContactTests : QueueTestKit
{
    [Fact]
    public void While_it_has_no_contact_nothing_is_written_or_answered_and_nothing_is_lost()
    {
        Start();
        var known = Insert();
        Lose();
        var (insert, read) = (Tell(InsertJob.Of(Emails, 2)), Tell(new GetJob(Emails, known.Id)));
        var commits = Commits.Count;
        Settle();
        Assert.Equal(commits, Commits.Count);
        Assert.False(Client.HasMessages);

        Regain();

        Answer<InsertResult>(insert);
        Answer<JobFound>(read);
        Assert.Equal(2, Info().Available.Count);
    }

    [Fact]
    public void A_write_during_which_contact_was_lost_is_not_answered_but_found_again()
    {
        Start();
        var held = HoldWrite();
        Lose();
        Regain();
        Watch(Queue);
        var queue = Queue;

        Journal.Writes.Release();

        ExpectTerminated(queue);
        Settle(Entity);
        Assert.False(Client.HasMessages, $"call {held} was answered");
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, Info().Available.Count);
    }

    [Fact]
    public void Without_contact_a_poll_claims_nothing()
    {
        Start(new QueueOptions { Name = Emails, PollInterval = Timeout.InfiniteTimeSpan });
        var workers = Serve(Node("a:1"));
        Insert();
        Lose();
        var poll = Tell(new PollQueue(Emails));
        Settle();
        Regain();

        Answer<PollResult>(poll);
        Assert.True(workers.IsIdle);
        Ask<PollResult>(new PollQueue(Emails));
        Assert.Equal(1, workers.Job().Sequence);
    }

    private void Lose() => Set(isCutOff: true);

    private void Regain() => Set(isCutOff: false);

    private void Set(bool isCutOff)
    {
        Contact.Set(isCutOff, ["here:1", "there:1"], []);
        Sys.EventStream.Publish(new ContactChanged(isCutOff));
        Settle();
    }
}
