using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaffer.Node;

/// <summary>Asks nodes over HTTP, beginning with the one that answered last: any of them may have been killed.</summary>
/// <param name="nodes">Where they are; on this machine, so no proxy is asked.</param>
/// <param name="token">Their token, if they have one.</param>
internal sealed class NodeClient(ImmutableArray<Uri> nodes, string? token = null) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1), AllowAutoRedirect = false, UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5), DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    private int _current;

    public Task<NodeStatus> StatusAsync(CancellationToken stop) => AskAsync<NodeStatus>(node => _http.GetAsync(new Uri(node, NodeEndpoints.Status), stop), stop);

    public Task<WorkReport> InsertAsync(WorkOrder order, CancellationToken stop) => AskAsync<WorkReport>(node => _http.PostAsJsonAsync(new Uri(node, NodeEndpoints.Work), order, stop), stop);

    public Task<WorkReport> ReportAsync(WorkOrder order, CancellationToken stop) =>
        AskAsync<WorkReport>(node => _http.GetAsync(new Uri(node, $"{NodeEndpoints.Work}/{Uri.EscapeDataString(order.Queue)}/{order.Batch}"), stop), stop);

    /// <summary>Why the first of the nodes is not ready; null when it is.</summary>
    public async Task<string?> HealthAsync(CancellationToken stop)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(nodes[0], NodeEndpoints.Ready), stop);
            return answer.IsSuccessStatusCode ? null : await ReasonAsync(answer, stop);
        }
        catch (Exception e) when (IsSilence(e, stop))
        {
            return $"{nodes[0].Authority} does not answer: {e.Message}";
        }
    }

    public void Dispose() => _http.Dispose();

    /// <exception cref="NodeClientException">None of the nodes answers, or one refuses.</exception>
    private async Task<T> AskAsync<T>(Func<Uri, Task<HttpResponseMessage>> ask, CancellationToken stop)
    {
        var problem = "";
        for (var tried = 0; tried < nodes.Length; tried++, _current = (_current + 1) % nodes.Length)
        {
            try
            {
                using var answer = await ask(nodes[_current]);
                if (answer.IsSuccessStatusCode) return await answer.Content.ReadFromJsonAsync<T>(stop) ?? throw NoNode(nodes[_current]);
                problem = $"{nodes[_current].Authority}: {await ReasonAsync(answer, stop)}";
                if (answer.StatusCode == HttpStatusCode.Unauthorized) throw new NodeClientException($"{problem} {ApiOptions.TokenHint}", ExitCode.Refused);
                if (answer.StatusCode < HttpStatusCode.InternalServerError) throw new NodeClientException(problem, ExitCode.Failed);
            }
            catch (JsonException)
            {
                throw NoNode(nodes[_current]);
            }
            catch (Exception e) when (IsSilence(e, stop))
            {
                problem = $"{nodes[_current].Authority} does not answer: {e.Message}";
            }
        }

        throw new NodeClientException(problem, ExitCode.Unreachable);
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, CancellationToken stop) =>
        await answer.Content.ReadAsStringAsync(stop) is { Length: > 0 } said ? said : $"it answers {(int)answer.StatusCode}; is it a node, and on this machine?";

    private static NodeClientException NoNode(Uri node) => new($"What answers at {node.Authority} is no node of Gaffer.", ExitCode.Failed);

    private static bool IsSilence(Exception e, CancellationToken stop) => e is HttpRequestException or IOException || (e is TaskCanceledException && !stop.IsCancellationRequested);
}

/// <summary>No node could do what it was asked; the message says why, for people.</summary>
/// <param name="message">What people are told.</param>
/// <param name="exitCode">What the shell is told.</param>
internal sealed class NodeClientException(string message, int exitCode) : Exception(message)
{
    public int Code => exitCode;
}
