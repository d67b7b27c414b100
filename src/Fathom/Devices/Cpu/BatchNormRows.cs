using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Batch normalisation of a matrix of rows (samples and pixels) by columns (channels), as channels-last images lie in memory.
/// </summary>
/// <remarks>
/// Statistics take one pass: sums of d and d^2, where d is the distance from the channel's value in the first row, so that a large mean does not
/// cancel the variance away. Rows are cut into parts by the shape alone; parts are added in Float32 or Float64 as stored and joined in double in their order: the same bits for
/// any number of threads.
/// </remarks>
internal static unsafe class BatchNormRows
{
    const int PartElements = 16384;         // elements of a part
    const int MaxParts = 64;

    /// <summary>Mean and biased variance of each column.</summary>
    public static void Statistics<T>(T* x, long rows, int columns, T* mean, T* variance) where T : unmanaged
    {
        double[] s1 = new double[columns], s2 = new double[columns];
        Sums(new Pass<T> { Kind = PassKind.Deviations, A = x, B = x, Rows = rows, Columns = columns }, s1, s2);
        for (int c = 0; c < columns; c++)
        {
            double m = s1[c] / rows;
            mean[c] = Number<T>.From(m + Number<T>.ToDouble(x[c]));
            variance[c] = Number<T>.From(Math.Max(0, s2[c] / rows - m * m));
        }
    }

    /// <summary>Sums of gy and of gy (x - mean) over each column.</summary>
    public static void GradientSums<T>(T* gy, T* x, T* mean, long rows, int columns, double[] sum, double[] product) where T : unmanaged =>
        Sums(new Pass<T> { Kind = PassKind.Products, A = gy, B = x, P = mean, Rows = rows, Columns = columns }, sum, product);

    /// <summary>y = p x + q, column by column.</summary>
    public static void Scale<T>(T* x, T* p, T* q, T* y, long rows, int columns) where T : unmanaged =>
        Map(new Pass<T> { Kind = PassKind.Scale, A = x, P = p, Q = q, Out = y, Rows = rows, Columns = columns });

    /// <summary>gx = p gy + q x + r, column by column.</summary>
    public static void Combine<T>(T* gy, T* x, T* p, T* q, T* r, T* gx, long rows, int columns) where T : unmanaged =>
        Map(new Pass<T> { Kind = PassKind.Combine, A = gy, B = x, P = p, Q = q, R = r, Out = gx, Rows = rows, Columns = columns });

    enum PassKind { Deviations, Products, Scale, Combine }

    struct Pass<T> where T : unmanaged
    {
        public PassKind Kind;
        public T* A, B, P, Q, R, Out;
        public long Rows;
        public int Columns, Parts;
    }

    static int PartsOf(long rows, int columns) => (int)Math.Clamp(rows * columns / PartElements, 1, Math.Min(MaxParts, Math.Max(rows, 1)));

    static void Sums<T>(Pass<T> pass, double[] s1, double[] s2) where T : unmanaged
    {
        pass.Parts = PartsOf(pass.Rows, pass.Columns);
        using var scratch = Scratch.Rent<T>(2L * pass.Parts * pass.Columns);
        pass.Out = scratch.Pointer;
        Run(pass);
        for (int part = 0; part < pass.Parts; part++)
        {
            T* at = scratch.Pointer + 2L * part * pass.Columns;
            for (int c = 0; c < s1.Length; c++)
            {
                s1[c] += Number<T>.ToDouble(at[c]);
                s2[c] += Number<T>.ToDouble(at[pass.Columns + c]);
            }
        }
    }

    static void Map<T>(Pass<T> pass) where T : unmanaged
    {
        pass.Parts = PartsOf(pass.Rows, pass.Columns);
        Run(pass);
    }

    static void Run<T>(in Pass<T> pass) where T : unmanaged
    {
        switch (Elementwise.Width)
        {
            case SimdWidth.V512: Run<T, V512<T>>(pass); break;
            case SimdWidth.V256: Run<T, V256<T>>(pass); break;
            case SimdWidth.V128: Run<T, V128<T>>(pass); break;
            default: Run<T, V1<T>>(pass); break;
        }
    }

    static void Run<T, V>(in Pass<T> pass) where T : unmanaged where V : struct, ISimd<V, T>
    {
        Job<T, V> job = new() { G = pass };
        Threads.For(pass.Parts, ref job);
    }

    struct Job<T, V> : IJob where T : unmanaged where V : struct, ISimd<V, T>
    {
        public Pass<T> G;

        public void Run(int part)
        {
            long begin = G.Rows * part / G.Parts, end = G.Rows * (part + 1) / G.Parts;
            if (G.Kind is PassKind.Scale or PassKind.Combine)
            {
                for (long r = begin; r < end; r++) MapRow(r * G.Columns);
                return;
            }
            T* s1 = G.Out + 2L * part * G.Columns, s2 = s1 + G.Columns;
            int c = 0;
            if (G.Kind == PassKind.Deviations)
            {
                for (; c + 4 * V.Width <= G.Columns; c += 4 * V.Width) Deviations4(begin, end, c, s1, s2);
                for (; c + V.Width <= G.Columns; c += V.Width) Deviations<V>(begin, end, c, s1, s2);
                for (; c < G.Columns; c++) Deviations<V1<T>>(begin, end, c, s1, s2);
            }
            else
            {
                for (; c + 4 * V.Width <= G.Columns; c += 4 * V.Width) Products4(begin, end, c, s1, s2);
                for (; c + V.Width <= G.Columns; c += V.Width) Products<V>(begin, end, c, s1, s2);
                for (; c < G.Columns; c++) Products<V1<T>>(begin, end, c, s1, s2);
            }
        }

        readonly void Deviations<W>(long begin, long end, int c, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            W shift = W.Load(G.A + c), sum = W.Zero, squares = W.Zero;
            T* x = G.A + begin * G.Columns + c;
            for (long r = begin; r < end; r++, x += G.Columns)
            {
                W d = W.Load(x) - shift;
                sum += d;
                squares = W.MultiplyAdd(d, d, squares);
            }
            sum.Store(s1 + c);
            squares.Store(s2 + c);
        }

        /// <summary>Four vectors of columns at once: eight sums that do not wait for each other.</summary>
        readonly void Deviations4(long begin, long end, int c, T* s1, T* s2)
        {
            int w = V.Width;
            V k0 = V.Load(G.A + c), k1 = V.Load(G.A + c + w), k2 = V.Load(G.A + c + 2 * w), k3 = V.Load(G.A + c + 3 * w);
            V a0 = V.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            T* x = G.A + begin * G.Columns + c;
            for (long r = begin; r < end; r++, x += G.Columns)
            {
                V d0 = V.Load(x) - k0, d1 = V.Load(x + w) - k1, d2 = V.Load(x + 2 * w) - k2, d3 = V.Load(x + 3 * w) - k3;
                a0 += d0; a1 += d1; a2 += d2; a3 += d3;
                b0 = V.MultiplyAdd(d0, d0, b0); b1 = V.MultiplyAdd(d1, d1, b1); b2 = V.MultiplyAdd(d2, d2, b2); b3 = V.MultiplyAdd(d3, d3, b3);
            }
            Store4(s1 + c, a0, a1, a2, a3);
            Store4(s2 + c, b0, b1, b2, b3);
        }

        readonly void Products<W>(long begin, long end, int c, T* s1, T* s2) where W : struct, ISimd<W, T>
        {
            W mean = W.Load(G.P + c), sum = W.Zero, products = W.Zero;
            long at = begin * G.Columns + c;
            for (long r = begin; r < end; r++, at += G.Columns)
            {
                W g = W.Load(G.A + at);
                sum += g;
                products = W.MultiplyAdd(g, W.Load(G.B + at) - mean, products);
            }
            sum.Store(s1 + c);
            products.Store(s2 + c);
        }

        readonly void Products4(long begin, long end, int c, T* s1, T* s2)
        {
            int w = V.Width;
            V m0 = V.Load(G.P + c), m1 = V.Load(G.P + c + w), m2 = V.Load(G.P + c + 2 * w), m3 = V.Load(G.P + c + 3 * w);
            V a0 = V.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
            long at = begin * G.Columns + c;
            for (long r = begin; r < end; r++, at += G.Columns)
            {
                T* g = G.A + at, x = G.B + at;
                V g0 = V.Load(g), g1 = V.Load(g + w), g2 = V.Load(g + 2 * w), g3 = V.Load(g + 3 * w);
                a0 += g0; a1 += g1; a2 += g2; a3 += g3;
                b0 = V.MultiplyAdd(g0, V.Load(x) - m0, b0); b1 = V.MultiplyAdd(g1, V.Load(x + w) - m1, b1);
                b2 = V.MultiplyAdd(g2, V.Load(x + 2 * w) - m2, b2); b3 = V.MultiplyAdd(g3, V.Load(x + 3 * w) - m3, b3);
            }
            Store4(s1 + c, a0, a1, a2, a3);
            Store4(s2 + c, b0, b1, b2, b3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store4(T* to, V a, V b, V c, V d)
        {
            a.Store(to);
            b.Store(to + V.Width);
            c.Store(to + 2 * V.Width);
            d.Store(to + 3 * V.Width);
        }

        readonly void MapRow(long at)
        {
            int c = 0;
            if (G.Kind == PassKind.Scale)
            {
                for (; c + V.Width <= G.Columns; c += V.Width) V.MultiplyAdd(V.Load(G.A + at + c), V.Load(G.P + c), V.Load(G.Q + c)).Store(G.Out + at + c);
                for (; c < G.Columns; c++) V1<T>.MultiplyAdd(V1<T>.Load(G.A + at + c), V1<T>.Load(G.P + c), V1<T>.Load(G.Q + c)).Store(G.Out + at + c);
                return;
            }
            for (; c + V.Width <= G.Columns; c += V.Width) Combined<V>(at, c).Store(G.Out + at + c);
            for (; c < G.Columns; c++) Combined<V1<T>>(at, c).Store(G.Out + at + c);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly W Combined<W>(long at, int c) where W : struct, ISimd<W, T> =>
            W.MultiplyAdd(W.Load(G.A + at + c), W.Load(G.P + c), W.MultiplyAdd(W.Load(G.B + at + c), W.Load(G.Q + c), W.Load(G.R + c)));
    }
}
