using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaffer.Node;
using Xunit;

namespace Gaffer.Tests;

/// <summary>The id of a job that is inserted leads to the partition of its chain or unique key.</summary>
public class JobTemplateTests
{
    [Theory]
    [InlineData("""{"chain":"c"}""", "c")]
    [InlineData("""{"uniqueKey":"u"}""", "u")]
    [InlineData("""{"partitionKey":"p"}""", "p")]
    [InlineData("""{"partition-key":"p","chain":"c"}""", "p")]
    [InlineData("""{"chain":"c","uniqueKey":"u"}""", "c")]
    public void The_id_of_a_payload_follows_the_options(string members, string key) => AssertLeadsTo(key, Make(members, areJobs: false, "1"));

    [Theory]
    [InlineData("{}", """{"payload":1,"chain":"c"}""", "c")]
    [InlineData("{}", """{"payload":1,"unique-key":"u"}""", "u")]
    [InlineData("{}", """{"payload":1,"chain":17}""", "17")]
    [InlineData("""{"chain":"option"}""", """{"payload":1}""", "option")]
    [InlineData("""{"chain":"option"}""", """{"payload":1,"chain":"line"}""", "line")]
    [InlineData("""{"chain":"option"}""", """{"payload":1,"id":null}""", "option")]
    public void The_id_of_a_whole_job_follows_its_line_and_the_options(string members, string line, string key) => AssertLeadsTo(key, Make(members, areJobs: true, line));

    [Fact]
    public void An_own_id_stays()
    {
        var id = JobId.New().ToString();
        Assert.Equal(id, IdOf(Make("""{"chain":"c"}""", areJobs: true, $$"""{"id":"{{id}}","payload":1}""").Job!));
    }

    [Fact]
    public void A_chain_that_is_no_text_is_told()
    {
        var (job, problem) = Make("{}", areJobs: true, """{"payload":1,"chain":"\ud800"}""");
        Assert.Null(job);
        Assert.NotNull(problem);
    }

    private static void AssertLeadsTo(string key, (byte[]? Job, string? Problem) made)
    {
        Assert.Null(made.Problem);
        Assert.Equal(JobPlace.SlotOf(key), JobPlace.SlotOf(JobId.Parse(IdOf(made.Job!))));
    }

    private static (byte[]? Job, string? Problem) Make(string members, bool areJobs, string line) =>
        new JobTemplate(JsonNode.Parse(members)!.AsObject(), areJobs).Make(Encoding.UTF8.GetBytes(line));

    private static string IdOf(byte[] job) => JsonSerializer.Deserialize<JsonElement>(job).GetProperty("id").GetString()!;
}
