using System.Text.Json;

namespace Fathom.Tests.Golden;

/// <summary>A tensor as stored: dtype by PyTorch's name, shape, elements in row-major order.</summary>
public sealed class GoldenTensor(JsonElement element)
{
    public string DType => element.GetProperty("dtype").GetString()!;
    public int[] Shape => [.. element.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
    JsonElement Data => element.GetProperty("data");

    /// <summary>The elements as reals; true is 1.</summary>
    public double[] Values => [.. Data.EnumerateArray().Select(Real)];

    /// <summary>The elements of an integer tensor, exactly.</summary>
    public long[] Integers => [.. Data.EnumerateArray().Select(v => v.GetInt64())];

    public bool[] Flags => [.. Data.EnumerateArray().Select(v => v.GetBoolean())];

    internal static double Real(JsonElement v) => v.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => v.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, var s => throw new FormatException($"'{s}' is no number.") },
        _ => v.GetDouble(),
    };
}
