using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Gaffer.Node;

/// <summary>Runs a command for each job, without a shell: the payload is its standard input, its exit code says how the job ended.</summary>
internal sealed class CommandWorker(CommandSettings settings, CommandWatch watch, TimeProvider time)
{
    /// <summary>What the names of the variables begin with that say which job it is.</summary>
    public const string OwnVariables = "GAFFER_";

    private const int MostOfOutput = 4096;

    /// <summary>How long output is waited for when the command has ended: a process that it left behind may keep it open.</summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(1);

    // The rest of the node's variables is no business of a command: one is the password of the database.
    private static readonly string[] CommonVariables =
    [
        "PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR",
        "SystemRoot", "SystemDrive", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "ProgramData", "ProgramFiles", "APPDATA", "LOCALAPPDATA",
    ];

    public async Task<JobResult> PerformAsync(JobContext job, CancellationToken stop)
    {
        using var process = new Process { StartInfo = Start(job) };
        watch.Prepare();
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return JobResult.Fail($"{settings.Program} could not be started: {e.Message}");
        }

        var output = new OutputTail(MostOfOutput);
        var errors = new OutputTail(MostOfOutput);
        using var end = new CancellationTokenSource();
        var streams = Task.CompletedTask;
        try
        {
            watch.Add(process);
            streams = Task.WhenAll(
                WriteAsync(process.StandardInput.BaseStream, job.Job.Payload, end.Token),
                output.ReadAsync(process.StandardOutput.BaseStream, end.Token),
                errors.ReadAsync(process.StandardError.BaseStream, end.Token));
            await process.WaitForExitAsync(stop);
        }
        catch
        {
            await KillAsync(process);           // whatever it is, the job may run again soon
            throw;
        }
        finally
        {
            watch.Remove(process);
            await EndAsync(streams, end);
        }

        return Judge(process.ExitCode, output.ToString(), errors.ToString());
    }

    private ProcessStartInfo Start(JobContext job)
    {
        var start = CommandWatch.Watchable(settings.Program!, settings.Arguments);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.WorkingDirectory = settings.WorkingDirectory ?? "";
        var inherited = CommonVariables.Concat(settings.InheritVariables).Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name))).ToArray();
        start.Environment.Clear();
        foreach (var (name, value) in inherited)
        {
            if (value is not null) start.Environment[name] = value;
        }

        foreach (var (name, value) in settings.Environment) start.Environment[name] = value;
        start.Environment[OwnVariables + "JOB_ID"] = job.Id.ToString();
        start.Environment[OwnVariables + "QUEUE"] = job.Job.Queue.Value;
        start.Environment[OwnVariables + "KIND"] = job.Job.Kind;
        start.Environment[OwnVariables + "CONTENT_TYPE"] = job.Job.ContentType;
        start.Environment[OwnVariables + "ATTEMPT"] = job.AttemptNumber.ToString(CultureInfo.InvariantCulture);
        start.Environment[OwnVariables + "MAX_ATTEMPTS"] = job.Job.MaxAttempts.ToString(CultureInfo.InvariantCulture);
        start.Environment[OwnVariables + "FENCING_TOKEN"] = job.FencingToken.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    private JobResult Judge(int exitCode, string output, string errors)
    {
        if (CommandWatch.IsUnstarted(exitCode, errors)) return JobResult.Fail($"{settings.Program} could not be started: {errors}");
        if (exitCode == 0) return output.Length == 0 ? JobResult.Complete() : JobResult.Complete(output);
        var reason = $"{Path.GetFileName(settings.Program)} ended with exit code {exitCode}{(errors.Length == 0 ? "." : $": {errors}")}";
        return settings.RetryExitCodes.Contains(exitCode) ? JobResult.Fail(reason) : JobResult.FailForGood(reason);
    }

    // A command that does not read its input, or not all of it, has its reasons.
    private static async Task WriteAsync(Stream input, ReadOnlyMemory<byte> payload, CancellationToken stop)
    {
        try
        {
            await using (input) await input.WriteAsync(payload, stop);
        }
        catch (IOException)
        {
        }
    }

    private static async Task KillAsync(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile, or some process of the tree may not be killed.
        }

        await process.WaitForExitAsync(CancellationToken.None);
    }

    private async Task EndAsync(Task streams, CancellationTokenSource end)
    {
        try
        {
            await streams.WaitAsync(LastOutput, time);
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            await end.CancelAsync();
            _ = streams.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }
}
