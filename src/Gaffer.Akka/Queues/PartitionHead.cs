using Akka.Actor;

namespace Gaffer;

/// <summary>The first partition's side of a queue that has several: tells the others what is durable here, until they have it durably, too, and answers callers no sooner.</summary>
/// <remarks>
/// A revision rests on the number of the head's last write. An actor of the queue that starts later writes before it tells anything, so its numbers are above whatever an earlier one can have told:
/// an earlier one that does not know of its end is not obeyed.
/// </remarks>
internal sealed class PartitionHead(QueueState state, CommitBatchWriter commit, GafferRuntime runtime, StoragePlugins storage, IActorRef self, QueueLog log, Func<long> lastWrite)
{
    private const int Limiter = 0;                          // where the others have their index
    private const int StepsPerWrite = 20;                   // in bits
    private const int TicksToWarn = 10;                     // then again and again, ever more seldom
    private const int TicksToForget = 60;                   // whoever still waits has asked again by then
    private readonly Dictionary<Caller, (GafferReply Reply, int AskedAt)> _waiting = [];
    private readonly SortedSet<int> _missing = [];
    private readonly Dictionary<int, long> _gaveUp = [];    // how many jobs each gave up
    private HeadState? _told;                               // null: nothing yet
    private Deletion? _deletion;
    private long _revision;
    private long _above;
    private int _ticks;
    private bool _tickIsSet;

    /// <summary>The actor has started: what is durable goes to all, as an earlier actor may have ended before it had told them. While the queue is being deleted they hear nothing: they have given it up.</summary>
    public void Start()
    {
        if (state.Deletion is null && Decided is { } decided) commit.Batch.WhenDurable += () => Tell(decided);
    }

    /// <summary>Answers a request that concerns the whole queue: when all partitions follow. With one partition that is when it is durable.</summary>
    public void Answer(Caller caller, GafferReply reply)
    {
        if (reply is not GafferFailure && Decided is { } decided)
        {
            commit.Batch.WhenDurable += () =>
            {
                Tell(decided);
                Await(caller, reply);
            };
        }
        else if (!caller.Ref.IsNobody())
        {
            commit.Batch.Answer(caller.Ref, caller.Call, reply);
        }
    }

    /// <summary>Answers a deletion that was refused: when all that had given the queue up follow again, so that nothing that the caller asks next comes to one that does not; or when half of its time is over.</summary>
    public void AnswerWhenFollowed(Caller caller, GafferFailure refusal) => commit.Batch.WhenDurable += () => Await(caller, refusal);

    /// <summary>Whether the answer to this call waits for the others: it is not to be carried out again when it is told again.</summary>
    public bool Owes(Caller caller) => _waiting.ContainsKey(caller);

    /// <summary>How many jobs the others gave up.</summary>
    public long JobsGivenUp => _gaveUp.Values.Sum();

    /// <summary>The queue is to be deleted: all others give it up, durably. If one has jobs where it must have none, or does not answer, they follow again, and nothing was done but that some have purged their jobs if they were to.</summary>
    /// <param name="onlyIfEmpty">Whether one with jobs refuses.</param>
    /// <param name="then">What comes then; with the reason when they have not given up.</param>
    public void GiveUp(bool onlyIfEmpty, Action<GafferFailure?> then) => commit.Batch.WhenDurable += () =>
    {
        _deletion = new Deletion(onlyIfEmpty, then);
        _gaveUp.Clear();
        Begin();
    };

    /// <summary>The queue is not deleted after all.</summary>
    public void FollowAgain()
    {
        if (_deletion is null)
        {
            Start(); // an earlier actor made them give it up
            return;
        }

        _deletion = null;
        Begin();
    }

    /// <summary>The queue is deleted. Whoever waited asks again, and is told so.</summary>
    public void Forget()
    {
        (_told, _deletion) = (null, null);
        _missing.Clear();
        _waiting.Clear();
        _gaveUp.Clear();
    }

    /// <summary>A partition has it.</summary>
    public void Handle(Following following, DateTimeOffset now)
    {
        if (_told is null) return;
        if (following.Revision > _revision) GoAbove(following.Revision, now);
        if (following.Revision != _revision || !_missing.Contains(following.Index)) return;
        if (_deletion is { } deletion) Handle(following, deletion);
        else Heard(following.Index);
    }

    /// <summary>The limiter has the maximum of the queue's own limit.</summary>
    public void Handle(LimitAnswer answer, DateTimeOffset now)
    {
        if (_told is null) return;
        if (answer.Id > _revision) GoAbove(answer.Id, now);
        if (answer.Id == _revision) Heard(Limiter);
    }

    private void Handle(Following following, Deletion deletion)
    {
        if (following.Refused)
        {
            Abandon(deletion, GafferError.QueueInUse, $"Queue '{state.Name}' has jobs, {following.Jobs} of them in its partition {following.Index}, with those that ended and are not forwarded yet. Delete or prune them first, or delete the queue with DeleteMode.Purge.");
            return;
        }

        _missing.Remove(following.Index);
        _gaveUp[following.Index] = Math.Max(following.Jobs, _gaveUp.GetValueOrDefault(following.Index));
        if (_missing.Count == 0) deletion.End(null);
    }

    private void Abandon(Deletion deletion, GafferError error, string message)
    {
        FollowAgain();
        deletion.End(new GafferFailure(error, message, state.Name));
    }

    private void Heard(int index)
    {
        if (!_missing.Remove(index) || _missing.Count > 0) return;
        if (_ticks >= TicksToWarn) log.PartitionsFollow(state.Name);
        foreach (var (caller, (reply, _)) in _waiting) Release(caller, reply);
        _waiting.Clear();
    }

    /// <summary>A partition has started, or does not know whether there is a queue.</summary>
    public void Handle(AskHead ask, IActorRef partition)
    {
        if (_told is { } told && ask.Index < told.Options.Partitions) partition.Tell(Order(ask.Index), self);
        else if (state.Options is null || ask.Index >= state.Options.Partitions) commit.Batch.WhenDurable += () => partition.Tell(ask.NoQueue, self);
    }

    /// <summary>Word may be lost, or a partition may have moved: it is told again.</summary>
    public void Repeat()
    {
        _tickIsSet = false;
        if (_missing.Count == 0) return;
        _ticks++;
        var waited = _ticks * runtime.Settings.Client.RetryInterval;
        if (_deletion is { HasEnded: false } deletion && waited + runtime.Settings.Client.RetryInterval >= runtime.Settings.Client.Timeout) // before the caller gives up
        {
            Abandon(deletion, GafferError.Unavailable, $"Queue '{state.Name}' was not deleted, as its partitions {Missing} did not answer{(deletion.OnlyIfEmpty ? "" : "; the others have no jobs any more")}. Repeating it is safe.");
            return;
        }

        if (_ticks % TicksToWarn == 0 && int.IsPow2(_ticks / TicksToWarn)) log.PartitionsMissing(state.Name, waited, Missing);

        foreach (var (caller, (reply, askedAt)) in _waiting) EndWait(caller, reply, _ticks - askedAt);
        TellMissing();
    }

    // Of those that have waited for too long; a refusal is true whoever follows.
    private void EndWait(Caller caller, GafferReply reply, int ticks)
    {
        var isRefusal = reply is GafferFailure && 2 * ticks * runtime.Settings.Client.RetryInterval >= runtime.Settings.Client.Timeout;
        if (isRefusal) Release(caller, reply);
        if (isRefusal || ticks > TicksToForget) _waiting.Remove(caller);
    }

    // As of the batch that is being gathered: when that is durable, the state may have run ahead of it.
    private HeadState? Decided => state.Options is { Partitions: > 1 } options ? new HeadState(options, state.Version, state.IsPaused) : null;

    private void Tell(HeadState decided)
    {
        if (decided == _told) return;
        _told = decided;
        Begin();
    }

    private void Await(Caller caller, GafferReply reply)
    {
        if (caller.Ref.IsNobody()) return;
        if (_missing.Count == 0) Release(caller, reply);
        else _waiting[caller] = (reply, _ticks);
    }

    private void Begin()
    {
        _revision = Math.Max(lastWrite() << StepsPerWrite, _revision + 1);
        _ticks = 0;
        foreach (var (caller, (reply, _)) in _waiting) _waiting[caller] = (reply, 0);
        _missing.Clear();
        for (var index = 1; index < _told!.Options.Partitions; index++) _missing.Add(index);
        if (_deletion is null && !_told.Options.GlobalMaxWorkers.IsUnlimited) _missing.Add(Limiter);
        TellMissing();
    }

    // A partition has heard of a newer one than this: that was a head whose journal is gone, or this one has lived on after its end. Which of both, the journal knows: it refuses the write of one that has a successor.
    private void GoAbove(long revision, DateTimeOffset now)
    {
        if (revision <= _above) return;
        _above = revision;
        commit.Do(new QueueChange.Opened(now, runtime.Node));
        commit.Batch.WhenDurable += () =>
        {
            if (_told is null) return;
            _revision = Math.Max(_revision, revision);
            Begin();
        };
    }

    private void TellMissing()
    {
        if (runtime.Contact.IsCurrent)
        {
            foreach (var index in _missing)
            {
                if (index == Limiter) runtime.Limiter.Tell(new LimitRequest.Ensure(_revision, _told!.Options.OwnLimit, _told.Options.GlobalMaxWorkers.Value, _revision), self);
                else runtime.QueueRegion.Tell(Order(index), self);
            }
        }

        if (_tickIsSet) return;
        _tickIsSet = true;
        runtime.Clock.TellAfter(runtime.Settings.Client.RetryInterval, self, Tick.Instance);
    }

    private FollowHead Order(int index) =>
        new(new QueuePartition(state.Name, index), _revision, storage.Name, _deletion is null ? _told : null, _deletion is { OnlyIfEmpty: true });

    private string Missing => string.Join(", ", _missing.Select(static m => m == Limiter ? "(the limiter)" : $"{m}"));

    private void Release(Caller caller, GafferReply reply) => caller.Ref.Tell(new QueueAnswers(state.Name, [new QueueAnswer(caller.Call, reply)]), self);

    // Stays after its end until the queue is gone: a partition that starts meanwhile must not be told to follow.
    private sealed class Deletion(bool onlyIfEmpty, Action<GafferFailure?> then)
    {
        public bool OnlyIfEmpty => onlyIfEmpty;

        public bool HasEnded { get; private set; }

        public void End(GafferFailure? refusal)
        {
            if (HasEnded) return;
            HasEnded = true;
            then(refusal);
        }
    }

    /// <summary>Time to look who has not followed.</summary>
    public sealed class Tick
    {
        public static Tick Instance { get; } = new();
    }
}
