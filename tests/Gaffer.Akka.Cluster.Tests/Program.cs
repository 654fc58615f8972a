namespace Gaffer.Tests;

/// <summary>The test assembly as a program: the processes that the crash and chaos tests start and kill.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["crash-subject", .. var rest])
        {
            return await CrashSubject.RunAsync(SubjectOptions.Parse(rest));
        }

        if (args is ["chaos-node", var options])
        {
            return await ChaosNode.RunAsync(ChaosNodeOptions.Parse(options));
        }

        if (args is ["ledger-writer", var directory])
        {
            using var ledger = new LedgerWriter(directory, life: 0);
            Console.WriteLine(CrashSubject.ReadyWord);
            for (var n = 0; ; n++) ledger.Write(new LedgerLine.Ready(n));
        }

        if (args is ["rescue-node", .. var node]) return await RescueSubject.RunAsync(RescueOptions.Parse(node));
        if (args is ["rescue-measure", .. var measure]) return await RescueMeasurement.RunAsync(measure);

        await Console.Error.WriteLineAsync("This is a test assembly: run it with dotnet test.");
        return 2;
    }
}
