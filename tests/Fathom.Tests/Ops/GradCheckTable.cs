namespace Fathom.Tests.Ops;

/// <summary>One line of the table: a function of some inputs whose gradients are compared with central differences, to second order.</summary>
public sealed record GradRow(string Name, Func<Tensor[], Tensor> F, Tensor[] Inputs, double Tolerance = 1e-6, double Step = 1e-6)
{
    public override string ToString() => Name;
}

/// <summary>
/// The table of all ops. Every op of the engine appears here (a test sees to that) and in several forms where it matters: broadcast, transposed, sliced
/// with a step, expanded, channels-last. A new op adds a row in the file of its family.
/// </summary>
public static partial class GradCheckTable
{
    public static IEnumerable<GradRow> Rows =>
    [
        .. Unary(), .. Binary(), .. Choices(),
        .. Reductions(), .. Algebra(), .. Views(), .. Rearranging(), .. Selecting(), .. Indexing(),
        .. Layers(),
    ];

    /// <summary>Values spread over [low, high] in an irregular order, no two the same.</summary>
    static Tensor Real(Shape shape, double low = -2, double high = 2)
    {
        double[] v = new double[shape.Count];
        for (int i = 0; i < v.Length; i++) v[i] = low + (high - low) * ((0.137 + i * 0.6180339887498949) % 1);
        return Tensor.From(v, shape);
    }

    /// <summary>The same values in channels-last memory order.</summary>
    static Tensor ChannelsLast(Tensor x)
    {
        Tensor y = new(Layout.ChannelsLast(x.Shape), x.DType, x.Device);
        y.CopyFrom(x);
        return y;
    }

    static GradRow Row(string name, Func<Tensor, Tensor> f, params Tensor[] x) => new(name, t => f(t[0]), x);
    static GradRow Row(string name, Func<Tensor, Tensor, Tensor> f, params Tensor[] x) => new(name, t => f(t[0], t[1]), x);

    /// <summary>All results of a function that has several, in one vector.</summary>
    static Tensor Joined(IEnumerable<Tensor> parts) => Tensor.Cat([.. parts.Select(t => t.Reshape(-1))]);
}
