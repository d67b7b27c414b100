using Fathom.Devices.Cpu;

namespace Fathom.Tests.Ops;

/// <summary>Slow and plain reading of tensors, straight from memory by strides, and inputs of all kinds: what the kernels are compared with.</summary>
static unsafe class Oracle
{
    /// <summary>The element at an index, read through the strides.</summary>
    public static double At(Tensor x, ReadOnlySpan<int> index)
    {
        long at = 0;
        for (int i = 0; i < index.Length; i++) at += index[i] * x.Strides[i];
        double value = x.DType switch
        {
            DType.Float32 => x.Ptr<float>()[at],
            DType.Float64 => x.Ptr<double>()[at],
            DType.Int64 => x.Ptr<long>()[at],
            DType.Int32 => x.Ptr<int>()[at],
            DType.UInt8 or DType.Bool => x.Ptr<byte>()[at],
            _ => throw new NotSupportedException(),
        };
        GC.KeepAlive(x);
        return value;
    }

    /// <summary>The element at an index of a larger shape that the tensor broadcasts to.</summary>
    public static double Broadcast(Tensor x, ReadOnlySpan<int> index)
    {
        int[] own = new int[x.Rank];
        for (int i = 0; i < own.Length; i++) own[i] = x.Shape[i] == 1 ? 0 : index[i + index.Length - own.Length];
        return At(x, own);
    }

    /// <summary>All indices of a shape in row-major order.</summary>
    public static IEnumerable<int[]> Indices(Shape shape)
    {
        for (long n = 0; n < shape.Count; n++)
        {
            int[] index = new int[shape.Rank];
            long rest = n;
            for (int i = index.Length - 1; i >= 0; rest /= shape[i--]) index[i] = (int)(rest % shape[i]);
            yield return index;
        }
    }

    public static double[] Values(Tensor x) => [.. Indices(x.Shape).Select(i => At(x, i))];

    /// <summary>Irregular values in [-4, 4), whole numbers for integers; positive for unsigned ones.</summary>
    public static Tensor Make(Shape shape, DType dtype = DType.Float32, int seed = 0)
    {
        double[] v = new double[shape.Count];
        for (int i = 0; i < v.Length; i++)
        {
            v[i] = -4 + 8 * ((0.31 + (i + 17 * seed) * 0.6180339887498949) % 1);
            if (dtype.IsIntegral()) v[i] = Math.Floor(v[i] * 2);
            if (dtype is DType.UInt8) v[i] = Math.Abs(v[i]);
            if (dtype is DType.Bool) v[i] = v[i] > 0 ? 1 : 0;
        }
        return Tensor.From(v, shape).To(dtype);
    }

    /// <summary>A tensor of one shape in every kind of layout: row-major, transposed, with steps, expanded, shifted, channels-last.</summary>
    public static IEnumerable<(string Name, Tensor X)> Layouts(Shape shape, DType dtype = DType.Float32, int seed = 0)
    {
        yield return ("row-major", Make(shape, dtype, seed));
        if (shape.Rank == 0) yield break;
        int[] reversed = [.. shape.Reverse()];
        yield return ("transposed", Make(reversed, dtype, seed).Permute([.. Enumerable.Range(0, shape.Rank).Reverse()]));
        yield return ("every third", Make(shape.With(-1, 3 * shape[^1]), dtype, seed).Slice(-1, 1, step: 3));
        yield return ("rows apart", Make(shape.With(0, 2 * shape[0] + 1), dtype, seed).Slice(0, 1, step: 2));
        yield return ("shifted", Make(shape.With(-1, shape[^1] + 1), dtype, seed).Slice(-1, 1));
        yield return ("expanded rows", Make(shape.With(0, 1), dtype, seed).Expand(shape));
        yield return ("expanded columns", Make(shape.With(-1, 1), dtype, seed).Expand(shape));
        if (shape.Rank < 3) yield break;
        Tensor last = new(Layout.ChannelsLast(shape), dtype, Fathom.Devices.Device.Cpu);
        last.CopyFrom(Make(shape, dtype, seed));
        yield return ("channels last", last);
    }

    /// <summary>Runs a test at every vector width that the processor has.</summary>
    public static void AtEveryWidth(Action<SimdWidth> test)
    {
        SimdWidth before = Elementwise.Width;
        try
        {
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>().Where(Isa.IsSupported))
            {
                Elementwise.Width = width;
                test(width);
            }
        }
        finally
        {
            Elementwise.Width = before;
        }
    }

    /// <summary>Runs a computation on 1, 2 and 3 threads and sees that its bits are the same.</summary>
    public static void OnAnyNumberOfThreads(string name, Func<Tensor> compute)
    {
        int before = Threads.Count;
        try
        {
            Threads.Count = 1;
            Tensor one = compute().Contiguous();
            foreach (int count in new[] { 2, 3 })
            {
                Threads.Count = count;
                Assert.True(SameBits(one, compute().Contiguous()), $"{name}: {count} threads give other bits than one");
            }
        }
        finally
        {
            Threads.Count = before;
        }
    }

    public static bool SameBits(Tensor a, Tensor b)
    {
        int bytes = checked((int)(a.Count * a.DType.Size()));
        bool same = a.Shape == b.Shape && a.DType == b.DType && new ReadOnlySpan<byte>(a.Bytes(), bytes).SequenceEqual(new(b.Bytes(), bytes));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return same;
    }

    /// <summary>Distance in units of the last place of a float.</summary>
    public static double Ulps(double want, float got)
    {
        float rounded = (float)want;
        if (float.IsNaN(rounded) || float.IsInfinity(rounded)) return rounded.Equals(got) ? 0 : double.PositiveInfinity;
        if (!float.IsFinite(got)) return double.PositiveInfinity;
        double ulp = Math.Max(float.Epsilon, MathF.BitIncrement(Math.Abs(rounded)) - (double)Math.Abs(rounded));
        return Math.Abs(want - got) / (double.IsInfinity(ulp) ? Math.ScaleB(1, 104) : ulp);
    }
}
