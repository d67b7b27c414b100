using System.Text.Json;

namespace Fathom.Tests.Golden;

/// <summary>The cases of one file of reference values, in file order. What wrote them: tests/golden/generate.py.</summary>
public sealed class GoldenFile
{
    readonly Dictionary<string, GoldenCase> _byName = [];

    GoldenFile(JsonElement cases)
    {
        foreach (JsonElement element in cases.EnumerateArray())
        {
            GoldenCase c = new(element);
            Cases.Add(c);
            _byName.Add((c.Has("kind") ? c.Text("kind") + ": " : "") + c.Name, c);
        }
    }

    public static GoldenFile Layers { get; } = Read("layers.json");
    public static GoldenFile Losses { get; } = Read("losses.json");
    public static GoldenFile Optimisers { get; } = Read("optimisers.json");
    public static GoldenFile Tensors { get; } = Read("tensors.json");
    public static GoldenFile Printing { get; } = Read("printing.json");

    public List<GoldenCase> Cases { get; } = [];

    /// <summary>The case of that name; names of optimisers.json start with their kind: "schedule: cosine".</summary>
    public GoldenCase this[string name] => _byName.TryGetValue(name, out GoldenCase? c) ? c : throw new KeyNotFoundException($"No reference case '{name}'.");

    /// <summary>Names for a <c>[MemberData]</c>: those of the cases whose property <paramref name="key"/> is <paramref name="value"/>, or all.</summary>
    public TheoryData<string> Names(string? key = null, string? value = null)
    {
        TheoryData<string> names = [];
        foreach ((string name, GoldenCase c) in _byName)
            if (key is null || (c.Has(key) && c.Text(key) == value)) names.Add(name);
        return names;
    }

    static GoldenFile Read(string file)
    {
        using FileStream stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "golden", file));
        using JsonDocument document = JsonDocument.Parse(stream);
        return new(document.RootElement.Clone());
    }
}
