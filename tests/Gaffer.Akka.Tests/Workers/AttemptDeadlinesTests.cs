using Akka.Actor;
using CsCheck;
using Xunit;

namespace Gaffer.Tests;

public sealed class AttemptDeadlinesTests
{
    [Fact]
    public void The_most_urgent_is_always_first_whatever_is_added_moved_and_removed() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 20], Gen.Bool).List[0, 300].Sample(steps =>
        {
            var deadlines = new AttemptDeadlines();
            var attempts = Enumerable.Range(0, 31).Select(_ => NewAttempt()).ToArray();
            var model = new Dictionary<JobAttempt, int>();
            foreach (var (index, due, set) in steps)
            {
                if (set)
                {
                    deadlines.Set(attempts[index], TimeSpan.FromSeconds(due));
                    model[attempts[index]] = due;
                }
                else
                {
                    deadlines.Remove(attempts[index]);
                    model.Remove(attempts[index]);
                }

                if (deadlines.Count != model.Count || deadlines.First?.Due != (model.Count == 0 ? null : TimeSpan.FromSeconds(model.Values.Min()))) return false;
            }

            var order = new List<TimeSpan>();
            while (deadlines.First is { } first)
            {
                order.Add(first.Due);
                deadlines.Remove(first);
            }

            return order.SequenceEqual(model.Values.Order().Select(s => TimeSpan.FromSeconds(s)));
        });

    private static JobAttempt NewAttempt() =>
        new(WorkersTestKit.NewJob(), JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete())), new Nothing(), TimeProvider.System, ActorRefs.Nobody);

    private sealed class Nothing : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
