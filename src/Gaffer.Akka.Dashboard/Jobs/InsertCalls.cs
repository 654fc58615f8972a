using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Dashboard;

/// <summary>Inserts jobs.</summary>
internal static class InsertCalls
{
    private const int MostProblems = 20;

    public static async Task<InsertedView> InsertAsync(ApiCall call)
    {
        var queue = call.Queue;
        var problems = new ConfigProblems();
        var job = NewJob.Read(queue, await call.ReadJsonAsync().ConfigureAwait(false), problems) ?? throw ApiException.Invalid("The job cannot be inserted", problems.All);
        var result = await call.Gaffer.InsertAsync(job, call.Stop).ConfigureAwait(false);
        if (!result.IsDuplicate)
        {
            call.Status = StatusCodes.Status201Created;
            call.Http.Response.Headers.Location = $"{call.Http.Request.PathBase}{call.Http.Request.Path}/{result.Job.Id}";
        }

        return new(result.IsDuplicate, JobDetail.Of(result.Job, call));
    }

    public static async Task<InsertedManyView> InsertManyAsync(ApiCall call)
    {
        var queue = call.Queue;
        call.RequireType(ApiCall.Json, ApiCall.Lines);
        var body = await call.ReadBodyAsync().ConfigureAwait(false);
        var problems = new List<string>();
        var jobs = (call.MediaType == ApiCall.Lines ? ReadLines(queue, body, problems) : ReadArray(queue, body, problems)).Take(RequestCheck.MostInserts + 1).ToList();
        if (problems.Count > 0) throw ApiException.Invalid("No job was inserted", problems);
        if (jobs.Count > RequestCheck.MostInserts) throw ApiException.Invalid($"There are more than {RequestCheck.MostInserts} jobs; insert fewer at once.");
        if (jobs.Count == 0) throw ApiException.Invalid("There is no job in the body.");
        var result = await call.Gaffer.InsertManyAsync(queue, jobs, call.Stop).ConfigureAwait(false);
        var duplicates = result.Jobs.Count(j => j.IsDuplicate);
        return new(result.Jobs.Length - duplicates, duplicates, [.. result.Jobs.Select(j => new InsertedId(j.Job.Id.ToString(), j.IsDuplicate))]);
    }

    private static IEnumerable<InsertJob> ReadArray(QueueName queue, ReadOnlyMemory<byte> body, List<string> problems)
    {
        var array = ApiCall.Parse(body);
        if (array.ValueKind != JsonValueKind.Array) throw ApiException.Invalid($"The body is no array; send [{{\"payload\":...}}, ...], or lines as {ApiCall.Lines}.");
        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            if (Read(queue, element, $"Job {++index}", problems) is { } job) yield return job;
            if (problems.Count >= MostProblems) yield break;
        }
    }

    private static IEnumerable<InsertJob> ReadLines(QueueName queue, ReadOnlyMemory<byte> body, List<string> problems)
    {
        var number = 0;
        while (!body.IsEmpty && problems.Count < MostProblems)
        {
            number++;
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            if (TryParse(line, $"Line {number}", problems) is { } json && Read(queue, json, $"Line {number}", problems) is { } job) yield return job;
        }
    }

    private static JsonElement? TryParse(ReadOnlyMemory<byte> line, string where, List<string> problems)
    {
        try
        {
            return ApiCall.Parse(line);
        }
        catch (ApiException e)
        {
            problems.Add($"{where}: {e.Message}");
            return null;
        }
    }

    private static InsertJob? Read(QueueName queue, JsonElement json, string where, List<string> problems)
    {
        var found = new ConfigProblems();
        var job = NewJob.Read(queue, json, found);
        problems.AddRange(found.All.Select(p => $"{where}: {p}"));
        return job;
    }
}
