using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gaffer.Tests;

public sealed class GafferHostingTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("gaffer-hosting-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_started_host_has_its_queues_and_performs_their_jobs()
    {
        var performed = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(services => services.AddGaffer(g => g.UseInMemory()
            .AddQueue<string>("emails", (job, _) => Completed(() => performed.TrySetResult(job.Payload)), q => q with { OnFailed = "dead" })
            .AddQueue("dead")));
        await host.StartAsync();

        var gaffer = host.Services.GetRequiredService<IGaffer>();
        Assert.Equal("dead", (await gaffer.GetQueueAsync("emails")).Options.OnFailed!.Value.Value);
        await gaffer.InsertAsync("emails", "hello");
        Assert.Equal("hello", await performed.Task.WaitAsync(Soon));
        Assert.Single((await gaffer.GetInfoAsync("emails")).Nodes); // it has registered, as it has done a job
        Assert.Same(gaffer, GafferSystem.Get(host.Services.GetRequiredService<ActorSystem>()));
        await host.StopAsync();
    }

    [Fact]
    public async Task An_application_with_an_actor_system_of_its_own_uses_that()
    {
        using var host = Host(services => services.AddGafferClient().AddAkka("orders", akka => akka
            .WithGaffer(g => g.UseInMemory().AddQueue("emails"))
            .AddHocon("gaffer.queues.emails.max-attempts = 7", HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", 0)
            .WithClustering()
            .AddHocon(GafferConfig.SingleNode.WithFallback("akka.loglevel = WARNING"), HoconAddMode.Append)
            .StartActors((system, _) => Akka.Cluster.Cluster.Get(system).Join(Akka.Cluster.Cluster.Get(system).SelfAddress))));
        await host.StartAsync();

        Assert.Equal("orders", host.Services.GetRequiredService<ActorSystem>().Name);
        Assert.Equal(7, (await host.Services.GetRequiredService<IGaffer>().GetQueueAsync("emails")).Options.MaxAttempts);
        await host.StopAsync();
    }

    [Fact]
    public async Task An_actor_system_that_is_no_cluster_is_refused_with_what_to_do()
    {
        using var host = Host(services => services.AddAkka("orders", akka => akka.WithGaffer(g => g.UseInMemory())));
        Assert.Contains(".WithClustering()", (await Assert.ThrowsAsync<InvalidQueueConfigException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_no_cluster_takes_fails_to_start_in_time()
    {
        using var host = Host(services => services.AddAkka("orders", akka => akka
            .WithRemoting("127.0.0.1", 0).WithClustering().WithGaffer(g => g.UseInMemory()).AddHocon("gaffer.start-timeout = 300ms, akka.loglevel = WARNING", HoconAddMode.Prepend)));
        Assert.Contains("akka.cluster.seed-nodes", (await Assert.ThrowsAsync<GafferTimeoutException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_ends_the_start_with_all_its_problems()
    {
        using var host = Host(services => services.AddGaffer(g => g.UseInMemory().AddQueue("emails", q => q with { MaxAttempts = 0, MaxJobs = 0 })));
        Assert.Equal(2, (await Assert.ThrowsAsync<InvalidQueueConfigException>(() => host.StartAsync())).Problems.Length);
    }

    [Fact]
    public async Task A_forward_target_that_nobody_has_ends_the_start()
    {
        using var host = Host(services => services.AddGaffer(g => g.UseInMemory().AddQueue("emails", q => q with { OnFailed = "nowhere" })));
        await Assert.ThrowsAsync<ForwardTargetNotFoundException>(() => host.StartAsync());
    }

    [Fact]
    public async Task Before_the_start_it_says_that_it_has_not_started_and_after_the_end_that_it_has_stopped()
    {
        using var host = Host(services => services.AddGaffer(g => g.UseInMemory().AddQueue("emails")));
        var gaffer = host.Services.GetRequiredService<IGaffer>();
        Assert.Contains("has not started", Assert.Throws<GafferUnavailableException>(() => gaffer.Queues).Message, StringComparison.Ordinal);
        await host.StartAsync();
        await gaffer.GetInfoAsync("emails");
        await host.StopAsync();
        Assert.Contains("has stopped", (await Assert.ThrowsAsync<GafferUnavailableException>(async () => await gaffer.GetInfoAsync("emails"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_has_stopped_leaves_its_file_to_the_next()
    {
        var job = JobId.New();
        for (var run = 0; run < 2; run++)
        {
            using var host = Host(services => services.AddGaffer(g => g.UseSqlite(Path.Combine(_folder, "jobs.db")).AddQueue("emails")));
            await host.StartAsync();
            var gaffer = host.Services.GetRequiredService<IGaffer>();
            Assert.Equal(run == 1, (await gaffer.InsertAsync("emails", "hello", new JobOptions { Id = job })).IsDuplicate);
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task A_file_that_is_in_use_ends_the_start_at_once()
    {
        using var first = Host(services => services.AddGaffer(g => g.UseSqlite(Path.Combine(_folder, "jobs.db"))));
        using var second = Host(services => services.AddGaffer(g => g.UseSqlite(Path.Combine(_folder, "jobs.db"))));
        await first.StartAsync();
        Assert.Contains("in use", (await Assert.ThrowsAsync<GafferUnavailableException>(() => second.StartAsync())).Message, StringComparison.Ordinal);
        await first.StopAsync();
    }

    [Fact]
    public async Task Hooks_of_the_container_come_before_those_of_the_builder_and_of_the_queue()
    {
        var seen = new List<string>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(services => services
            .AddSingleton<IGafferHook>(new Hook(e => Note("container", e)))
            .AddGaffer(g => g.UseInMemory().AddQueue("emails").AddQueue("other").AddHook("emails", new Hook(e => Note("queue", e))).AddHook(new Hook(e => Note("builder", e)))));
        await host.StartAsync();
        await host.Services.GetRequiredService<IGaffer>().InsertAsync("other", 1);
        await host.Services.GetRequiredService<IGaffer>().InsertAsync("emails", 1);
        await done.Task.WaitAsync(Soon);
        await host.StopAsync();
        Assert.Equal(["container", "builder", "queue"], seen.Where(s => s.StartsWith("emails", StringComparison.Ordinal)).Select(s => s["emails ".Length..]));
        Assert.Equal(["container", "builder"], seen.Where(s => s.StartsWith("other", StringComparison.Ordinal)).Select(s => s["other ".Length..]));

        void Note(string who, GafferEvent e)
        {
            if (e is not JobInserted) return;
            lock (seen) seen.Add($"{e.Queue} {who}");
            if (who == "queue") done.TrySetResult();
        }
    }

    [Fact]
    public async Task Gaffer_is_switched_on_once_in_an_actor_system()
    {
        using var host = Host(services => services.AddAkka("orders", akka => akka
            .AddHocon(GafferConfig.SingleNode.WithFallback("akka.loglevel = WARNING"), HoconAddMode.Append)
            .StartActors((system, _) => Akka.Cluster.Cluster.Get(system).Join(Akka.Cluster.Cluster.Get(system).SelfAddress))
            .WithGaffer(g => g.UseInMemory()).WithGaffer(g => g.UseInMemory())));
        Assert.Contains("WithGaffer is called twice", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_runs_at_once_can_use_Gaffer()
    {
        var file = Path.Combine(_folder, "jobs.db");
        using (var before = Host(services => services.AddGaffer(g => g.UseSqlite(file).AddQueue("emails").AddQueue("later"))))
        {
            await before.StartAsync();
            await before.Services.GetRequiredService<IGaffer>().InsertAsync("emails", "hello");
            await before.StopAsync();
        }

        var inserted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var host = Host(services => services.AddGaffer(g => g.UseSqlite(file).AddQueue("later").AddQueue<string>("emails", async (job, stop) =>
        {
            await job.Services.GetRequiredService<IGaffer>().InsertAsync("later", job.Payload, cancellationToken: stop);
            inserted.TrySetResult();
            return JobResult.Complete();
        })));
        await host.StartAsync();
        await inserted.Task.WaitAsync(Soon);
        Assert.Equal(0, (await host.Services.GetRequiredService<IGaffer>().GetInfoAsync("emails")).Failed.Count);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_clock_that_stands_still_does_not_hold_the_start()
    {
        using var host = Host(services => services.AddGaffer(g => g.UseInMemory().AddQueue("emails").UseTimeProvider(new Microsoft.Extensions.Time.Testing.FakeTimeProvider())));
        await host.StartAsync().WaitAsync(Soon);
        await host.StopAsync().WaitAsync(Soon);
    }

    [Fact]
    public void An_application_with_an_actor_system_is_told_to_use_WithGaffer() =>
        Assert.Contains("WithGaffer", Assert.Throws<InvalidOperationException>(() => Host(s => s.AddAkka("orders", _ => { }).AddGaffer(_ => { }))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_actor_system_that_is_added_afterwards_is_noticed()
    {
        using var host = Host(s => s.AddGaffer(g => g.UseInMemory()).AddAkka("orders", _ => { }));
        Assert.Contains("WithGaffer", (await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync())).Message, StringComparison.Ordinal);
        await host.StopAsync();
    }

    private static Task<JobResult> Completed(Action act)
    {
        act();
        return Task.FromResult(JobResult.Complete());
    }

    private static IHost Host(Action<IServiceCollection> configure)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logs => logs.SetMinimumLevel(LogLevel.None));
        configure(builder.Services);
        return builder.Build();
    }

    private sealed class Hook(Action<GafferEvent> seen) : IGafferHook
    {
        public ValueTask OnEventAsync(GafferEvent gafferEvent, CancellationToken cancellationToken)
        {
            seen(gafferEvent);
            return ValueTask.CompletedTask;
        }
    }
}
