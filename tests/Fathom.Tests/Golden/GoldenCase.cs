using System.Text.Json;

namespace Fathom.Tests.Golden;

/// <summary>One case, or an object inside one: its properties by name, tensors and numbers converted on request.</summary>
public sealed class GoldenCase(JsonElement element)
{
    public JsonElement Json => element;
    public string Name => Text("name");

    public bool Has(string key) => element.TryGetProperty(key, out JsonElement v) && v.ValueKind != JsonValueKind.Null;
    public string Text(string key) => Get(key).GetString()!;
    public GoldenCase Object(string key) => new(Get(key));
    public IEnumerable<GoldenCase> Objects(string key) => Get(key).EnumerateArray().Select(e => new GoldenCase(e));
    public IEnumerable<string> Keys => element.EnumerateObject().Select(p => p.Name);

    public double Number(string key, double otherwise) => Has(key) ? GoldenTensor.Real(Get(key)) : otherwise;
    public int Integer(string key, int otherwise) => Has(key) ? Get(key).GetInt32() : otherwise;
    public bool Flag(string key, bool otherwise = false) => Has(key) ? Get(key).GetBoolean() : otherwise;

    /// <summary>A list of integers; a single integer is a list of one.</summary>
    public int[] Integers(string key) => Get(key) is { ValueKind: JsonValueKind.Number } one ? [one.GetInt32()] : [.. Get(key).EnumerateArray().Select(v => v.GetInt32())];

    /// <summary>A list of numbers; a single number is a list of one.</summary>
    public double[] Numbers(string key) => Get(key) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(GoldenTensor.Real)] : [GoldenTensor.Real(Get(key))];

    public GoldenTensor Tensor(string key) => new(Get(key));

    /// <summary>A list of tensors; an entry is null where there is none, such as the gradient of an integer input.</summary>
    public GoldenTensor?[] Tensors(string key) => [.. Get(key).EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? null : new GoldenTensor(e))];

    /// <summary>An object whose properties are tensors: parameters, gradients.</summary>
    public Dictionary<string, GoldenTensor> NamedTensors(string key) => Get(key).EnumerateObject().ToDictionary(p => p.Name, p => new GoldenTensor(p.Value));

    JsonElement Get(string key) => element.TryGetProperty(key, out JsonElement v) ? v : throw new KeyNotFoundException($"No property '{key}' in {element.GetRawText()[..Math.Min(120, element.GetRawText().Length)]}");
}
