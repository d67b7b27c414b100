using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>What the Winograd passes have in common: tiles, blocks of lanes, and how things lie at every frequency.</summary>
internal readonly unsafe struct WinogradPlan<V, T, S> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    // Matrices of successive frequencies lie a cache line more than their size apart: at a multiple of 4 KiB all stores of a tile would meet in one set of
    // the first-level cache.
    private const int LineBytes = 64;

    public WinogradPlan(in Correlation c)
    {
        C = c;
        Grid = new TileGrid(c, S.Side);
        Layout = new PackedWeights(c, V.Count);
    }

    /// <summary>The correlation.</summary>
    public Correlation C { get; }

    /// <summary>Its tiles.</summary>
    public TileGrid Grid { get; }

    /// <summary>Its blocks of lanes.</summary>
    public PackedWeights Layout { get; }

    /// <summary>Products of a tile, source channel and lane.</summary>
    public static int Frequencies => WinogradScheme<S>.Products * WinogradScheme<S>.Products;

    /// <summary>Filters, each for one frequency or several.</summary>
    public static int Filters => WinogradOrder<S>.Filters;

    /// <summary>Elements that a pixel of so many channels takes in scratch memory: whole vectors, and one more where a group's last may begin late.</summary>
    public int Padded(int channels) => Round(channels) + (C.Groups > 1 ? V.Count : 0);

    /// <summary>Elements from a frequency to the next for matrices of so many elements.</summary>
    public static nint Spaced(long elements) => (nint)(elements + LineBytes / sizeof(T));

    /// <summary>Position of a block's first row in a frequency of transformed filters.</summary>
    public long Start(in PackedWeights.Block block) => block.Start / C.Taps;

    /// <summary>Elements of a frequency of all transformed filters.</summary>
    public long FilterCount => Layout.Count / C.Taps;

    private static int Round(int count) => (count + V.Count - 1) / V.Count * V.Count;

    /// <summary>
    /// c (+)= a b at each frequency, b being its filter; see <see cref="MultiplyOne"/>. The steps from one frequency (filter) to the next come last. While one filter is multiplied, the next one is fetched.
    /// </summary>
    public static void Multiply(int rows, int depth, T* a, nint aRow, nint aCol, T* b, nint bRow, T* c, int width, bool accumulate, nint aNext, nint bNext, nint cNext)
    {
        int[] frequencies = WinogradOrder<S>.Frequencies, first = WinogradOrder<S>.First;
        for (int filter = 0; filter < Filters; filter++, b += bNext)
            for (int i = first[filter]; i < first[filter + 1]; i++)
                MultiplyOne(rows, depth, a + frequencies[i] * aNext, aRow, aCol, b, bRow, c + frequencies[i] * cNext, width, accumulate, i == first[filter] && filter + 1 < Filters ? b + bNext : b);
    }

    /// <summary>c (+)= the sum of a b over the frequencies of a filter; see <see cref="MultiplyOne"/>. The steps from one frequency to the next come last.</summary>
    public static void MultiplySum(int filter, int rows, int depth, T* a, nint aRow, nint aCol, T* b, nint bRow, T* c, int width, bool accumulate, nint aNext, nint bNext)
    {
        int[] frequencies = WinogradOrder<S>.Frequencies, first = WinogradOrder<S>.First;
        for (int i = first[filter]; i < first[filter + 1]; i++, accumulate = true)
        {
            T* right = b + frequencies[i] * bNext, next = i + 1 < frequencies.Length ? b + frequencies[i + 1] * bNext : right;
            MultiplyOne(rows, depth, a + frequencies[i] * aNext, aRow, aCol, right, bRow, c, width, accumulate, next);
        }
    }

    /// <summary>
    /// c (+)= a b for one block of lanes, one or two vectors wide, in register tiles of nearly equal height: a last tile of a row or two would wait for its own multiply-adds.
    /// The rows of b that come next, at <paramref name="next"/>, are fetched into the second-level cache meanwhile.
    /// </summary>
    public static void MultiplyOne(int rows, int depth, T* a, nint aRow, nint aCol, T* b, nint bRow, T* c, int width, bool accumulate, T* next)
    {
        int tiles = (rows + V.TileRows - 1) / V.TileRows, vectors = width / V.Count, line = LineBytes / sizeof(T);
        for (int t = 0; t < tiles; t++, next += line)
        {
            int first = (int)((long)rows * t / tiles), height = (int)(rows * (t + 1L) / tiles) - first;
            bool fetch = t * line < width;      // the first tiles fetch a line each of all rows
            GemmTiles<V, T>.For(height, vectors)(depth, a + first * aRow, aRow, aCol, b, bRow, c + (nint)first * width, width,
                accumulate ? TileWrite.Add : TileWrite.Over, fetch ? next : b, fetch ? bRow : 0);
        }
    }
}
