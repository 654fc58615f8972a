using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Inserts a job from the command line, or as many as a file or the standard input has lines.</summary>
internal static class InsertCommand
{
    /// <summary>As much as the API takes in one request.</summary>
    public const int LongestLine = 4 * 1024 * 1024;

    private static readonly Argument<string?> Payload = new("payload") { Description = "payload as JSON; without it, one is read from each line of the standard input", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> File = new("--file") { Description = "file with one payload on each line (NDJSON), - for the standard input", HelpName = "FILE" };
    private static readonly Option<bool> Jobs = new("--jobs") { Description = "lines are whole jobs, {\"payload\":...,\"priority\":...}; options count where a line does not say otherwise" };

    public static Command Make() => ApiCommand.Of(
        "insert", "Inserts jobs: one of the command line, or one for each line of a file. Says which lines failed; the others are stored.",
        [ApiCommand.Queue, Payload], [File, Jobs, .. JobTemplate.Options], RunAsync);

    private static Task<int> RunAsync(ParseResult words, ApiClient api, CancellationToken stop)
    {
        var template = JobTemplate.Of(words, words.GetValue(Jobs));
        var queue = words.GetRequiredValue(ApiCommand.Queue);
        return (words.GetValue(Payload), words.GetValue(File)) switch
        {
            ({ } payload, null) => OneAsync(api, queue, template, payload, words.IsJson(), stop),
            (null, var file) => ManyAsync(api, queue, template, file, words.IsJson(), stop),
            _ => throw new ApiException(ExitCode.Usage, "Give a payload or a file, not both."),
        };
    }

    private static async Task<int> OneAsync(ApiClient api, string queue, JobTemplate template, string payload, bool asJson, CancellationToken stop)
    {
        var (job, problem) = template.Make(Encoding.UTF8.GetBytes(payload));
        if (job is null) throw new ApiException(ExitCode.Usage, $"The payload cannot be used: {problem} A text needs quotes of its own: '\"hello\"'.");
        using var content = new ByteArrayContent(job);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName);
        var answer = await api.PostAsync($"{ApiClient.Queue(queue)}/jobs", content, stop);
        if (asJson)
        {
            ApiCommand.WriteJson(answer);
            return ExitCode.Done;
        }

        var inserted = ApiClient.Read<Inserted>(answer);
        Console.WriteLine($"{inserted.Job.Id}{(inserted.Duplicate ? " was there already" : "")}");
        return ExitCode.Done;
    }

    private static async Task<int> ManyAsync(ApiClient api, string queue, JobTemplate template, string? file, bool asJson, CancellationToken stop)
    {
        var inserter = new JobInserter(api, queue, Report, TimeProvider.System);
        try
        {
            await using var stream = Open(file);
            await foreach (var line in LineReader.ReadAsync(stream, LongestLine, more => inserter.WaitAsync(more, stop), stop))
            {
                var (job, problem) = line.Text is { } text ? template.Make(text) : (null, $"it is longer than {LongestLine} bytes.");
                if (job is null) inserter.Fail(line.Number, problem!);
                else await inserter.AddAsync(new PendingJob(line.Number, job), stop);
            }

            await inserter.FlushAsync(stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(ExitCode.Failed, $"{file ?? "The standard input"} cannot be read: {e.Message}");
        }
        finally
        {
            if (inserter.Pending is { } first) Report(first, "this line and those after it may not have been stored.");
            Say(inserter.Totals, asJson);
        }

        return inserter.Totals.Failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static Stream Open(string? file)
    {
        if (file is not (null or "-")) return System.IO.File.OpenRead(file);
        if (!Console.IsInputRedirected && file is null) throw new ApiException(ExitCode.Usage, "Which jobs? Give a payload, a --file, or lines in the standard input.");
        return Console.OpenStandardInput();
    }

    private static void Report(long line, string problem) => Console.Error.WriteLine($"line {line}: {DemoText.Clean(problem)}");

    private static void Say(InsertTotals totals, bool asJson)
    {
        if (asJson) ApiCommand.WriteJson(totals);
        else Console.WriteLine($"Inserted {DemoText.Plural(totals.Inserted, "job", "jobs")}, {DemoText.Plural(totals.Duplicates, "was", "were")} there already, {DemoText.Plural(totals.Failed, "line", "lines")} failed.");
    }

    private sealed record Inserted(bool Duplicate, JobAnswer Job);
}
