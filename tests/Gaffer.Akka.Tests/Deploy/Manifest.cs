using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Gaffer.Tests;

/// <summary>A file of <c>deploy/</c>, as those who use it read it.</summary>
internal sealed class Manifest
{
    private readonly object? _node;

    private Manifest(object? node) => _node = node;

    public static string Root { get; } = FindRoot();

    public string Text => _node as string ?? throw new InvalidOperationException($"This is no text: {_node ?? "nothing"}.");

    public int Number => int.Parse(Text, System.Globalization.CultureInfo.InvariantCulture);

    public bool Exists => _node is not null;

    public IEnumerable<Manifest> Items => ((IEnumerable<object?>)_node!).Select(item => new Manifest(item));

    public IEnumerable<KeyValuePair<string, Manifest>> Entries => ((IDictionary<object, object?>)_node!).Select(e => KeyValuePair.Create((string)e.Key, new Manifest(e.Value)));

    /// <summary>What is at a path such as <c>spec.replicas</c>; nothing where there is nothing.</summary>
    public Manifest this[string path] => new(path.Split('.').Aggregate(_node, (node, key) => node is IDictionary<object, object?> map && map.TryGetValue(key, out var value) ? value : null));

    public Manifest Named(string name) => Items.Single(item => item["name"].Text == name);

    public static string PathOf(string file) => Path.Combine(Root, file);

    public static string[] Lines(string file) => File.ReadAllLines(PathOf(file));

    /// <summary>Reads a file of one document, with its anchors and merges.</summary>
    public static Manifest Read(string file)
    {
        using var text = File.OpenText(PathOf(file));
        var parser = new MergingParser(new Parser(text));
        parser.Consume<StreamStart>();
        var node = new DeserializerBuilder().Build().Deserialize<object>(parser);
        Assert(parser.Accept<StreamEnd>(out _), $"{file} has more than one document.");
        return new(node);
    }

    private static void Assert(bool condition, string message) => Xunit.Assert.True(condition, message);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gaffer.Akka.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
