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
        Console.WriteLine(Ready);
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
                    Console.WriteLine("inserted");
                    break;
                case ["serve"]:
                    await gaffer.ServeAsync(BenchmarkHost.Queue, [BenchmarkHost.NoWork]);
                    Console.WriteLine("serving");
                    break;
                case ["flush"]:
                    var end = await gaffer.FlushAsync(BenchmarkHost.Queue, TimeSpan.FromMinutes(60));
                    Console.WriteLine($"flushed {end.Flushed}");
                    break;
                case ["count"]:
                    var info = await gaffer.GetInfoAsync(BenchmarkHost.Queue);
                    Console.WriteLine($"counted {info.Available.Count}");
                    break;
                case ["memory"]:
                    GC.Collect();
                    Console.WriteLine($"memory {GC.GetTotalMemory(forceFullCollection: true)}");
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

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
