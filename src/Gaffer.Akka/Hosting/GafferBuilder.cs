using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gaffer;

/// <summary>Says what a node has: storages, queues with their workers, hooks. What code says here counts more than <c>appsettings.json</c>, and that more than HOCON.</summary>
/// <remarks>Options of queues are checked at start, all at once: a problem ends the start with an <see cref="InvalidQueueConfigException"/> that lists them.</remarks>
public sealed class GafferBuilder
{
    private readonly Dictionary<string, Storage> _storages = new(StringComparer.Ordinal);
    private readonly List<QueueDeclaration> _queues = [];
    private readonly List<HookDeclaration> _hooks = [];
    private readonly Dictionary<string, int> _limits = new(StringComparer.Ordinal);

    internal GafferBuilder()
    {
    }

    internal IReadOnlyDictionary<string, Storage> Storages => _storages;

    internal IReadOnlyList<QueueDeclaration> Queues => _queues;

    internal IReadOnlyList<HookDeclaration> Hooks => _hooks;

    internal IReadOnlyDictionary<string, int> Limits => _limits;

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal IConfigurationSection? Configuration { get; private set; }

    /// <summary>Whether the node is a cluster of its own, which it forms at once.</summary>
    internal bool IsClusterOfOne { get; init; }

    /// <summary>Queues live in a SQLite file of this node. Without any storage it is <c>gaffer.db</c> in the working directory.</summary>
    /// <param name="path">The file; made if it is not there.</param>
    public GafferBuilder UseSqlite(string path) => UseStorage(QueueOptions.DefaultStorage, Storage.Sqlite(path));

    /// <summary>Queues live in a PostgreSQL database that all nodes share.</summary>
    public GafferBuilder UsePostgres(string connectionString) => UseStorage(QueueOptions.DefaultStorage, Storage.Postgres(connectionString));

    /// <summary>Queues live in a SQL Server database that all nodes share.</summary>
    public GafferBuilder UseSqlServer(string connectionString) => UseStorage(QueueOptions.DefaultStorage, Storage.SqlServer(connectionString));

    /// <summary>Queues live in a MySQL database that all nodes share.</summary>
    public GafferBuilder UseMySql(string connectionString) => UseStorage(QueueOptions.DefaultStorage, Storage.MySql(connectionString));

    /// <summary>Queues live in the memory of this process and end with it.</summary>
    public GafferBuilder UseInMemory() => UseStorage(QueueOptions.DefaultStorage, Storage.InMemory());

    /// <summary>A further storage, for queues that name it in <see cref="QueueOptions.Storage"/>.</summary>
    /// <param name="name">Its name; <c>default</c> is the one of queues that name none.</param>
    /// <param name="storage">The storage.</param>
    /// <exception cref="ArgumentException">The name is no name, or it has a storage already.</exception>
    public GafferBuilder UseStorage(string name, Storage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        if (!QueueName.IsValid(name))
        {
            throw new ArgumentException($"'{name}' is no name of a storage: use 1 to 128 characters of A-Z a-z 0-9 . _ : -", nameof(name));
        }

        if (!_storages.TryAdd(name, storage))
        {
            throw new ArgumentException($"The storage '{name}' is set twice. Keep one; give a further storage another name with UseStorage(name, storage).", nameof(name));
        }

        return this;
    }

    /// <summary>A queue, made or changed at start, and the workers that this node has for it.</summary>
    /// <param name="name">The queue.</param>
    /// <param name="options">Changes its options; it gets what the configuration says.</param>
    /// <param name="workers">One worker for each kind of job. None: this node inserts jobs, other nodes perform them.</param>
    /// <exception cref="ArgumentException">The name is no name, the queue is there already, or two workers share a kind.</exception>
    public GafferBuilder AddQueue(string name, Func<QueueOptions, QueueOptions>? options = null, params JobWorker[] workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        var queue = new QueueName(name);
        if (_queues.Any(q => q.Name == queue))
        {
            throw new ArgumentException($"The queue '{name}' is added twice. Add it once, with all its workers: AddQueue(name, options, JobWorker.FromClass<...>(kind), ...).", nameof(name));
        }

        if (workers.SelectMany(w => (string[])[w.Kind, .. w.Aliases]).GroupBy(kind => kind).FirstOrDefault(g => g.Count() > 1) is { } shared)
        {
            throw new ArgumentException($"The queue '{name}' has {shared.Count()} workers for the kind '{shared.Key}'. Give each worker a kind of its own.", nameof(workers));
        }

        _queues.Add(new(queue, options, [.. workers]));
        return this;
    }

    /// <summary>A queue whose jobs are performed by a class, made by dependency injection for each attempt.</summary>
    /// <inheritdoc cref="AddQueue(string, Func{QueueOptions, QueueOptions}?, JobWorker[])"/>
    public GafferBuilder AddQueue<T, TWorker>(string name, Func<QueueOptions, QueueOptions>? options = null)
        where TWorker : class, IJobWorker<T> => AddQueue(name, options, JobWorker.FromClass<T, TWorker>());

    /// <summary>A queue whose jobs are performed by a function.</summary>
    /// <inheritdoc cref="AddQueue(string, Func{QueueOptions, QueueOptions}?, JobWorker[])"/>
    public GafferBuilder AddQueue<T>(string name, Func<JobContext<T>, CancellationToken, Task<JobResult>> perform, Func<QueueOptions, QueueOptions>? options = null) =>
        AddQueue(name, options, JobWorker.FromDelegate(perform));

    /// <summary>A limit that queues may share, see <see cref="QueueOptions.Limits"/>: made or changed at start, before the queues.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="max">Jobs that run at once under it, in all queues and on all nodes together; 0 or more.</param>
    /// <exception cref="ArgumentException">The name is no name, or the limit is there already.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is below 0.</exception>
    public GafferBuilder AddLimit(string name, int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        if (!QueueName.IsValid(name)) throw new ArgumentException($"'{name}' is no name of a limit: use 1 to 128 characters of A-Z a-z 0-9 . _ : -", nameof(name));
        if (!_limits.TryAdd(name, max)) throw new ArgumentException($"The limit '{name}' is added twice. Add it once; each queue that names it shares it.", nameof(name));
        return this;
    }

    /// <summary>Observes all queues. Each <see cref="IGafferHook"/> of the container does so without this call, and before the ones that are added here.</summary>
    public GafferBuilder AddHook(IGafferHook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(new(null, _ => hook));
        return this;
    }

    /// <summary>Observes all queues; taken from the container, or made with its services.</summary>
    public GafferBuilder AddHook<THook>()
        where THook : class, IGafferHook
    {
        _hooks.Add(new(null, static services => ActivatorUtilities.GetServiceOrCreateInstance<THook>(services)));
        return this;
    }

    /// <summary>Observes one queue, after the hooks of all queues.</summary>
    public GafferBuilder AddHook(string queue, IGafferHook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        _hooks.Add(new(new QueueName(queue), _ => hook));
        return this;
    }

    /// <summary>The clock of all queues and workers. Default: the system's.</summary>
    public GafferBuilder UseTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = time;
        return this;
    }

    /// <summary>Reads what code does not say from a section of <c>appsettings.json</c>, environment variables, ...; usually <c>GetSection("Gaffer")</c>.</summary>
    /// <param name="section">A section. The same keys as in HOCON; case and hyphens do not count: <c>MaxWorkers</c> is <c>max-workers</c>.</param>
    /// <exception cref="ArgumentException">It is a whole configuration instead of one section, or another section is used already.</exception>
    public GafferBuilder UseConfiguration(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        if (Configuration is not null)
        {
            throw new ArgumentException($"The section {Configuration.Path} is used already; use one section.", nameof(section));
        }

        Configuration = section as IConfigurationSection ?? throw new ArgumentException("This is a whole configuration; use one section of it: configuration.GetSection(\"Gaffer\").", nameof(section));
        return this;
    }
}

/// <summary>A queue of this node, as code declared it.</summary>
internal sealed record QueueDeclaration(QueueName Name, Func<QueueOptions, QueueOptions>? Change, IReadOnlyList<JobWorker> Workers);

/// <summary>A hook of one queue, or of all when none is named.</summary>
internal sealed record HookDeclaration(QueueName? Queue, Func<IServiceProvider, IGafferHook> Make);
