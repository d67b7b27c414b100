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
/// 32, 512, 3 -> 512, 32 groups         176    179    380        941     973    1401
/// 32, 64, 24 -> 128, stride 2         2720          2180      22590           15215
/// 32, 128, 24 -> 128, s. 2, 8 groups   890          1540       4991            7168
/// </code>
/// </summary>
internal sealed class ConvChoice
{
    /// <summary>Multiply-adds that the transform of one vector of pixels costs: its loads, stores and arithmetic in two directions.</summary>
    private const int TransformCost = 4;

    /// <summary>The same with a stride, where most of a tile is moved rather than transformed: groups of 16 channels stay direct.</summary>
    private const int StridedTransformCost = 11;

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

    /// <summary>
    /// Whether Winograd's algorithm can do it: 3x3 taps without dilation, in steps of 1 or of 2 in both directions, and channels enough to fill vectors. The
    /// input gradient of a strided convolution must begin with a pixel that one tap meets, as it does with a padding of 1. Of fewer than 8 channels the transforms take longer than all
    /// products line by line (8 channels to 64 at 56x56: 1.0 to 0.72 ms on two threads; 6 channels 0.74 both ways, 3 channels 0.41 to 0.55).
    /// </summary>
    public static bool Fits(in Correlation c) =>
        (!c.ByLines || (c.Pack == 1 && c.GroupIn >= LeastChannels && c.Rows.Step == 1)) && !c.IsDepthwise &&
        Suits(c.Rows) && Suits(c.Cols) && c.Rows.Step == c.Cols.Step && c.Rows.Divisor == c.Cols.Divisor;

    private const int LeastChannels = 8;

    private static bool Suits(in Axis a) => a is { Taps: 3, Dilation: 1 } and ({ Step: 1 or 2, Divisor: 1 } or { Step: 1, Divisor: 2 }) && (a.Divisor == 1 || a.Offset % 2 != 0);

    // The former where groups are no wider than a vector, which meets a vector's own channels only; the latter in the weight gradient of such groups, where it is done for each of them by itself (and
    // directly there is nothing to pack). Measured there (AVX-512, one thread, microseconds: direct, Winograd) with 16 channels a group: 64 channels at 24x24 1450, 770; 128 at
    // 12x12 660, 410; 256 at 6x6 316, 271; 512 at 3x3 143, 180. Forward 128 at 12x12 730, 500; 256 at 6x6 354, 297; 512 at 3x3 176, 179, on two threads 92, 117.
    private const int GroupTransformCost = 8, GroupFilterCost = 24;

    /// <summary>The algorithm for the weight gradient of a correlation in groups no wider than a vector.</summary>
    /// <inheritdoc cref="For(in Correlation, int)"/>
    public ConvAlgorithm ForGroupWeightGradient(in Correlation c, int vector) => For(c, vector, true);

    /// <summary>The algorithm for a correlation, or for the weight gradient of one.</summary>
    /// <param name="c">The geometry.</param>
    /// <param name="vector">Elements in a vector.</param>
    public ConvAlgorithm For(in Correlation c, int vector) => For(c, vector, false);

    private ConvAlgorithm For(in Correlation c, int vector, bool narrowGradient)
    {
        if (_always == ConvAlgorithm.Direct || !Fits(c)) return ConvAlgorithm.Direct;
        if (_always is { } algorithm) return algorithm;
        if (!CpuSettings.Winograd) return ConvAlgorithm.Direct;
        double direct = narrowGradient ? Products(c, vector) * c.N * TapsInside(c.Rows) * TapsInside(c.Cols) : DirectCost(c, vector);
        double three = WinogradCost(c, vector, 3, narrowGradient), four = WinogradCost(c, vector, 4, narrowGradient);
        return direct <= Math.Min(three, four) ? ConvAlgorithm.Direct : three < four ? ConvAlgorithm.Winograd3 : ConvAlgorithm.Winograd4;
    }

    private static double Products(in Correlation c, int vector) => (double)c.Groups * c.GroupIn * Vectors(c.GroupOut, vector);

    private static double DirectCost(in Correlation c, int vector)
    {
        // As a sum of windows, whose columns lie side by side as lanes, for every source pixel of a row; line by line, with padded columns; or less those.
        if (c.AddsWindows(vector)) return (double)c.GroupIn * Vectors(c.S * c.GroupOut, vector) * (c.N * TapsInside(c.Rows) * c.Cols.Size + PackCost * c.R);
        double columns = c.ByLines ? (double)c.Cols.Count * c.Cols.Taps : TapsInside(c.Cols);
        return Products(c, vector) * (c.N * TapsInside(c.Rows) * columns + PackCost * c.R * c.S);
    }

    private static double WinogradCost(in Correlation c, int vector, int outputs, bool narrowGradient)
    {
        bool plain = c.Rows is { Step: 1, Divisor: 1 };
        int side = outputs * c.Rows.Divisor, products = plain ? outputs + 2 : 2 * outputs + 1;      // along an axis
        double tiles = (double)c.N * Vectors(c.Rows.Count, side) * Vectors(c.Cols.Count, side), filters = (outputs + 2) * (outputs + 2);
        double vectors = Vectors(c.SourcePixel, vector) + (double)c.Groups * Vectors(c.GroupOut, vector);
        int transform = !plain ? StridedTransformCost : c.Groups > 1 && c.GroupIn <= vector && c.GroupOut <= vector ? GroupTransformCost : TransformCost;
        return products * products * tiles * (Products(c, vector) + transform * vectors) + filters * (narrowGradient ? GroupFilterCost : FilterCost) * Products(c, vector);
    }

    /// <summary>Taps of all destination coordinates that read inside the image.</summary>
    private static double TapsInside(in Axis a)
    {
        double count = 0;
        for (int tap = 0; tap < a.Taps; tap++)
        {
            // Coordinates j with 0 <= (j step + shift) / divisor < size; with a divisor every so many of them.
            int shift = tap * a.Dilation - a.Offset, first = Math.Max(0, Vectors(-shift, a.Step)), end = Math.Min(a.Count, Vectors(a.Size * a.Divisor - shift, a.Step));
            count += Math.Max(0, end - first) / (double)a.Divisor;
        }
        return count;
    }

    private static int Vectors(int count, int vector) => (count + vector - 1) / vector;
}
