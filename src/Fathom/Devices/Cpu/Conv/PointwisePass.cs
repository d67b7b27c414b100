using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A 1x1 convolution without groups: on channels-last images it is a matrix product over the pixels, <c>y[pixel, k] = sum over c of x[pixel, c] w[k, c]</c>, and so
/// are its gradients. With a stride the pixels that count are gathered into (or, for the input gradient, scattered from) a dense matrix first,
/// which moves each element once where the product uses it K or C times.
/// </summary>
internal static unsafe class PointwisePass<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // From this many channels on both sides a tile of a matrix product has work for whole vectors; below, GatherPass makes several pixels as one.
    private const int MinChannels = 16;

    // The weight gradient has few rows and columns and many products to add. Where its matrix has no more elements than this, a block of which is some jobs' work,
    // pixels are cut into chunks of about this many, each summed into a part of its own: 128 x 64 over 18,432 pixels then takes 1.30 ms in place of 1.70.
    private const int SmallMatrix = 1 << 15, ChunkPixels = 576, MaxChunks = 32;

    // More jobs than threads, so that a thread held up by the system does not hold up the others; each takes neighbouring chunks, the next of which is fetched meanwhile.
    private const int JobsPerThread = 4;

    /// <summary>Whether a convolution is one of these.</summary>
    public static bool Takes(in ConvDims d) =>
        d.R == 1 && d.S == 1 && d.PadH == 0 && d.PadW == 0 && d.Groups == 1 && d.C >= MinChannels && d.K >= MinChannels;

    /// <summary>y = x w^T + bias; all channels-last.</summary>
    public static void Forward(in ConvDims d, T* x, T* w, T* bias, T* y)
    {
        using Scratch<T> gathered = Gather(d, ref x);
        Multiply(Pixels(d), d.K, d.C, x, d.C, 1, w, 1, d.C, y, bias);
    }

    /// <summary>gx = gy w.</summary>
    public static void InputGradient(in ConvDims d, T* gy, T* w, T* gx)
    {
        int pixels = Pixels(d);
        if (!IsStrided(d))
        {
            Multiply(pixels, d.C, d.K, gy, d.K, 1, w, d.C, 1, gx, null);
            return;
        }
        using Scratch<T> dense = Scratch.Rent<T>((long)pixels * d.C);
        Multiply(pixels, d.C, d.K, gy, d.K, 1, w, d.C, 1, dense.Pointer, null);
        var job = new ScatterJob(d, dense.Pointer, gx);
        Threads.For(d.N, ref job);
    }

    /// <summary>gw = gy^T x.</summary>
    public static void WeightGradient(in ConvDims d, T* x, T* gy, T* gw)
    {
        using Scratch<T> gathered = Gather(d, ref x);
        int pixels = Pixels(d), size = d.K * d.C;
        int chunks = size <= SmallMatrix ? Math.Clamp(pixels / ChunkPixels, 1, MaxChunks) : 1;
        using Scratch<T> parts = Scratch.Rent<T>(chunks > 1 ? (long)chunks * size : 0);
        var job = new ChunkJob(d, x, gy, chunks > 1 ? parts.Pointer : gw, pixels, chunks);
        Threads.For(job.Jobs, ref job);
        if (chunks > 1) SumParts<V, T>.Run(parts.Pointer, chunks, size, gw);
    }

    private static int Pixels(in ConvDims d) => checked(d.N * d.OutH * d.OutW);

    private static bool IsStrided(in ConvDims d) => d.StrideH != 1 || d.StrideW != 1;

    private static void Multiply(int m, int n, int k, T* a, nint aRow, nint aCol, T* b, nint bRow, nint bCol, T* c, T* bias, T* nextB = null)
    {
        if (k == 0) new Span<T>(c, checked(m * n)).Clear();     // the weight gradient of no images
        else if (m > 0) Gemm.Run<V, T>(new GemmArgs<T> { M = m, N = n, K = k, A = a, ARow = aRow, ACol = aCol, B = b, BRow = bRow, BCol = bCol, C = c, CRow = n, ColumnBias = bias, NextB = nextB });
    }

    /// <summary>With a stride, a copy of the pixels that outputs see, to which <paramref name="x"/> then points.</summary>
    private static Scratch<T> Gather(in ConvDims d, ref T* x)
    {
        if (!IsStrided(d)) return default;
        Scratch<T> dense = Scratch.Rent<T>((long)d.N * d.OutH * d.OutW * d.C);
        var job = new GatherJob(d, x, dense.Pointer);
        Threads.For(d.N, ref job);
        x = dense.Pointer;
        return dense;
    }

    /// <summary>Gathers the pixels of one image.</summary>
    private readonly struct GatherJob(ConvDims d, T* x, T* dense) : IJob
    {
        private readonly ConvDims _d = d;
        private readonly T* _x = x, _dense = dense;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            nint line = (nint)_d.W * _d.C;
            T* image = _x + index * _d.H * line, to = _dense + (nint)index * _d.OutH * _d.OutW * _d.C;
            for (int row = 0; row < _d.OutH; row++)
                for (int col = 0; col < _d.OutW; col++, to += _d.C)
                    Copy(image + row * _d.StrideH * line + (nint)col * _d.StrideW * _d.C, to, _d.C);
        }
    }

    /// <summary>Writes the input gradient of one image: zeros, and the pixels that some output saw.</summary>
    private readonly struct ScatterJob(ConvDims d, T* dense, T* gx) : IJob
    {
        private readonly ConvDims _d = d;
        private readonly T* _dense = dense, _gx = gx;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            nint line = (nint)_d.W * _d.C;
            T* image = _gx + index * _d.H * line, from = _dense + (nint)index * _d.OutH * _d.OutW * _d.C;
            for (int row = 0; row < _d.H; row++)
            {
                T* to = image + row * line;
                new Span<T>(to, checked((int)line)).Clear();
                (int outRow, int between) = Math.DivRem(row, _d.StrideH);
                if (between != 0 || outRow >= _d.OutH) continue;
                for (int col = 0; col < _d.OutW; col++, from += _d.C) Copy(from, to + (nint)col * _d.StrideW * _d.C, _d.C);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(T* from, T* to, int count)
    {
        int i = 0;
        for (; i + V.Count <= count; i += V.Count) V.Store(V.Load(from + i), to + i);
        if (i < count) V.StoreFirst(V.LoadFirst(from + i, count - i), to + i, count - i);
    }

    /// <summary>Sums some chunks of pixels.</summary>
    private readonly struct ChunkJob(ConvDims d, T* x, T* gy, T* parts, int pixels, int chunks) : IJob
    {
        private readonly ConvDims _d = d;
        private readonly T* _x = x, _gy = gy, _parts = parts;
        private readonly int _pixels = pixels, _chunks = chunks;

        public int Jobs { get; } = Math.Min(chunks, JobsPerThread * Threads.Count);

        public void Run(int index)
        {
            (int c, int k) = (_d.C, _d.K);
            for (int chunk = _chunks * index / Jobs, last = _chunks * (index + 1) / Jobs - 1; chunk <= last; chunk++)
            {
                int first = (int)((long)_pixels * chunk / _chunks), end = (int)((long)_pixels * (chunk + 1) / _chunks);
                Multiply(k, c, end - first, _gy + (nint)first * k, 1, k, _x + (nint)first * c, c, 1, _parts + (nint)chunk * k * c, null, chunk < last ? _x + (nint)end * c : null);
            }
        }
    }
}
