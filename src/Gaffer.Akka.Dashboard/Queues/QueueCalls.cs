using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Dashboard;

/// <summary>Reads and manages queues.</summary>
internal static class QueueCalls
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    public static async Task<Page<QueueView>> ListAsync(ApiCall call)
    {
        var (after, limit) = (call.Query("after"), call.PageSize());
        if (after is not null && !QueueName.IsValid(after)) throw ApiException.Invalid($"after is '{ApiCall.Shorten(after)}'; use the value of next of the page before.");
        List<QueueSummary> page = [];
        var more = false;
        await foreach (var queue in call.Gaffer.ListQueuesAsync(call.Stop).ConfigureAwait(false))
        {
            if (after is not null && string.CompareOrdinal(queue.Name.Value, after) <= 0) continue;
            if (more = page.Count == limit) break;
            page.Add(queue);
        }

        var views = await call.Mount.Live.ReadQueuesAsync(page, call.Stop).ConfigureAwait(false);
        return new(views, more ? page[^1].Name.Value : null);
    }

    public static async Task<QueueDetail> CreateAsync(ApiCall call)
    {
        var json = await call.ReadJsonAsync().ConfigureAwait(false);
        var problems = new ConfigProblems();
        var options = ReadNew(json, problems) ?? throw ApiException.Invalid("The queue cannot be created", problems.All);
        var result = await call.Gaffer.CreateQueueAsync(options, call.Stop).ConfigureAwait(false);
        if (!result.AlreadyExists)
        {
            call.Status = StatusCodes.Status201Created;
            call.Http.Response.Headers.Location = $"{call.Http.Request.PathBase}{call.Http.Request.Path}/{options.Name}";
        }

        return await DescribeAsync(call, result.Queue).ConfigureAwait(false);
    }

    public static async Task<QueueDetail> GetAsync(ApiCall call) => await DescribeAsync(call, await call.Gaffer.GetQueueAsync(call.Queue, call.Stop).ConfigureAwait(false)).ConfigureAwait(false);

    public static async Task<QueueDetail> EnsureAsync(ApiCall call)
    {
        var options = Bind(new QueueOptions { Name = call.Queue }, ConfigNode.From(await call.ReadJsonAsync().ConfigureAwait(false)), "The queue cannot be so");
        var result = await call.Gaffer.EnsureQueueAsync(options, call.Stop).ConfigureAwait(false);
        if (result.Outcome == EnsureOutcome.Created) call.Status = StatusCodes.Status201Created;
        return await DescribeAsync(call, result.Queue).ConfigureAwait(false);
    }

    public static async Task<QueueDetail> ChangeAsync(ApiCall call)
    {
        var queue = call.Queue;
        var node = ConfigNode.From(await call.ReadJsonAsync().ConfigureAwait(false));
        var description = await call.Gaffer.UpdateQueueAsync(queue, present => Bind(present, node, "The options cannot be changed"), call.Stop).ConfigureAwait(false);
        return await DescribeAsync(call, description).ConfigureAwait(false);
    }

    public static async Task<QueueDeletedView> DeleteAsync(ApiCall call)
    {
        var mode = call.Query("mode") switch
        {
            null or "ifEmpty" => DeleteMode.IfEmpty,
            "purge" => DeleteMode.Purge,
            var other => throw ApiException.Invalid($"mode is '{ApiCall.Shorten(other)}'; use ifEmpty or purge."),
        };
        return new(await call.Gaffer.DeleteQueueAsync(call.Queue, mode, call.Stop).ConfigureAwait(false));
    }

    public static async Task<ChangedView> PauseAsync(ApiCall call) => new(!(await call.Gaffer.PauseAsync(call.Queue, call.Stop).ConfigureAwait(false)).AlreadyPaused);

    public static async Task<ChangedView> ResumeAsync(ApiCall call) => new(!(await call.Gaffer.ResumeAsync(call.Queue, call.Stop).ConfigureAwait(false)).AlreadyActive);

    public static async Task<DrainView> DrainAsync(ApiCall call)
    {
        var result = await call.Gaffer.DrainAsync(call.Queue, WaitOf(call), call.Stop).ConfigureAwait(false);
        return new(result.Drained, [.. result.StillRunning.Select(id => id.ToString())]);
    }

    public static async Task<FlushView> FlushAsync(ApiCall call)
    {
        var scheduled = call.Query("includeScheduled") switch
        {
            null or "true" => true,
            "false" => false,
            var other => throw ApiException.Invalid($"includeScheduled is '{ApiCall.Shorten(other)}'; use true or false."),
        };
        var result = await call.Gaffer.FlushAsync(call.Queue, WaitOf(call), scheduled, call.Stop).ConfigureAwait(false);
        return new(result.Flushed, result.Available, result.Scheduled, result.Executing);
    }

    public static async Task<PollView> PollAsync(ApiCall call) => new(await call.Gaffer.PollAsync(call.Queue, call.Stop).ConfigureAwait(false));

    public static async Task<PruneView> PruneAsync(ApiCall call) => new((await call.Gaffer.PruneAsync(call.Queue, call.Stop).ConfigureAwait(false)).Count);

    private static TimeSpan WaitOf(ApiCall call)
    {
        if (call.Query("timeout") is not { } text) return DefaultWait;
        return ConfigText.Duration(text) is { } span && span >= TimeSpan.Zero && span <= LongestWait
            ? span : throw ApiException.Invalid($"timeout is '{ApiCall.Shorten(text)}'; use a duration from 0 to 60s, {ConfigText.DurationExample}.");
    }

    private static async Task<QueueDetail> DescribeAsync(ApiCall call, QueueDescription description)
    {
        // The catalog says who serves it, and the queue itself the rest.
        var summary = new QueueSummary(description.Options.Name, description.Options.Storage, description.Options, []);
        var info = await call.Gaffer.GetInfoAsync(summary.Name, call.Stop).ConfigureAwait(false);
        var view = QueueView.Of(summary, info, call.Mount.Live.RatesOf(summary.Name)) with { Orphaned = info.Nodes.IsEmpty };
        return new(view, description.Version, OptionsText.Of(description.Options));
    }

    private static QueueOptions? ReadNew(JsonElement json, ConfigProblems problems)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            problems.Add("The body is no object; send {\"name\":\"...\",\"options\":{...}}.");
            return null;
        }

        var name = json.TryGetProperty("name", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (!QueueName.IsValid(name)) problems.Add($"name is '{ApiCall.Shorten(name)}'; use 1 to 128 characters of A-Z a-z 0-9 . _ : -");
        foreach (var member in json.EnumerateObject().Where(m => m.Name is not ("name" or "options"))) problems.Add($"{ApiCall.Shorten(member.Name)} is unknown; there are name and options.");
        if (problems.Any) return null;
        var options = new QueueOptions { Name = name! };
        return json.TryGetProperty("options", out var section) ? Bind(options, ConfigNode.From(section, "options"), "The queue cannot be created") : options;
    }

    private static QueueOptions Bind(QueueOptions options, ConfigNode node, string what)
    {
        var problems = new ConfigProblems();
        var bound = QueueOptionsBinder.Binder.Bind(options, node, problems);
        return problems.Any ? throw ApiException.Invalid(what, problems.All) : bound;
    }
}
