using System.Globalization;
using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gaffer.Benchmarks;

/// <summary>One node of a cluster, as a process of its own: it hears commands in lines, and answers each with one.</summary>
internal static class BenchmarkNode
{
    /// <summary>The first argument of the process.</summary>
    public const string Command = "node";

    public const string Ready = "ready";

    /// <summary>Before each answer: what else is said on the same stream is of the actor system.</summary>
    public const string Mark = "node: ";

    private const string System = "bench";
    private const int Batch = 1_000;
    private const int Callers = 8;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not [var connection, var portText, var seedText, var partitionsText, var workersText]) throw new ArgumentException("Usage: node CONNECTION PORT SEED PARTITIONS WORKERS", nameof(arguments));
        var (port, seed, partitions, workers) = (Number(portText), Number(seedText), Number(partitionsText), Number(workersText));
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddGafferClient().AddAkka(System, akka => akka
            .AddHocon(ConfigurationFactory.FromResource("Gaffer.cluster.conf", typeof(IGaffer).Assembly), HoconAddMode.Prepend)
            .WithRemoting("127.0.0.1", port)
            .WithClustering(new ClusterOptions { SeedNodes = [$"akka.tcp://{System}@127.0.0.1:{seed}"] })
            .WithGaffer(gaffer => gaffer.UsePostgres(connection).AddQueue(BenchmarkHost.Queue.Value, queue => queue with { Partitions = partitions, MaxWorkers = workers })));
        using var host = builder.Build();
        await host.StartAsync();
        Say(Ready);
        await ObeyAsync(host.Services.GetRequiredService<IGaffer>());
        await host.StopAsync();
        return 0;
    }

    private static async Task ObeyAsync(IGaffer gaffer)
    {
        while (await Console.In.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["insert", var jobs]:
                    await LoadDriver.RunAsync(Callers, Number(jobs) / Batch, (_, _) => InsertAsync(gaffer));
                    Say("inserted");
                    break;
                case ["serve"]:
                    await gaffer.ServeAsync(BenchmarkHost.Queue, [BenchmarkHost.NoWork]);
                    Say("serving");
                    break;
                case ["flush"]:
                    var end = await gaffer.FlushAsync(BenchmarkHost.Queue, TimeSpan.FromMinutes(60));
                    Say($"flushed {end.Flushed}");
                    break;
                case ["count"]:
                    var info = await gaffer.GetInfoAsync(BenchmarkHost.Queue);
                    Say($"counted {info.Available.Count}");
                    break;
                case ["memory"]:
                    GC.Collect();
                    Say($"memory {GC.GetTotalMemory(forceFullCollection: true)}");
                    break;
            }
        }
    }

    // One key for a batch: one partition, and one commit.
    private static Task<InsertManyResult> InsertAsync(IGaffer gaffer)
    {
        var options = new JobOptions { PartitionKey = Guid.NewGuid().ToString("N") };
        return gaffer.InsertManyAsync(BenchmarkHost.Queue, [.. Enumerable.Range(0, Batch).Select(_ => new InsertJob(BenchmarkHost.Queue, BenchmarkHost.Payload, options))]);
    }

    private static void Say(string answer) => Console.WriteLine(Mark + answer);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
