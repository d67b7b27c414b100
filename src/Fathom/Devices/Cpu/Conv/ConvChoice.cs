namespace Fathom.Devices.Cpu;

/// <summary>
/// Chooses the algorithm of a convolution or gradient, from its geometry alone: the same shape takes the same way in every run and for any number of threads, so
/// results keep their bits. Timing the candidates at run time would choose differently from run to run where they are close; counting takes some nanoseconds, so
/// there is nothing to cache.
/// <para>
/// The count is of multiply-adds of vectors, for the whole batch. Directly: one for every tap inside the image (the kernels skip the others where it matters), source channel and
/// vector of destination channels. By Winograd's algorithm: for each tile one at every frequency, source channel and vector, and <see cref="TransformCost"/> for every
/// vector of source and destination channels. Beside them, once for a batch, what is done to the weights. What that count says and what was measured (AVX-512, one thread,
/// microseconds for the forward pass: direct, tiles of 3, tiles of 4; counts in thousands; from <c>bench/Fathom.Bench choice</c>):
/// </para>
/// <code>
/// batch, channels, size -> channels   measured              counted
/// 32, 64, 24 -> 64                    5570   2040   1860      40210   14822   12055
/// 32, 512, 3 -> 512                   5460   2660   4020      30114   18227   26247
/// 16, 64, 7 -> 64                      228    149    108       1548    1114     774
/// 16, 16, 3 -> 16                       22      7      8         17      14      21
/// 32, 512, 3 -> 512, 32 groups         202    171    380        941     768    1106
/// </code>
/// </summary>
internal sealed class ConvChoice
{
    /// <summary>Multiply-adds that the transform of one vector of pixels costs: its loads, stores and arithmetic in two directions.</summary>
    private const int TransformCost = 4;

    /// <summary>The same for a vector of filters, at each frequency, and what packing it costs the direct kernels, for each tap: weights are read from memory.</summary>
    private const int FilterCost = 12, PackCost = 30;

    private readonly ConvAlgorithm? _always;

    private ConvChoice(ConvAlgorithm? always) => _always = always;

    /// <summary>The direct kernels only.</summary>
    public static ConvChoice AlwaysDirect { get; } = new(ConvAlgorithm.Direct);

    /// <summary>What the count says, as long as <see cref="CpuSettings.Winograd"/> is on.</summary>
    public static ConvChoice Fastest { get; } = new(null);

    /// <summary>One algorithm wherever it <see cref="Fits"/>.</summary>
    public static ConvChoice Always(ConvAlgorithm algorithm) => new(algorithm);

    /// <summary>Whether Winograd's algorithm can do it: 3x3 taps, neither stride nor dilation, and channels enough to fill vectors.</summary>
    public static bool Fits(in Correlation c) => c.Pack == 1 && !c.Merged && !c.IsDepthwise && IsPlain(c.Rows) && IsPlain(c.Cols);

    /// <summary>The algorithm for a correlation, or for the weight gradient of one.</summary>
    /// <param name="c">The geometry.</param>
    /// <param name="vector">Elements in a vector.</param>
    public ConvAlgorithm For(in Correlation c, int vector)
    {
        if (_always == ConvAlgorithm.Direct || !Fits(c)) return ConvAlgorithm.Direct;
        if (_always is { } algorithm) return algorithm;
        if (!CpuSettings.Winograd) return ConvAlgorithm.Direct;
        double direct = DirectCost(c, vector), three = WinogradCost(c, vector, 3), four = WinogradCost(c, vector, 4);
        return direct <= Math.Min(three, four) ? ConvAlgorithm.Direct : three < four ? ConvAlgorithm.Winograd3 : ConvAlgorithm.Winograd4;
    }

    private static bool IsPlain(in Axis a) => a is { Taps: 3, Step: 1, Dilation: 1, Divisor: 1 };

    private static double Products(in Correlation c, int vector) => (double)c.Groups * c.GroupIn * Vectors(c.GroupOut, vector);

    private static double DirectCost(in Correlation c, int vector) => Products(c, vector) * (c.N * TapsInside(c.Rows) * TapsInside(c.Cols) + PackCost * c.Taps);

    private static double WinogradCost(in Correlation c, int vector, int side)
    {
        double tiles = (double)c.N * Vectors(c.Rows.Count, side) * Vectors(c.Cols.Count, side), frequencies = (side + 2) * (side + 2);
        double vectors = Vectors(c.SourcePixel, vector) + (double)c.Groups * Vectors(c.GroupOut, vector);
        return frequencies * (tiles * (Products(c, vector) + TransformCost * vectors) + FilterCost * Products(c, vector));
    }

    /// <summary>Taps of all destination coordinates that read inside the image.</summary>
    private static double TapsInside(in Axis a)
    {
        double count = 0;
        for (int tap = 0; tap < a.Taps; tap++)
            count += Math.Max(0, Math.Min(a.Count, a.Size + a.Offset - tap) - Math.Max(0, a.Offset - tap));
        return count;
    }

    private static int Vectors(int count, int vector) => (count + vector - 1) / vector;
}
