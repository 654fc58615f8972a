using System.Text.Json;

namespace Gaffer.Dashboard.Tests;

/// <summary>Compares JSON with what the OpenAPI document says of it, as far as the document says anything: types, members, items.</summary>
internal static class SchemaCheck
{
    /// <param name="document">The document.</param>
    /// <param name="schema">What is said.</param>
    /// <param name="value">What is there.</param>
    /// <param name="place">What it is called in the problems.</param>
    /// <param name="isWhole">Whether all that is said must be there, as in an answer.</param>
    public static IEnumerable<string> Problems(JsonElement document, JsonElement schema, JsonElement value, string place, bool isWhole)
    {
        schema = Resolve(document, schema);
        if (schema.ValueKind == JsonValueKind.True) yield break;
        if (schema.TryGetProperty("type", out var type) && !(type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().ToArray() : [type]).Any(t => Is(value, t.GetString()!)))
        {
            yield return $"{place} is {value.ValueKind}, not {type}";
            yield break;
        }

        if (schema.TryGetProperty("anyOf", out var any) && !any.EnumerateArray().Any(one => !Problems(document, one, value, place, isWhole).Any())) yield return $"{place} is none of anyOf";
        if (value.ValueKind == JsonValueKind.Object)
        {
            var (said, others) = (Members(schema, "properties"), schema.TryGetProperty("additionalProperties", out var rest) ? rest : default);
            string[] required = isWhole ? [.. said.Keys] : schema.TryGetProperty("required", out var names) ? [.. names.EnumerateArray().Select(n => n.GetString()!)] : [];
            foreach (var name in required.Where(name => !value.TryGetProperty(name, out _))) yield return $"{place} has no {name}";
            foreach (var member in value.EnumerateObject())
            {
                if (said.TryGetValue(member.Name, out var one) || (one = others).ValueKind == JsonValueKind.Object)
                {
                    foreach (var problem in Problems(document, one, member.Value, $"{place}/{member.Name}", isWhole)) yield return problem;
                }
                else if (others.ValueKind == JsonValueKind.False || (isWhole && said.Count > 0))
                {
                    yield return $"{place} has {member.Name}, of which nothing is said";
                }
            }
        }

        if (value.ValueKind != JsonValueKind.Array || !schema.TryGetProperty("items", out var items)) yield break;
        foreach (var (i, item) in value.EnumerateArray().Index())
        {
            foreach (var problem in Problems(document, items, item, $"{place}/{i}", isWhole)) yield return problem;
        }
    }

    /// <summary>What a reference names, which is one of the document's schemas.</summary>
    public static JsonElement Resolve(JsonElement document, JsonElement schema)
    {
        const string Schemas = "#/components/schemas/";
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("$ref", out var reference)) return schema;
        return reference.GetString()!.StartsWith(Schemas, StringComparison.Ordinal)
            ? document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()![Schemas.Length..])
            : throw new InvalidOperationException($"{reference} leads nowhere.");
    }

    private static Dictionary<string, JsonElement> Members(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var members) ? members.EnumerateObject().ToDictionary(m => m.Name, m => m.Value) : [];

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        _ => value.ValueKind == JsonValueKind.Number,
    };
}
