using Xunit;

namespace Gaffer.Tests.Spec;

/// <summary>Each invalid option is told by its name, and changes nothing. The checks know no storage, so they run in memory.</summary>
public sealed class BadOptionsTests(MemoryHost host) : QueueTests(host), IClassFixture<MemoryHost>
{
    public static TheoryData<string> OfQueues => [.. BadOptions.Queue.Keys];

    public static TheoryData<string> OfJobs => [.. BadOptions.Job.Keys];

    [Theory]
    [MemberData(nameof(OfQueues))]
    [Trait("spec", "S-34")]
    [Trait("spec", "S-165")]
    public async Task An_invalid_option_of_a_queue_is_refused(string bad)
    {
        var (told, of) = BadOptions.Queue[bad];
        var queue = await NewObedientQueueAsync();
        var before = await PictureAsync(queue);
        var fresh = new QueueOptions { Name = NewName() };
        foreach (var call in (Task[])
        [
            Gaffer.CreateQueueAsync(of(fresh)), Gaffer.EnsureQueueAsync(of(fresh)), Gaffer.EnsureQueueAsync(of(new QueueOptions { Name = queue })), Gaffer.UpdateQueueAsync(queue, of),
        ])
        {
            var refused = await RefusedAsync<InvalidQueueConfigException>(call);
            Assert.Contains(refused.Problems, p => p.Contains(told, StringComparison.Ordinal));
        }

        Assert.Equal(before, await PictureAsync(queue));
        Assert.Equal("there is none", await PictureAsync(fresh.Name));
        await EndedAsync(queue, JobState.Completed);
        Assert.False((await Gaffer.CreateQueueAsync(fresh).Soon()).AlreadyExists);
    }

    [Theory]
    [MemberData(nameof(OfJobs))]
    [Trait("spec", "S-45")]
    [Trait("spec", "S-165")]
    public async Task An_invalid_option_of_a_job_is_refused(string bad)
    {
        var (told, options) = BadOptions.Job[bad];
        var queue = await NewObedientQueueAsync();
        var before = await PictureAsync(queue);
        foreach (var call in (Task[])[Gaffer.InsertAsync(queue, "Completed", options), Gaffer.InsertManyAsync(queue, [InsertJob.Of(queue, "Completed"), InsertJob.Of(queue, "Completed", options)])])
        {
            Assert.Contains(told, Assert.Single((await RefusedAsync<InvalidJobException>(call)).Problems), StringComparison.Ordinal);
        }

        Assert.Equal(before, await PictureAsync(queue));
        await EndedAsync(queue, JobState.Completed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(129)]
    [Trait("spec", "S-165")]
    public async Task An_invalid_content_type_is_refused(object? type)
    {
        var queue = await NewQueueAsync();
        var insert = new InsertJob(queue, new byte[1], null, type is int length ? new string('x', length) : (string)type!);
        Assert.Contains("ContentType", (await RefusedAsync<InvalidJobException>(Gaffer.InsertAsync(insert))).Message, StringComparison.Ordinal);
        Assert.Empty(await JobsAsync(queue));
    }

    [Fact]
    [Trait("spec", "S-45")]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var queue = await NewQueueAsync();
        Assert.Equal(3, (await RefusedAsync<InvalidJobException>(Gaffer.InsertAsync(queue, 1, new JobOptions { MaxAttempts = 0, Chain = "", Delay = TimeSpan.MinValue }))).Problems.Length);
        Assert.Equal(2, (await RefusedAsync<InvalidQueueConfigException>(Gaffer.UpdateQueueAsync(queue, o => o with { MaxAttempts = 0, MaxJobs = -1 }))).Problems.Length);
    }

    [Fact]
    [Trait("spec", "S-08")]
    public void Limits_and_ages_that_cannot_be_are_refused_where_they_are_made()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new QueueOptions { Name = "q", MaxWorkers = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new QueueOptions { Name = "q", GlobalMaxWorkers = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PruneOptions { DefaultAge = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentException>(() => new QueueOptions { Name = "a b" });
    }
}
