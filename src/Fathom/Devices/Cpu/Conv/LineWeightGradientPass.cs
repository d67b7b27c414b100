using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The weight gradient of a convolution of few channels, line by line: the counterpart of <see cref="LinePass{V, T}"/> as <see cref="WeightGradientPass{V, T}"/> is of the general one. Every
/// tile of sums is held in registers over some hundred pixels, whose gradient is read where it lies. Lines are cut into chunks by the geometry alone, every chunk sums for itself, and
/// chunks are added in order: the bits do not depend on the number of threads.
/// </summary>
internal readonly unsafe struct LineWeightGradientPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // Pixels that one call of the kernel sums in registers, so that rounding errors grow with the logarithm of the batch: adding its tile to memory costs as much as 3 of them.
    private const int PixelsPerCall = 192;

    // Pixels that make a chunk worth its sums, and how many chunks keep all threads busy to the end.
    private const int MinChunk = 512, MostChunks = 64;

    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly SourceStrip<T> _strip;
    private readonly T* _gy, _parts;
    private readonly int _pieces, _piecesPerImage, _chunks;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation.</param>
    /// <param name="src">Images to read.</param>
    /// <param name="order">Their order.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, T* src, ImageOrder order, T* gy, T* gw)
    {
        var layout = new PackedWeights(c, V.Count);
        var strip = new SourceStrip<T>(c, src, order, copy: false);
        int perImage = (c.Rows.Count + strip.Lines - 1) / strip.Lines, pieces = checked(c.N * perImage);
        int chunks = (int)Math.Clamp(Math.Min(c.Pixels / MinChunk, pieces), 1, MostChunks);
        using Scratch<T> parts = Scratch.Rent<T>(chunks * layout.Count);
        var pass = new LineWeightGradientPass<V, T>(c, layout, strip, gy, parts.Pointer, pieces, perImage, chunks);
        Threads.For(chunks, ref pass);
        if (chunks > 1) SumParts<V, T>.Run(parts.Pointer, chunks, layout.Count, parts.Pointer);
        WeightPacking<V, T>.Unpack(c, layout, parts.Pointer, gw);
    }

    private LineWeightGradientPass(in Correlation c, in PackedWeights layout, in SourceStrip<T> strip, T* gy, T* parts, int pieces, int piecesPerImage, int chunks)
    {
        (_c, _layout, _strip) = (c, layout, strip);
        _gy = gy;
        _parts = parts;
        (_pieces, _piecesPerImage, _chunks) = (pieces, piecesPerImage, chunks);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        T* sums = _parts + index * _layout.Count;
        new Span<T>(sums, checked((int)_layout.Count)).Clear();
        using Scratch<T> room = Scratch.Rent<T>(_strip.Size);
        int rows = _c.Rows.Count, most = Math.Max(1, PixelsPerCall / _c.Cols.Count);
        for (int piece = (int)((long)_pieces * index / _chunks), end = (int)((long)_pieces * (index + 1) / _chunks); piece < end; piece++)
        {
            (int image, int part) = Math.DivRem(piece, _piecesPerImage);
            int first = (int)((long)rows * part / _piecesPerImage), last = (int)((long)rows * (part + 1) / _piecesPerImage);
            T* strip = _strip.Fill(image, first, last - first, room.Pointer), gy = _gy + ((long)image * rows + first) * _c.Cols.Count * _c.DestinationPixel;
            for (int i = 0; i < last - first; i += most)
                Add(Math.Min(most, last - first - i), strip + (nint)i * _c.Rows.Step * _strip.Pitch, gy + (nint)i * _c.Cols.Count * _c.DestinationPixel, sums);
        }
    }

    /// <summary>Adds some lines to the sums of all weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(int lines, T* x, T* gy, T* sums)
    {
        int run = _c.Run, most = LineOuterKernels<V, T>.MostElements, tiles = (run + most - 1) / most;
        for (int b = 0; b < _layout.Blocks; b++)
        {
            PackedWeights.Block block = _layout[b];
            for (int t = 0; t < tiles; t++)
            {
                int first = run * t / tiles, elements = run * (t + 1) / tiles - first;
                Add(lines, x, first, elements, gy + block.Lane, block, sums + block.Start);
            }
        }
    }

    /// <summary>Adds some lines to the sums of some elements of every row of taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(int lines, T* x, int first, int elements, T* gy, in PackedWeights.Block block, T* sums)
    {
        int vectors = block.Width / V.Count, taps = _c.Rows.Taps;
        int most = Math.Min(LineOuterKernels<V, T>.Sums(vectors) / elements, LineOuterKernels<V, T>.MostRows), tiles = (taps + most - 1) / most;
        nint row = _c.Rows.Dilation * _strip.Pitch, sumRow = (nint)_c.Run * block.Width;
        for (int t = 0; t < tiles; t++)
        {
            int r = taps * t / tiles, rows = taps * (t + 1) / tiles - r;
            LineOuterKernels<V, T>.For(vectors, elements, rows)(
                lines, _c.Cols.Count, x + r * row + first, row, _c.Rows.Step * _strip.Pitch, (nint)_c.Cols.Step * _c.SourcePixel,
                gy, _c.DestinationPixel, block.Lanes, sums + r * sumRow + (nint)first * block.Width, sumRow);
        }
    }
}
