namespace Fathom.Tests.Golden;

/// <summary>Stored tensors as tensors, and comparison with them.</summary>
public static class GoldenTensors
{
    public static DType ToDType(string name) => Enum.GetValues<DType>().Single(d => d.Name() == name);

    /// <summary>As stored; floating-point ones in another type if one is given.</summary>
    public static Tensor ToTensor(this GoldenTensor t, DType? floating = null)
    {
        DType stored = ToDType(t.DType);
        Tensor x = stored switch
        {
            DType.Bool => Tensor.From(t.Flags, t.Shape),
            _ when stored.IsIntegral() => Tensor.From(t.Integers, t.Shape).To(stored),
            _ => Tensor.From(t.Values, t.Shape).To(stored),
        };
        return floating is { } f && stored.IsFloating() ? x.To(f) : x;
    }

    public static Dictionary<string, Tensor> ToTensors(this Dictionary<string, GoldenTensor> named, DType? floating = null) => named.ToDictionary(p => p.Key, p => p.Value.ToTensor(floating));

    /// <summary>Shape and elements agree, to a tolerance relative to the larger of 1 and the value; NaN equals NaN.</summary>
    public static void Match(GoldenTensor expected, Tensor? actual, double tolerance, string what)
    {
        Assert.True(actual is not null, $"{what} is missing");
        Assert.True(actual.Shape == new Shape(expected.Shape), $"{what}: shape {actual.Shape}, expected ({string.Join(", ", expected.Shape)})");
        double[] want = expected.Values, got = actual.ToArray<double>();
        for (int i = 0; i < want.Length; i++)
        {
            bool same = want[i].Equals(got[i]) || Math.Abs(want[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(want[i]));
            Assert.True(same, $"{what}[{i}]: {got[i]:R}, expected {want[i]:R}");
        }
    }
}
