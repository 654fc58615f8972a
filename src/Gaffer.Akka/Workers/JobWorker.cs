using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;

namespace Gaffer;

/// <summary>The worker for one kind of job: a class, a delegate, or an actor.</summary>
public sealed partial class JobWorker
{
    /// <summary>The kind of jobs where none is named.</summary>
    public const string DefaultKind = "default";

    private JobWorker(string kind, IReadOnlyList<string>? aliases, Type? payloadType, Func<JobContext, CancellationToken, Task<JobResult>>? perform, Props? actor)
    {
        foreach (var name in (string[])[kind, .. aliases ?? []])
        {
            if (!IsValidKind(name))
            {
                throw new ArgumentException($"'{name}' is no kind of job: use 1 to 128 characters of A-Z a-z 0-9 . _ : -", nameof(kind));
            }
        }

        Kind = kind;
        Aliases = aliases ?? [];
        PayloadType = payloadType;
        Perform = perform;
        Actor = actor;
    }

    /// <summary>The kind of jobs it performs.</summary>
    public string Kind { get; }

    /// <summary>Former names of the kind, for jobs that were inserted before it was renamed.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The type of the payload, by which an insert finds the kind; null when any payload will do.</summary>
    public Type? PayloadType { get; }

    /// <summary>Runs one attempt in the scope of the context; null for an actor.</summary>
    internal Func<JobContext, CancellationToken, Task<JobResult>>? Perform { get; }

    internal Props? Actor { get; }

    /// <summary>A worker that is a class, made by dependency injection for each attempt.</summary>
    public static JobWorker FromClass<T, TWorker>(string kind = DefaultKind, params IReadOnlyList<string> aliases)
        where TWorker : class, IJobWorker<T> =>
        new(kind, aliases, typeof(T), PerformAsync<T, TWorker>, null);

    /// <summary>A worker that is a function of a typed payload.</summary>
    public static JobWorker FromDelegate<T>(Func<JobContext<T>, CancellationToken, Task<JobResult>> perform, string kind = DefaultKind, params IReadOnlyList<string> aliases)
    {
        ArgumentNullException.ThrowIfNull(perform);
        return new(kind, aliases, typeof(T), (context, stop) => perform(Typed<T>(context), stop), null);
    }

    /// <summary>A worker that is a function of the job's bytes.</summary>
    public static JobWorker FromDelegate(Func<JobContext, CancellationToken, Task<JobResult>> perform, string kind = DefaultKind, params IReadOnlyList<string> aliases)
    {
        ArgumentNullException.ThrowIfNull(perform);
        return new(kind, aliases, null, perform, null);
    }

    /// <summary>A worker that is an actor: one for each slot, which answers <see cref="PerformJob"/> with a <see cref="JobResult"/>. When it ends, its attempt has failed and another takes its place.</summary>
    public static JobWorker FromActor(Props actor, string kind = DefaultKind, params IReadOnlyList<string> aliases)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new(kind, aliases, null, null, actor);
    }

    internal static bool IsValidKind(string? kind) => kind is not null && KindPattern().IsMatch(kind);

    private static Task<JobResult> PerformAsync<T, TWorker>(JobContext context, CancellationToken stop)
        where TWorker : class, IJobWorker<T>
    {
        var typed = Typed<T>(context);
        if (context.Services.GetService(typeof(TWorker)) is TWorker registered) return registered.PerformAsync(typed, stop);
        var made = ActivatorUtilities.CreateInstance<TWorker>(context.Services);
        return made is IAsyncDisposable or IDisposable ? PerformAndDisposeAsync(made, typed, stop) : made.PerformAsync(typed, stop);
    }

    // What is not registered is nobody's to dispose of but ours.
    private static async Task<JobResult> PerformAndDisposeAsync<T>(IJobWorker<T> worker, JobContext<T> context, CancellationToken stop)
    {
        try
        {
            return await worker.PerformAsync(context, stop).ConfigureAwait(false);
        }
        finally
        {
            if (worker is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync().ConfigureAwait(false);
            else ((IDisposable)worker).Dispose();
        }
    }

    private static JobContext<T> Typed<T>(JobContext context)
    {
        try
        {
            return new JobContext<T>(context.Job, context.Services, context.Job.PayloadAs<T>()!);
        }
        catch (JsonException e)
        {
            throw new JobPayloadException($"The payload of job {context.Id} is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KindPattern();
}

/// <summary>The payload of a job does not fit its worker.</summary>
public sealed class JobPayloadException(string message, Exception cause) : Exception(message, cause);
