using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Runs a <see cref="Correlation"/> of few channels line by line (<see cref="Correlation.ByLines"/>): a row of the kernel is one run of source elements, pixels of a line
/// read at a constant distance, and taps above and below the image are left out. A job takes some lines of one image, with their source in a <see cref="SourceStrip{T}"/>.
/// <para>
/// Packs of pixels (<see cref="Correlation.Pack"/>) multiply some sources by zeros of the wider kernel, which would spread a NaN or an infinity to neighbours that do not see it.
/// Strips that hold one are therefore made pixel by pixel; sums have the same terms in the same order, less those zeros.
/// </para>
/// </summary>
internal readonly unsafe struct LinePass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T>
{
    // Results beyond this size do not fit into the caches beside anything else, and their lines are not read from memory only to be written over.
    private const long StreamBytes = 24 << 20;

    // Beyond this many jobs only their cost grows.
    private const int MostJobs = 256;

    private readonly Variant _packs, _pixels;
    private readonly SourceStrip<T> _strip;
    private readonly T* _dst;
    private readonly int _pieces, _piecesPerImage, _jobs;
    private readonly bool _streams;

    /// <summary>The weights for one number of pixels a pack.</summary>
    private readonly struct Variant(Correlation c, PackedWeights layout, T* weight, T* bias)
    {
        public readonly Correlation C = c;
        public readonly PackedWeights Layout = layout;
        public readonly T* Weight = weight, Bias = bias;
    }

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">What to do.</param>
    /// <param name="src">Images to read.</param>
    /// <param name="order">Their order.</param>
    /// <param name="weight">The weight tensor.</param>
    /// <param name="bias">A value for each destination channel, or null.</param>
    /// <param name="dst">Result, channels-last.</param>
    public static void Run(in Correlation c, T* src, ImageOrder order, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        Correlation single = c.ByPixels;
        PackedWeights layout = new(c, V.Count), singleLayout = new(single, V.Count);
        using Scratch<T> room = Scratch.Rent<T>(layout.Count + singleLayout.Count + (layout.Blocks + singleLayout.Blocks) * 2L * V.Count);
        T* next = room.Pointer;
        Variant packs = Pack(c, layout, weight, bias, ref next), pixels = c.Pack == 1 ? packs : Pack(single, singleLayout, weight, bias, ref next);
        var pass = new LinePass<V, T>(packs, pixels, new SourceStrip<T>(c, src, order, copy: c.Pack > 1), dst);
        Threads.For(pass._jobs, ref pass);
    }

    private LinePass(in Variant packs, in Variant pixels, in SourceStrip<T> strip, T* dst)
    {
        (_packs, _pixels, _strip) = (packs, pixels, strip);
        _dst = dst;
        ref readonly Correlation c = ref packs.C;
        _piecesPerImage = (c.Rows.Count + strip.Lines - 1) / strip.Lines;
        _pieces = checked(c.N * _piecesPerImage);
        _jobs = Math.Min(_pieces, MostJobs);
        _streams = c.Pixels * c.DestinationPixel * sizeof(T) >= StreamBytes && c.Lanes % V.Count == 0 && (nint)dst % (V.Count * sizeof(T)) == 0;
    }

    private static Variant Pack(in Correlation c, in PackedWeights layout, T* weight, T* bias, ref T* room)
    {
        T* packed = room, lanes = packed + layout.Count;
        room = lanes + layout.Blocks * 2L * V.Count;
        WeightPacking<V, T>.Pack(c, layout, weight, packed);
        if (bias != null) layout.FillBias(c.GroupOut, bias, lanes);
        return new Variant(c, layout, packed, bias == null ? null : lanes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        using Scratch<T> room = Scratch.Rent<T>(_strip.Size);
        nint* offsets = stackalloc nint[_packs.C.Cols.Count], singleOffsets = stackalloc nint[_packs.C.Pack > 1 ? _pixels.C.Cols.Count : 0];
        FillOffsets(_packs.C, offsets);
        if (_packs.C.Pack > 1) FillOffsets(_pixels.C, singleOffsets);
        for (int piece = (int)((long)_pieces * index / _jobs), end = (int)((long)_pieces * (index + 1) / _jobs); piece < end; piece++)
        {
            (int image, int part) = Math.DivRem(piece, _piecesPerImage);
            int rows = _packs.C.Rows.Count, first = (int)((long)rows * part / _piecesPerImage), count = (int)((long)rows * (part + 1) / _piecesPerImage) - first;
            T* strip = _strip.Fill(image, first, count, room.Pointer);
            if (_packs.C.Pack == 1 || IsFinite(strip, count)) Lines(_packs, strip, image, first, count, offsets);
            else Lines(_pixels, strip, image, first, count, singleOffsets);
        }
    }

    private static void FillOffsets(in Correlation c, nint* offsets)
    {
        for (int i = 0; i < c.Cols.Count; i++) offsets[i] = (nint)i * c.DestinationPixel;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Lines(in Variant w, T* strip, int image, int first, int count, nint* offsets)
    {
        ref readonly Correlation c = ref w.C;
        LineSegment* segments = stackalloc LineSegment[c.Rows.Taps];
        nint line = (nint)c.Cols.Count * c.DestinationPixel, step = (nint)c.Cols.Step * c.SourcePixel;
        for (int b = 0; b < w.Layout.Blocks; b++)
        {
            PackedWeights.Block block = w.Layout[b];
            T* dst = _dst + ((nint)image * c.Rows.Count + first) * line + block.Lane, bias = w.Bias == null ? null : w.Bias + b * 2 * V.Count;
            int lanes = _streams ? -1 : block.Lanes;
            for (int i = 0; i < count; i++, dst += line)
            {
                int taps = FillSegments(c, strip + (nint)i * c.Rows.Step * _strip.Pitch, _strip.SourceRow(first + i), segments);
                LineKernels<V, T>.Run(c.Cols.Count, block.Width / V.Count, segments, taps, c.Run, step, w.Weight + block.Start, bias, dst, offsets, lanes);
            }
        }
    }

    /// <summary>A segment for each row of taps that reads inside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FillSegments(in Correlation c, T* source, int row, LineSegment* segments)
    {
        int taps = 0;
        for (int r = 0; r < c.Rows.Taps; r++, row += c.Rows.Dilation, source += c.Rows.Dilation * _strip.Pitch)
            if ((uint)row < (uint)_strip.Height) segments[taps++] = new LineSegment((nint)source, (nint)r * c.Run);
        return taps;
    }

    /// <summary>Whether a strip holds neither NaN nor infinity: any of them, times zero, is a NaN that stays in the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool IsFinite(T* strip, int count)
    {
        ref readonly Correlation c = ref _packs.C;
        long size = ((count - 1) * c.Rows.Step + (c.Rows.Taps - 1) * c.Rows.Dilation + 1) * _strip.Pitch, i = 0;
        V sum = default;
        for (; i + V.Count <= size; i += V.Count) sum = V.MultiplyAdd(V.Load(strip + i), default, sum);
        if (i < size) sum = V.MultiplyAdd(V.LoadFirst(strip + i, (int)(size - i)), default, sum);
        T* lanes = stackalloc T[V.Count];
        V.Store(sum, lanes);
        for (int lane = 0; lane < V.Count; lane++)
            if (!T.IsZero(lanes[lane])) return false;
        return true;
    }
}
