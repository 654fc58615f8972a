using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gaffer.Dashboard;

/// <summary>How everything is written as JSON, and bodies are read: without reflection, and with unknown members refused.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, AllowDuplicateProperties = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.Strict, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(LiveView))]
[JsonSerializable(typeof(LiveTick))]
[JsonSerializable(typeof(Page<QueueView>), TypeInfoPropertyName = "PageQueueView")]
[JsonSerializable(typeof(QueueDetail))]
[JsonSerializable(typeof(QueueDeletedView))]
[JsonSerializable(typeof(ChangedView))]
[JsonSerializable(typeof(DrainView))]
[JsonSerializable(typeof(FlushView))]
[JsonSerializable(typeof(PollView))]
[JsonSerializable(typeof(PruneView))]
[JsonSerializable(typeof(Page<JobRow>), TypeInfoPropertyName = "PageJobRow")]
[JsonSerializable(typeof(JobDetail))]
[JsonSerializable(typeof(InsertedView))]
[JsonSerializable(typeof(InsertedManyView))]
[JsonSerializable(typeof(BulkBody))]
[JsonSerializable(typeof(BulkView))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(LimitBody))]
[JsonSerializable(typeof(Page<LimitView>), TypeInfoPropertyName = "PageLimitView")]
[JsonSerializable(typeof(LimitView))]
[JsonSerializable(typeof(Page<NodeView>), TypeInfoPropertyName = "PageNodeView")]
internal sealed partial class GafferJson : JsonSerializerContext;

/// <summary>A part of a list.</summary>
/// <param name="Items">What it holds.</param>
/// <param name="Next">Where the next page goes on; null: this is the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next = null);
