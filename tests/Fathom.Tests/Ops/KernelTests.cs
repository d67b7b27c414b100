using Fathom.Devices.Cpu;

namespace Fathom.Tests.Ops;

/// <summary>The loops under the element-wise ops: every width, length, layout, broadcast form and element type against one element at a time.</summary>
[Collection(nameof(Alone))]
public class KernelTests
{
    delegate Tensor Op2(Tensor a, Tensor b);

    static readonly (string Name, Op2 F, Func<double, double, double> Want)[] Binary =
    [
        ("add", (a, b) => a + b, (a, b) => a + b), ("sub", (a, b) => a - b, (a, b) => a - b), ("mul", (a, b) => a * b, (a, b) => a * b),
        ("maximum", (a, b) => a.Maximum(b), Math.Max), ("minimum", (a, b) => a.Minimum(b), Math.Min),
        ("lt", (a, b) => a < b, (a, b) => a < b ? 1 : 0), ("eq", (a, b) => a.Eq(b), (a, b) => a == b ? 1 : 0), ("ge", (a, b) => a >= b, (a, b) => a >= b ? 1 : 0),
        ("where", (a, b) => Tensor.Where(a < b, b, a), Math.Max),
    ];

    static readonly DType[] Types = [DType.Float32, DType.Float64, DType.Int64, DType.Int32, DType.UInt8];

    /// <summary>A result as the element type holds it: bytes wrap around.</summary>
    static double Wrapped(double value, DType type) => type switch
    {
        DType.UInt8 => (byte)(long)value,
        DType.Float32 => (float)value,
        _ => value,
    };

    static void Check(string what, Op2 f, Func<double, double, double> want, Tensor a, Tensor b)
    {
        Tensor y = f(a, b);
        foreach (int[] i in Oracle.Indices(y.Shape))
        {
            double w = Wrapped(want(Oracle.Broadcast(a, i), Oracle.Broadcast(b, i)), y.DType), g = Oracle.At(y, i);
            Assert.True(w == g, $"{what} at ({string.Join(", ", i)}): {g}, not {w}");
        }
    }

    [Fact]
    public void Every_length_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        foreach (DType type in Types)
            foreach (var (name, f, want) in Binary)
                for (int n = 0; n <= 70; n++)
                {
                    Tensor a = Oracle.Make(n, type), b = Oracle.Make(n, type, 1);
                    string what = $"{name} of {n} {type} at {width}";
                    Check(what, f, want, a, b);
                    Check(what + ", number right", (x, _) => f(x, 2), (x, _) => want(x, 2), a, a);
                    Check(what + ", number left", (x, _) => f(2, x), (x, _) => want(2, x), a, a);
                }
    });

    [Fact]
    public void Every_pair_of_layouts_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        foreach (Shape shape in new Shape[] { (3, 19), (2, 3, 4, 5), (1, 1), (37, 1) })
            foreach (var (left, a) in Oracle.Layouts(shape))
                foreach (var (right, b) in Oracle.Layouts(shape, seed: 1))
                    foreach (var (name, f, want) in Binary)
                        Check($"{name} of {left} and {right} {shape} at {width}", f, want, a, b);
    });

    [Fact]
    public void Every_broadcast_form_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        (Shape, Shape)[] forms = [((3, 1), (1, 19)), (Shape.Scalar, (2, 17)), (1, (2, 17)), ((2, 1, 3), (4, 1)), ((5, 1, 1), (2, 33)), ((0, 3), (1, 3)), ((2, 1), (2, 0)), ((4, 3, 1, 1), (1, 3, 5, 5))];
        foreach (var (sa, sb) in forms)
            foreach (DType type in Types)
                foreach (var (name, f, want) in Binary)
                {
                    Tensor a = Oracle.Make(sa, type), b = Oracle.Make(sb, type, 1);
                    Check($"{name} of {sa} and {sb} {type} at {width}", f, want, a, b);
                    Check($"{name} of {sb} and {sa} {type} at {width}", f, want, b, a);
                }
    });

    [Fact]
    public void Results_keep_the_memory_order()
    {
        Tensor image = Oracle.Layouts((2, 3, 4, 5)).Last().X;
        Assert.True(image.Layout.IsChannelsLast);
        Assert.True((image + 1).Layout.IsChannelsLast);
        Assert.True(image.Exp().Layout.IsChannelsLast);
        Assert.True((image * Tensor.Ones(3, 1, 1)).Layout.IsChannelsLast);
        Assert.True((image > 0).Layout.IsChannelsLast);
        Assert.True(image.Flip(1).Layout.IsChannelsLast);
        Assert.True(image.CumSum(1).Layout.IsChannelsLast);
    }

    [Fact]
    public void In_place_over_every_layout() => Oracle.AtEveryWidth(width =>
    {
        foreach (var (left, _) in Oracle.Layouts((3, 4, 5)).Where(l => !l.Name.StartsWith("expanded", StringComparison.Ordinal)))
            foreach (var (right, b) in Oracle.Layouts((3, 4, 5), seed: 1))
            {
                Tensor a = Oracle.Layouts((3, 4, 5)).Single(l => l.Name == left).X;
                double[] want = [.. Oracle.Values(a).Zip(Oracle.Values(b), (p, q) => (double)(float)((float)(p + q) * q))];
                a += b;
                a *= b;
                Assert.Equal(want, Oracle.Values(a));
            }
        Tensor x = Oracle.Make(70);
        double[] sum = [.. Oracle.Values(x).Select(v => 2 * v)];
        x += x;
        Assert.Equal(sum, Oracle.Values(x));
    });

    [Fact]
    public void Copies_and_conversions_over_every_layout()
    {
        DType[] all = Enum.GetValues<DType>();
        foreach (DType from in Types)
            foreach (DType to in all)
                foreach (var (name, x) in Oracle.Layouts((3, 4, 5), from))
                {
                    double[] want = [.. Oracle.Values(x).Select(v => Converted(v, to))], got = Oracle.Values(x.To(to).To(DType.Float64));
                    bool wraps = to == DType.UInt8;         // what becomes of negative numbers is not promised
                    Assert.True(want.Zip(got).All(p => p.First == p.Second || (wraps && p.First < 0)), $"{from} {name} to {to}");
                }

        static double Converted(double v, DType to) => to switch
        {
            DType.Bool => v != 0 ? 1 : 0,
            DType.UInt8 or DType.Int32 or DType.Int64 => Math.Truncate(v),
            DType.Float16 => (double)(Half)v,
            DType.BFloat16 => (BFloat16)(float)v,
            DType.Float32 => (float)v,
            _ => v,
        };
    }

    [Fact]
    public void Large_element_wise_results_do_not_depend_on_the_number_of_threads()
    {
        Tensor a = Oracle.Make((700, 1501)), row = Oracle.Make(1501, seed: 1), column = Oracle.Make((700, 1), seed: 2);
        Oracle.OnAnyNumberOfThreads("exp", () => a.Exp());
        Oracle.OnAnyNumberOfThreads("row broadcast", () => a * row + column);
        Oracle.OnAnyNumberOfThreads("transposed", () => a.T + a.T.Sin());
        Oracle.OnAnyNumberOfThreads("where", () => Tensor.Where(a > row, a, column));
        Oracle.OnAnyNumberOfThreads("cast", () => a.To(DType.Float64));
    }

    [Fact]
    public void Comparisons_with_NaN_are_false()
    {
        Tensor nan = Tensor.Full(new Shape(20), double.NaN), x = Oracle.Make(20);
        Oracle.AtEveryWidth(_ =>
        {
            foreach (Tensor no in new[] { nan < x, nan <= x, nan > x, nan >= x, nan.Eq(nan), x.IsNaN(), nan.IsFinite(), nan.IsInf() }) Assert.False(no.Any().Item<bool>());
            foreach (Tensor yes in new[] { nan.Ne(nan), nan.IsNaN(), x.IsFinite(), nan.Maximum(x).IsNaN(), x.Minimum(nan).IsNaN(), nan.Clamp(0, 1).IsNaN() }) Assert.True(yes.All().Item<bool>());
        });
    }
}
