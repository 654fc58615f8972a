namespace Gaffer;

/// <summary>Members of enumerations as the values of attributes: <c>NodeLost</c> is <c>node_lost</c>. Made once for each.</summary>
internal static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum => Cache<T>.All.TryGetValue(value, out var name) ? name : "_OTHER";

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));

    private static class Cache<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = Enum.GetValues<T>().ToDictionary(v => v, v => Snake(v.ToString()));
    }
}
