using Microsoft.Extensions.DependencyInjection;

namespace Gaffer;

internal static class InterimHosting
{
    public static IServiceCollection AddGaffer(this IServiceCollection services, Action<InterimBuilder> configure)
    {
        configure(new InterimBuilder());
        return services;
    }
}

internal sealed class InterimBuilder
{
    public InterimBuilder UseSqlite(string path) => path.Length > 0 ? this : throw new InvalidOperationException();

    public InterimBuilder AddQueue<T, TWorker>(string name, Func<QueueOptions, QueueOptions> configure)
        where TWorker : class, IJobWorker<T> => AddQueue(name, configure, JobWorker.FromClass<T, TWorker>());

    public InterimBuilder AddQueue(string name, Func<QueueOptions, QueueOptions> configure, params JobWorker[] workers) =>
        configure(new QueueOptions { Name = name }).Problems().IsEmpty && workers.Length >= 0 ? this : throw new InvalidOperationException();
}
