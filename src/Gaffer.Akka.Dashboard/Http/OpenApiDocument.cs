using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Gaffer.Dashboard;

/// <summary>The OpenAPI document, made of the table of routes and of the types that are read and written.</summary>
internal static partial class OpenApiDocument
{
    private static readonly Lazy<JsonObject> Document = new(Make);

    public static Task WriteAsync(ApiCall call)
    {
        var document = (JsonObject)Document.Value.DeepClone();
        var path = call.Http.Request.PathBase + call.Http.Request.Path;
        document["servers"] = new JsonArray(new JsonObject { ["url"] = path.Value![..path.Value!.LastIndexOf('/')] });
        call.Http.Response.ContentType = ApiCall.Json;
        return call.Http.Response.WriteAsync(document.ToJsonString(), call.Stop);
    }

    private static JsonObject Make()
    {
        var schemas = new JsonObject { ["Problem"] = BodySchemas.Of(GafferJson.Default.Problem) };
        foreach (var (name, schema) in BodySchemas.All()) schemas[name] = schema;
        var paths = new JsonObject();
        foreach (var routes in ApiRoutes.All.GroupBy(r => r.Pattern))
        {
            var item = new JsonObject();
            foreach (var route in routes) item[route.Method.ToLowerInvariant()] = Operation(route);
            paths["/" + routes.Key] = item;
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Gaffer.Akka", ["version"] = "1", ["description"] = "Durable job queues. Requests that change something carry the header X-Gaffer." },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Operation(ApiRoute route)
    {
        var parameters = new JsonArray();
        foreach (Match name in PathParameter().Matches(route.Pattern)) parameters.Add(Parameter(name.Groups[1].Value, "path", null, required: true, "string"));
        foreach (var query in route.Query) parameters.Add(Parameter(query.Name, "query", query.Description, required: false, query.IsNumber ? "integer" : "string"));
        if (route.IsChange) parameters.Add(Parameter(ChangeGuard.Header, "header", "Any value: no form of another site can send it.", required: true, "string"));
        var operation = new JsonObject
        {
            ["operationId"] = $"{route.Method.ToLowerInvariant()}-{PathParameter().Replace(route.Pattern, "$1").Replace('/', '-').Replace('.', '-')}",
            ["summary"] = route.Summary, ["parameters"] = parameters, ["responses"] = Responses(route),
        };
        if (route.Body is { } body)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = body != nameof(CancelBody), ["content"] = Content(route.BodyTypes, type => BodySchemas.Reference(type == ApiCall.Lines ? $"{body}-lines" : body)),
            };
        }

        return operation;
    }

    private static JsonObject Responses(ApiRoute route)
    {
        var good = new JsonObject { ["description"] = "Done." };
        if (route.Answer is { } answer) good["content"] = Content([ApiCall.Json], _ => BodySchemas.Of(answer));
        else if (route.AnswerType is { } type) good["content"] = Content([type], static _ => new JsonObject());
        return new()
        {
            [route.Answer is null && route.AnswerType is null ? "204" : "2XX"] = good,
            ["default"] = new JsonObject
            {
                ["description"] = "A problem.", ["content"] = Content(["application/problem+json"], static _ => BodySchemas.Reference("Problem")),
            },
        };
    }

    private static JsonObject Content(IEnumerable<string> types, Func<string, JsonNode> schema)
    {
        var content = new JsonObject();
        foreach (var type in types) content[type] = new JsonObject { ["schema"] = schema(type) };
        return content;
    }

    private static JsonObject Parameter(string name, string place, string? description, bool required, string type) => new()
    {
        ["name"] = name, ["in"] = place, ["required"] = required, ["description"] = description ?? $"The {name} of the path.", ["schema"] = new JsonObject { ["type"] = type },
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();
}
