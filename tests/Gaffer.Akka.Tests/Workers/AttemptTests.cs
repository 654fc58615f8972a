using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Xunit.Abstractions;

namespace Gaffer.Tests;

public sealed class AttemptTests(ITestOutputHelper output) : WorkersTestKit(output)
{
    [Fact, Trait("spec", "S-80")]
    public void A_worker_completes_a_job_without_a_result()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete())));
        Assert.Null(Assert.IsType<JobResult.Completed>(ResultOf(NewJob())).Value);
    }

    [Fact, Trait("spec", "S-81")]
    public void A_worker_completes_a_job_with_a_result()
    {
        Serve(Doing(async (_, _) =>
        {
            await Task.Yield();
            return JobResult.Complete(new { Sum = 3 });
        }));
        Assert.Equal("""{"sum":3}""", Encoding.UTF8.GetString(Assert.IsType<JobResult.Completed>(ResultOf(NewJob())).Value!));
    }

    [Fact, Trait("spec", "S-82")]
    public void A_worker_fails_an_attempt()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Fail("no such address", TimeSpan.FromMinutes(1)))));
        var failed = Assert.IsType<JobResult.Failed>(ResultOf(NewJob()));
        Assert.Equal((JobErrorKind.Failed, "no such address", TimeSpan.FromMinutes(1)), (failed.Error.Kind, failed.Error.Message, failed.RetryAfter!.Value));
    }

    [Fact, Trait("spec", "S-83")]
    public void A_worker_cancels_its_job()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Cancel("unsubscribed"))));
        Assert.Equal("unsubscribed", Assert.IsType<JobResult.CancelledByWorker>(ResultOf(NewJob())).Reason);
    }

    [Fact, Trait("spec", "S-84")]
    public void A_worker_puts_its_job_off()
    {
        var at = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Serve(
            Doing((_, _) => Task.FromResult(JobResult.Snooze(TimeSpan.FromMinutes(5)))),
            Doing((_, _) => Task.FromResult(JobResult.Reschedule(at)), "other"));
        Assert.Equal(TimeSpan.FromMinutes(5), Assert.IsType<JobResult.Snoozed>(ResultOf(NewJob())).Delay);
        Assert.Equal(at, Assert.IsType<JobResult.Snoozed>(ResultOf(NewJob("other"))).At);
    }

    [Theory, Trait("spec", "S-85")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_that_throws_has_failed(bool synchronously)
    {
        Serve(Doing(async (_, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("boom");
        }), Doing((_, _) => throw new InvalidOperationException("boom"), "sync"));
        var error = ErrorOf(NewJob(synchronously ? "sync" : "default"));
        Assert.Equal((JobErrorKind.Exception, "boom", typeof(InvalidOperationException).FullName), (error.Kind, error.Message, error.Type));
        Assert.Contains(nameof(AttemptTests), error.StackTrace, StringComparison.Ordinal);
    }

    [Fact, Trait("spec", "S-85")]
    public void Cancellation_that_nobody_asked_for_is_a_failure()
    {
        Serve(Doing((_, _) => throw new TaskCanceledException("the HTTP client gave up")));
        var error = ErrorOf(NewJob());
        Assert.Equal((JobErrorKind.Exception, "the HTTP client gave up"), (error.Kind, error.Message));
    }

    [Fact, Trait("spec", "S-85")]
    public void An_exception_that_cannot_be_described_is_a_failure_all_the_same()
    {
        Serve(Doing((_, _) => throw new Unspeakable()));
        Assert.Equal(typeof(Unspeakable).FullName, ErrorOf(NewJob()).Type);
    }

    [Fact, Trait("spec", "S-85")]
    public void A_long_message_is_cut()
    {
        Serve(Doing((_, _) => throw new InvalidOperationException(new string('x', 100_000))));
        Assert.Equal(JobErrorInfo.MaxLength, ErrorOf(NewJob()).Message.Length);
    }

    [Fact, Trait("spec", "S-86")]
    public void Null_in_place_of_a_task_or_a_result_is_a_failure_that_says_so()
    {
        Serve(Doing((_, _) => null!), Doing((_, _) => Task.FromResult<JobResult>(null!), "result"));
        Assert.Contains("null in place of a task", ErrorOf(NewJob()).Message, StringComparison.Ordinal);
        Assert.Contains("null in place of a result", ErrorOf(NewJob("result")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_payload_that_does_not_fit_is_a_serialization_failure()
    {
        Serve(JobWorker.FromDelegate<int>((job, _) => Task.FromResult(JobResult.Complete(job.Payload))), Doing((job, _) => Task.FromResult(JobResult.Complete(job.Job.PayloadAs<int>())), "raw"));
        Assert.Equal(JobErrorKind.Serialization, ErrorOf(NewJob(payload: "\"seven\"")).Kind);
        Assert.Equal(JobErrorKind.Serialization, ErrorOf(NewJob("raw", payload: "\"seven\"")).Kind);
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob(payload: "7")));
    }

    [Fact]
    public void A_result_of_one_mebibyte_is_kept_and_a_larger_one_is_a_failure_that_names_its_size()
    {
        Serve(Doing((job, _) => Task.FromResult(JobResult.CompleteWithJson(new byte[job.Job.PayloadAs<int>()]))));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob(payload: "1048576")));
        var error = ErrorOf(NewJob(payload: "1048577"));
        Assert.Equal(JobErrorKind.Serialization, error.Kind);
        Assert.Contains("1048577 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_of_a_kind_that_nobody_knows_fails_and_names_the_kinds()
    {
        Serve(Doing((_, _) => Task.FromResult(JobResult.Complete()), "invoice"), Doing((_, _) => Task.FromResult(JobResult.Complete()), "letter"));
        var message = ErrorOf(NewJob("parcel")).Message;
        Assert.Contains("'parcel'", message, StringComparison.Ordinal);
        Assert.Contains("invoice, letter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_former_name_of_a_kind_still_finds_its_worker()
    {
        Serve(JobWorker.FromDelegate((_, _) => Task.FromResult(JobResult.Complete()), "letter", "post"));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob("post")));
    }

    [Fact, Trait("spec", "S-88")]
    public void Each_attempt_has_services_of_its_own_which_end_with_it()
    {
        var made = new List<Scoped>();
        Services.AddScoped(_ =>
        {
            var scoped = new Scoped();
            made.Add(scoped);
            return scoped;
        });
        Serve(
            Doing((job, _) => Task.FromResult(job.Services.GetRequiredService<Scoped>().IsDisposed ? JobResult.Fail("disposed") : JobResult.Complete())),
            JobWorker.FromClass<string, WithServices>("class"));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob()));
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob("class", "\"x\"")));
        Assert.Equal(2, made.Count);
        Assert.All(made, scoped => Assert.True(scoped.IsDisposed));
    }

    [Fact]
    public void Services_that_cannot_be_ended_fail_the_attempt()
    {
        Services.AddScoped<Unending>();
        Serve(Doing((job, _) =>
        {
            job.Services.GetRequiredService<Unending>();
            return Task.FromResult(JobResult.Complete());
        }));
        Assert.Equal("cannot end", ErrorOf(NewJob()).Message);
    }

    [Fact]
    public void A_worker_class_that_cannot_be_made_fails_the_attempt_and_says_why()
    {
        Serve(JobWorker.FromClass<string, WithServices>(), JobWorker.FromClass<string, Throwing>("throwing"));
        var unresolved = ErrorOf(NewJob(payload: "\"x\""));
        Assert.Contains(nameof(Scoped), unresolved.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(WithServices), unresolved.Message, StringComparison.Ordinal);
        Assert.Equal("no constructor today", ErrorOf(NewJob("throwing", "\"x\"")).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_worker_class_that_is_disposable_is_disposed_of_once_after_its_attempt(bool isRegistered)
    {
        Services.AddSingleton<Disposals>();
        if (isRegistered) Services.AddScoped<Disposable>();
        Serve(JobWorker.FromClass<string, Disposable>());
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob(payload: "\"good\"")));
        Assert.Equal("boom", ErrorOf(NewJob(payload: "\"bad\"")).Message);
        Assert.Equal(2, Runtime.Services.GetRequiredService<Disposals>().Count);
    }

    [Fact]
    public async Task A_worker_knows_its_attempt()
    {
        var held = Hold();
        Serve(Doing(held.PerformAsync));
        Give(NewJob(execution: 7) with { Attempt = 2 });
        var context = await held.Started;
        Assert.Equal((3, 7, true), (context.AttemptNumber, context.FencingToken, context.IsLastAttempt));
        held.End();
        ExpectEnd();
    }

    [Fact, Trait("spec", "S-88")]
    public async Task A_worker_that_blocks_its_thread_costs_nobody_else_anything()
    {
        using var gate = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Serve(Doing((_, _) =>
        {
            blocked.TrySetResult();
            gate.Wait(Patience, CancellationToken.None);
            return Task.FromResult(JobResult.Complete());
        }), Doing((_, _) => Task.FromResult(JobResult.Complete()), "quick"));
        var slow = NewJob();
        Give(slow);
        await blocked.Task.WaitAsync(Patience);
        Assert.IsType<JobResult.Completed>(ResultOf(NewJob("quick")));
        gate.Set();
        Assert.Equal(Key(slow), ExpectEnd().Key);
    }

    public sealed class WithServices(Scoped scoped) : IJobWorker<string>
    {
        public Task<JobResult> PerformAsync(JobContext<string> job, CancellationToken stop) => Task.FromResult(scoped.IsDisposed ? JobResult.Fail("disposed") : JobResult.Complete());
    }

    public sealed class Disposals
    {
        public int Count { get; set; }
    }

    public sealed class Disposable(Disposals disposals) : IJobWorker<string>, IDisposable
    {
        public async Task<JobResult> PerformAsync(JobContext<string> job, CancellationToken stop)
        {
            var before = disposals.Count;
            await Task.Yield();
            if (job.Payload == "bad") throw new InvalidOperationException("boom");
            return disposals.Count == before ? JobResult.Complete() : JobResult.Fail("disposed of too early");
        }

        public void Dispose() => disposals.Count++;
    }

    public sealed class Throwing : IJobWorker<string>
    {
        public Throwing() => throw new InvalidOperationException("no constructor today");

        public Task<JobResult> PerformAsync(JobContext<string> job, CancellationToken stop) => throw new InvalidOperationException();
    }

    public sealed class Scoped : IAsyncDisposable
    {
        public bool IsDisposed { get; private set; }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Unending : IDisposable
    {
        public void Dispose() => throw new InvalidOperationException("cannot end");
    }

    private sealed class Unspeakable : Exception
    {
        public override string Message => throw new InvalidOperationException();
    }
}
