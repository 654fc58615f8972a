namespace Gaffer;

/// <summary>The attempts of a supervisor that must end some time, the most urgent first. A heap whose entries know their place, so that any of them can be moved or removed in O(log n) without garbage.</summary>
internal sealed class AttemptDeadlines
{
    private JobAttempt[] _heap = new JobAttempt[16];

    public int Count { get; private set; }

    /// <summary>The one that is due first, or null.</summary>
    public JobAttempt? First => Count == 0 ? null : _heap[0];

    /// <summary>Adds an attempt, or gives it another deadline.</summary>
    public void Set(JobAttempt attempt, TimeSpan due)
    {
        attempt.Due = due;
        if (attempt.DeadlineIndex < 0)
        {
            if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
            Place(attempt, Count++);
        }

        Up(attempt);
        Down(attempt);
    }

    /// <summary>Forgets the deadline of an attempt, if it has one.</summary>
    public void Remove(JobAttempt attempt)
    {
        var index = attempt.DeadlineIndex;
        if (index < 0) return;
        attempt.DeadlineIndex = -1;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (ReferenceEquals(last, attempt)) return;
        Place(last, index);
        Up(last);
        Down(last);
    }

    private void Up(JobAttempt attempt)
    {
        for (var index = attempt.DeadlineIndex; index > 0;)
        {
            var parent = (index - 1) / 2;
            if (_heap[parent].Due <= attempt.Due) return;
            Place(_heap[parent], index);
            Place(attempt, parent);
            index = parent;
        }
    }

    private void Down(JobAttempt attempt)
    {
        for (var index = attempt.DeadlineIndex; ;)
        {
            var child = (2 * index) + 1;
            if (child >= Count) return;
            if (child + 1 < Count && _heap[child + 1].Due < _heap[child].Due) child++;
            if (_heap[child].Due >= attempt.Due) return;
            Place(_heap[child], index);
            Place(attempt, child);
            index = child;
        }
    }

    private void Place(JobAttempt attempt, int index)
    {
        _heap[index] = attempt;
        attempt.DeadlineIndex = index;
    }
}
