using Xunit;

namespace Gaffer.Tests;

public class CatalogStateTests
{
    private static readonly string[] Storages = ["default", "archive"];

    [Fact]
    public void A_new_queue_is_stored_and_found()
    {
        var options = Queue("a") with { MaxWorkers = 7 };

        var decision = CatalogState.Empty.Put(options, Storages);

        Assert.Equal(new CatalogChange.Stored(options), decision.Change);
        Assert.Equal(options, CatalogState.Empty.Apply(decision.Change!).Find("a"));
        Assert.Null(CatalogState.Empty.Find("a"));
    }

    [Fact]
    public void The_same_options_again_change_nothing() =>
        Assert.Equal(CatalogDecision.NoChange, Of(Queue("dead"), Queue("a", "dead")).Put(Queue("a", "dead"), Storages));

    [Fact]
    public void Other_options_replace_the_old_ones()
    {
        var state = Of(Queue("a"));

        state = state.Apply(state.Put(Queue("a") with { MaxAttempts = 9 }, Storages).Change!);

        Assert.Equal(9, state.Find("a")!.MaxAttempts);
        Assert.Single(state.After(null));
    }

    [Fact]
    public void Invalid_options_are_refused_with_all_their_problems()
    {
        var failure = CatalogState.Empty.Put(Queue("a") with { MaxAttempts = 0, MaxPayloadBytes = 0 }, Storages).Failure!;

        Assert.Equal(GafferError.InvalidQueueConfig, failure.Error);
        Assert.Equal(2, failure.Details.Length);
    }

    [Fact, Trait("spec", "S-144")]
    public void A_forward_to_an_unknown_queue_is_refused_and_both_are_named()
    {
        var failure = CatalogState.Empty.Put(Queue("a", "dead"), Storages).Failure!;

        Assert.Equal((GafferError.ForwardTargetNotFound, "a"), (failure.Error, failure.Queue));
        Assert.Contains("'a' forwards Failed jobs to 'dead'", failure.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-141")]
    public void Forwards_in_a_circle_are_refused_and_the_circle_is_shown()
    {
        var failure = Of(Queue("c"), Queue("b", "c"), Queue("a", "b")).Put(Queue("c", "a"), Storages).Failure!;

        Assert.Equal(GafferError.InvalidQueueConfig, failure.Error);
        Assert.Contains("c -> a -> b -> c", failure.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-141")]
    public void A_circle_over_different_states_is_a_circle()
    {
        var state = Of(Queue("b"), Queue("a") with { OnCompleted = "b" });

        Assert.Contains("b -> a -> b", state.Put(Queue("b") with { OnCancelled = "a" }, Storages).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-141")]
    public void A_queue_that_forwards_to_itself_is_refused() =>
        Assert.Equal(GafferError.InvalidQueueConfig, Of(Queue("a")).Put(Queue("a", "a"), Storages).Failure!.Error);

    [Fact, Trait("spec", "S-141")]
    public void Two_ways_to_the_same_target_are_no_circle()
    {
        var state = Of(Queue("end"), Queue("b", "end"), Queue("c", "end"));

        Assert.NotNull(state.Put(Queue("a", "b") with { OnCompleted = "c", OnCancelled = "end" }, Storages).Change);
    }

    [Fact]
    public void An_unknown_storage_is_refused_and_the_known_ones_are_listed()
    {
        var failure = CatalogState.Empty.Put(Queue("a") with { Storage = "moon" }, Storages).Failure!;

        Assert.Equal(GafferError.UnknownStorage, failure.Error);
        Assert.Contains("'moon'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'archive', 'default'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_queue_cannot_move_to_another_storage() =>
        Assert.Equal(GafferError.InvalidQueueConfig, Of(Queue("a")).Put(Queue("a") with { Storage = "archive" }, Storages).Failure!.Error);

    [Fact]
    public void A_queue_keeps_its_number_of_partitions_until_it_is_deleted()
    {
        var state = Of(Queue("a") with { Partitions = 4 });

        var failure = state.Put(Queue("a") with { Partitions = 8 }, Storages).Failure!;
        Assert.Equal((GafferError.InvalidQueueConfig, "a"), (failure.Error, failure.Queue));
        Assert.StartsWith("Partitions is 8, but queue 'a' was made with 4;", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(state.Put(Queue("a") with { Partitions = 4, MaxAttempts = 9 }, Storages).Change);
        Assert.NotNull(state.Apply(state.Remove("a").Change!).Put(Queue("a") with { Partitions = 8 }, Storages).Change);
    }

    [Fact, Trait("spec", "S-144")]
    public void A_forward_target_cannot_be_removed_and_its_sources_are_named()
    {
        var state = Of(Queue("dead"), Queue("b", "dead"), Queue("a") with { OnCompleted = "dead" });

        var failure = state.Remove("dead").Failure!;

        Assert.Equal((GafferError.QueueInUse, "dead"), (failure.Error, failure.Queue));
        Assert.Contains("'a', 'b' forward to it", failure.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-144")]
    public void A_target_can_be_removed_once_nobody_forwards_to_it()
    {
        var state = Of(Queue("dead"), Queue("a", "dead"));

        state = state.Apply(state.Put(Queue("a"), Storages).Change!);

        Assert.Equal(new CatalogChange.Dropped("dead"), state.Remove("dead").Change);
    }

    [Fact]
    public void Removing_what_is_not_there_changes_nothing() => Assert.Equal(CatalogDecision.NoChange, Of(Queue("a")).Remove("b"));

    [Fact, Trait("spec", "S-56")]
    public void Queues_are_listed_by_name_from_any_place()
    {
        var state = Of(Queue("d"), Queue("b"), Queue("a"));

        Assert.Equal(["a", "b", "d"], Names(null));
        Assert.Equal(["b", "d"], Names("a"));
        Assert.Equal(["d"], Names("c"));
        Assert.Empty(Names("d"));
        Assert.Empty(Names("z"));

        IEnumerable<string> Names(string? after) => state.After(after is null ? default(QueueName?) : new QueueName(after)).Select(q => q.Name.Value);
    }

    [Fact]
    public void A_snapshot_holds_everything()
    {
        var state = Of(Queue("dead"), Queue("a", "dead"));

        Assert.Equal(state.After(null), CatalogState.From(state.ToSnapshot()).After(null));
        Assert.NotNull(CatalogState.From(state.ToSnapshot()).Remove("dead").Failure);
    }

    private static QueueOptions Queue(string name, string? onFailed = null) => new() { Name = name, OnFailed = onFailed is null ? default(QueueName?) : new QueueName(onFailed) };

    private static CatalogState Of(params QueueOptions[] queues) => queues.Aggregate(CatalogState.Empty, (s, q) => s.Apply(new CatalogChange.Stored(q)));
}
