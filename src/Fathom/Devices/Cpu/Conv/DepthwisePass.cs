using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Depthwise convolution, where every channel has a kernel of its own: <c>dst[pixel][c] = bias[c] + sum over taps of src[pixel at tap][c] * weight[tap][c]</c>.
/// Lanes are channels. A job is one row of the destination; serves the forward pass and the input gradient.
/// </summary>
internal readonly unsafe struct DepthwisePass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    private readonly Correlation _c;
    private readonly SourceMap _map;
    private readonly T* _src, _weight, _bias, _dst;
    private readonly int _channels, _rounded;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">A depthwise correlation.</param>
    /// <param name="source">Images to read.</param>
    /// <param name="weight">The weight tensor.</param>
    /// <param name="bias">A value for each channel, or null.</param>
    /// <param name="dst">Channels-last images.</param>
    public static void Run(in Correlation c, T* source, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        int rounded = Round(c.Groups);
        using Scratch<nint> maps = Scratch.Rent<nint>(SourceMap.Size(c));
        using Scratch<T> packed = Scratch.Rent<T>((c.Taps + 1L) * rounded);     // the last row is the bias
        new Span<T>(packed.Pointer, checked((c.Taps + 1) * rounded)).Clear();
        for (int channel = 0; channel < c.Groups; channel++)
            for (int tap = 0; tap < c.Taps; tap++) packed.Pointer[(long)Tap(c, tap) * rounded + channel] = weight[(long)channel * c.Taps + tap];
        T* start = packed.Pointer + (long)c.Taps * rounded;
        if (bias != null) new Span<T>(bias, c.Groups).CopyTo(new Span<T>(start, c.Groups));

        var pass = new DepthwisePass<V, T>(c, new SourceMap(c, sizeof(T), maps.Pointer), source, packed.Pointer, start, dst);
        Threads.For(checked(c.N * c.Rows.Count), ref pass);
    }

    private DepthwisePass(in Correlation c, in SourceMap map, T* src, T* weight, T* bias, T* dst)
    {
        (_c, _map, _channels, _rounded) = (c, map, c.Groups, Round(c.Groups));
        _src = src;
        _weight = weight;
        _bias = bias;
        _dst = dst;
    }

    /// <summary>Channels rounded up to whole vectors: the width of a row of packed weights.</summary>
    internal static int Round(int channels) => (channels + V.Count - 1) / V.Count * V.Count;

    /// <summary>Where a tap of the weight tensor stands among the taps of the correlation.</summary>
    internal static int Tap(in Correlation c, int tap)
    {
        (int row, int col) = c.Tap(tap / c.S, tap % c.S, 0);
        return row * c.Cols.Taps + col;
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        (int image, int row) = Math.DivRem(index, _c.Rows.Count);
        nint source = (nint)_src + image * _map.Image;
        nint* down = _map.Row(row);
        T* dst = _dst + (nint)index * _c.Cols.Count * _channels;
        using Scratch<nint> taps = Scratch.Rent<nint>(2L * _c.Taps);    // source address and weights of each tap that reads inside the image
        // Columns that read like their left neighbour, one step further on, keep its taps; that is all of them but some at the borders.
        nint step = (nint)_c.Cols.Step * _c.SourcePixel * sizeof(T), shift = 0;
        nint* end = taps.Pointer;
        for (int col = 0; col < _c.Cols.Count; col++, dst += _channels)
        {
            if (col > 0 && IsShifted(_map.Col(col - 1), _map.Col(col), step))
            {
                shift += step;
            }
            else
            {
                shift = 0;
                end = FillTaps(source, down, _map.Col(col), taps.Pointer);
            }
            Pixel(taps.Pointer, end, shift, dst);
        }
    }

    /// <summary>Whether a column's taps read one step after those of the column before, inside the image for the same taps.</summary>
    private bool IsShifted(nint* before, nint* column, nint step)
    {
        for (int s = 0; s < _map.ColTaps; s++)
            if (column[s] != (before[s] < 0 ? before[s] : before[s] + step)) return false;
        return true;
    }

    /// <summary>Writes source address and weights of each tap that reads inside the image; returns the end.</summary>
    private nint* FillTaps(nint source, nint* down, nint* across, nint* taps)
    {
        for (int r = 0; r < _map.RowTaps; r++)
            for (int s = 0; s < _map.ColTaps; s++)
                if ((down[r] | across[s]) >= 0)
                {
                    *taps++ = source + down[r] + across[s];
                    *taps++ = (nint)(_weight + ((nint)r * _map.ColTaps + s) * _rounded);
                }
        return taps;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pixel(nint* taps, nint* end, nint shift, T* dst)
    {
        int c = 0;
        // Four vectors at a time: enough independent sums to keep the multiply-adds busy.
        for (; c + 4 * V.Count <= _channels; c += 4 * V.Count)
        {
            V a0 = V.Load(_bias + c), a1 = V.Load(_bias + c + V.Count), a2 = V.Load(_bias + c + 2 * V.Count), a3 = V.Load(_bias + c + 3 * V.Count);
            for (nint* tap = taps; tap != end; tap += 2)
            {
                T* x = (T*)(tap[0] + shift) + c, w = (T*)tap[1] + c;
                a0 = V.MultiplyAdd(V.Load(x), V.Load(w), a0);
                a1 = V.MultiplyAdd(V.Load(x + V.Count), V.Load(w + V.Count), a1);
                a2 = V.MultiplyAdd(V.Load(x + 2 * V.Count), V.Load(w + 2 * V.Count), a2);
                a3 = V.MultiplyAdd(V.Load(x + 3 * V.Count), V.Load(w + 3 * V.Count), a3);
            }
            V.Store(a0, dst + c);
            V.Store(a1, dst + c + V.Count);
            V.Store(a2, dst + c + 2 * V.Count);
            V.Store(a3, dst + c + 3 * V.Count);
        }
        for (; c < _channels; c += V.Count)
        {
            int lanes = Math.Min(V.Count, _channels - c);
            V sum = V.Load(_bias + c);
            for (nint* tap = taps; tap != end; tap += 2) sum = V.MultiplyAdd(V.LoadFirst((T*)(tap[0] + shift) + c, lanes), V.Load((T*)tap[1] + c), sum);
            V.StoreFirst(sum, dst + c, lanes);
        }
    }
}

/// <summary>
/// The weight gradient of a depthwise convolution: <c>gw[tap][c] = sum over pixels of src[pixel at tap][c] * gy[pixel][c]</c>. Rows of the output are cut into chunks
/// by the geometry alone, each with sums of its own that are added in order, so the bits do not depend on the number of threads.
/// </summary>
internal readonly unsafe struct DepthwiseWeightGradientPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    private const int MaxChunks = 32;

    private readonly Correlation _c;
    private readonly SourceMap _map;
    private readonly T* _src, _gy, _parts;
    private readonly int _channels, _rounded, _chunks;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">A depthwise forward correlation.</param>
    /// <param name="source">Its source.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, T* source, T* gy, T* gw)
    {
        int rounded = DepthwisePass<V, T>.Round(c.Groups), chunks = (int)Math.Clamp((long)c.N * c.Rows.Count, 1, MaxChunks);
        long size = (long)c.Taps * rounded;
        using Scratch<nint> maps = Scratch.Rent<nint>(SourceMap.Size(c));
        using Scratch<T> parts = Scratch.Rent<T>(chunks * size);
        var map = new SourceMap(c, sizeof(T), maps.Pointer);
        var pass = new DepthwiseWeightGradientPass<V, T>(c, map, source, gy, parts.Pointer, chunks);
        Threads.For(chunks, ref pass);
        SumParts<V, T>.Run(parts.Pointer, chunks, size, parts.Pointer);
        for (int channel = 0; channel < c.Groups; channel++)
            for (int tap = 0; tap < c.Taps; tap++) gw[(long)channel * c.Taps + tap] = parts.Pointer[(long)tap * rounded + channel];
    }

    private DepthwiseWeightGradientPass(in Correlation c, in SourceMap map, T* src, T* gy, T* parts, int chunks)
    {
        (_c, _map, _channels, _rounded, _chunks) = (c, map, c.Groups, DepthwisePass<V, T>.Round(c.Groups), chunks);
        _src = src;
        _gy = gy;
        _parts = parts;
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        T* sums = _parts + (long)index * _c.Taps * _rounded;
        new Span<T>(sums, checked(_c.Taps * _rounded)).Clear();
        long rows = (long)_c.N * _c.Rows.Count, end = rows * (index + 1) / _chunks;
        for (long row = rows * index / _chunks; row < end; row++)
        {
            long image = Math.DivRem(row, _c.Rows.Count, out long down);
            T* gy = _gy + row * _c.Cols.Count * _channels;
            for (int r = 0; r < _map.RowTaps; r++)
            {
                nint offset = _map.Row((int)down)[r];
                if (offset < 0) continue;
                for (int s = 0; s < _map.ColTaps; s++)
                    Row((nint)_src + (nint)image * _map.Image + offset, s, gy, sums + ((nint)r * _map.ColTaps + s) * _rounded);
            }
        }
    }

    /// <summary>Adds one row of pixels to the sums of one tap.</summary>
    private void Row(nint source, int s, T* gy, T* sums)
    {
        // Columns where the tap is inside the image are neighbours.
        int first = 0, end = _c.Cols.Count;
        while (first < end && _map.Col(first)[s] < 0) first++;
        while (first < end && _map.Col(end - 1)[s] < 0) end--;
        if (first == end) return;
        nint step = (nint)_c.Cols.Step * _channels;
        T* x = (T*)(source + _map.Col(first)[s]), g = gy + (nint)first * _channels;
        int c = 0;
        for (; c + 4 * V.Count <= _channels; c += 4 * V.Count) Add4(x + c, g + c, end - first, step, sums + c);
        for (; c < _channels; c += V.Count) Add(x + c, g + c, end - first, step, sums + c, Math.Min(V.Count, _channels - c));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add4(T* x, T* g, int count, nint step, T* sums)
    {
        V a0 = V.Load(sums), a1 = V.Load(sums + V.Count), a2 = V.Load(sums + 2 * V.Count), a3 = V.Load(sums + 3 * V.Count);
        for (int i = 0; i < count; i++, x += step, g += _channels)
        {
            a0 = V.MultiplyAdd(V.Load(x), V.Load(g), a0);
            a1 = V.MultiplyAdd(V.Load(x + V.Count), V.Load(g + V.Count), a1);
            a2 = V.MultiplyAdd(V.Load(x + 2 * V.Count), V.Load(g + 2 * V.Count), a2);
            a3 = V.MultiplyAdd(V.Load(x + 3 * V.Count), V.Load(g + 3 * V.Count), a3);
        }
        V.Store(a0, sums);
        V.Store(a1, sums + V.Count);
        V.Store(a2, sums + 2 * V.Count);
        V.Store(a3, sums + 3 * V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(T* x, T* g, int count, nint step, T* sums, int lanes)
    {
        V sum = V.Load(sums);
        for (int i = 0; i < count; i++, x += step, g += _channels) sum = V.MultiplyAdd(V.LoadFirst(x, lanes), V.LoadFirst(g, lanes), sum);
        V.Store(sum, sums);
    }
}
