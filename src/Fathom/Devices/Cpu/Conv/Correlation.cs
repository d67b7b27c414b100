namespace Fathom.Devices.Cpu;

/// <summary>
/// One axis of a correlation: which source coordinate tap t of destination coordinate j reads. With z = j * Step - Offset + t * Dilation it is
/// z / Divisor, where that is a whole number inside the source, and nothing (a zero) elsewhere.
/// </summary>
/// <param name="Count">Destination coordinates.</param>
/// <param name="Taps">Taps.</param>
/// <param name="Step">How far the taps move from one destination coordinate to the next.</param>
/// <param name="Offset">Leading padding; may be negative.</param>
/// <param name="Dilation">Distance between taps.</param>
/// <param name="Divisor">1, or the stride of the convolution whose input gradient this is: only every so many taps meets an output pixel.</param>
/// <param name="Size">Source coordinates.</param>
internal readonly record struct Axis(int Count, int Taps, int Step, int Offset, int Dilation, int Divisor, int Size)
{
    /// <summary>Source coordinate of tap <paramref name="t"/> at destination <paramref name="j"/>, or -1.</summary>
    public int Source(int j, int t)
    {
        int z = j * Step - Offset + t * Dilation;
        return z >= 0 && z % Divisor == 0 && z / Divisor < Size ? z / Divisor : -1;
    }

    /// <summary>Coordinates of the source that taps reach, with the padding on both sides.</summary>
    public int Reach => (Count - 1) * Step + (Taps - 1) * Dilation + 1;

    /// <summary>The source coordinates that the taps of some destination coordinates read, and all between; none where they read only padding.</summary>
    public (int First, int End) Sources(int first, int end)
    {
        (int least, int after) = (int.MaxValue, 0);
        for (int j = first; j < end; j++)
            for (int tap = 0; tap < Taps; tap++)
            {
                int source = Source(j, tap);
                if (source < 0) continue;
                least = Math.Min(least, source);
                after = Math.Max(after, source + 1);
            }
        return after == 0 ? (0, 0) : (least, after);
    }

    /// <summary>Writes <see cref="Source"/> times <paramref name="scale"/> (or -1) for all j, and for all t of each, and says whether all are inside.</summary>
    public unsafe bool Fill(nint* map, nint scale)
    {
        bool inside = true;
        for (int j = 0; j < Count; j++)
            for (int t = 0; t < Taps; t++)
            {
                int source = Source(j, t);
                inside &= source >= 0;
                *map++ = source < 0 ? -1 : source * scale;
            }
        return inside;
    }
}

/// <summary>
/// The one pattern behind a convolution and its input gradient, on channels-last images: every destination pixel is a sum over taps, and for
/// each tap over a run of source elements that lie together, times a row of weights as long as the destination's channels ("lanes"):
/// <c>dst[n, h, w, lane] = sum over tap, i of src[n, at(h, w, tap) + i] * weight[tap, i, lane]</c>.
/// The weight gradient is the same pattern with dst and weight exchanged.
/// <para>
/// The input gradient is the correlation of the output gradient with the flipped kernel and the roles of the channels exchanged; with a stride
/// only those taps count that meet an output pixel (<see cref="Axis.Divisor"/>).
/// </para>
/// <para>
/// Two rewritings keep the pattern fast where channels are few. <see cref="ByLines"/>: the pixels under one row of the kernel are read as a single run, and the pixels of a line at a
/// constant distance. <see cref="Pack"/>: where the destination has few channels, several neighbouring pixels are made at once, as
/// if they were channels of one wider pixel, by a kernel that is a little wider and holds zeros. LeNet's first layer (1 to 6 channels, 5x5)
/// then has runs of 6 and 12 lanes of 16 in place of runs of 1 and 6 lanes. Destinations of few channels mostly take another way (<see cref="AddsWindows"/>).
/// </para>
/// </summary>
internal readonly record struct Correlation
{
    // The horizontal axis in steps of one pixel.
    private Axis Single { get; init; }

    /// <summary>Images.</summary>
    public int N { get; private init; }

    /// <summary>The vertical axis.</summary>
    public Axis Rows { get; private init; }

    /// <summary>The horizontal axis, in steps of <see cref="Pack"/> pixels.</summary>
    public Axis Cols { get; private init; }

    /// <summary>Groups of channels.</summary>
    public int Groups { get; private init; }

    /// <summary>Source channels in a group.</summary>
    public int GroupIn { get; private init; }

    /// <summary>Destination channels in a group.</summary>
    public int GroupOut { get; private init; }

    /// <summary>Neighbouring destination pixels that are made as one.</summary>
    public int Pack { get; private init; }

    /// <summary>Whether it goes line by line: a whole row of taps is one run, as wide as the padding has it.</summary>
    public bool ByLines { get; private init; }

    /// <summary>Whether this is an input gradient: weights are flipped and their two channel axes exchanged.</summary>
    public bool Transposed { get; private init; }

    /// <summary>Height of the kernel as the weight tensor has it.</summary>
    public int R { get; private init; }

    /// <summary>Width of the kernel as the weight tensor has it.</summary>
    public int S { get; private init; }

    /// <summary>Taps (or whole rows of taps) of a destination pixel.</summary>
    public int Taps => Rows.Taps * (ByLines ? 1 : Cols.Taps);

    /// <summary>Source elements that one tap reads, side by side in memory.</summary>
    public int Run => ByLines ? Cols.Taps * GroupIn : GroupIn;

    /// <summary>Destination elements of one group that are made together.</summary>
    public int Lanes => Pack * GroupOut;

    /// <summary>Elements between neighbouring source pixels.</summary>
    public int SourcePixel => Groups * GroupIn;

    /// <summary>Elements between neighbouring (packs of) destination pixels.</summary>
    public int DestinationPixel => Groups * Lanes;

    /// <summary>Destination pixels, a pack counting as one.</summary>
    public long Pixels => (long)N * Rows.Count * Cols.Count;

    /// <summary>Whether every channel is convolved by itself.</summary>
    public bool IsDepthwise => Groups > 1 && GroupIn == 1 && GroupOut == 1;

    /// <summary>The forward pass: source is the input, destination the output.</summary>
    public static Correlation Forward(in ConvDims d, int vector) => Create(d, vector, d.GroupC, d.GroupK, transposed: false,
        new Axis(d.OutH, d.R, d.StrideH, d.PadH, d.DilationH, 1, d.H),
        new Axis(d.OutW, d.S, d.StrideW, d.PadW, d.DilationW, 1, d.W));

    /// <summary>The input gradient: source is the output's gradient, destination the input's.</summary>
    public static Correlation InputGradient(in ConvDims d, int vector) => Create(d, vector, d.GroupK, d.GroupC, transposed: true,
        new Axis(d.H, d.R, 1, d.DilationH * (d.R - 1) - d.PadH, d.DilationH, d.StrideH, d.OutH),
        new Axis(d.W, d.S, 1, d.DilationW * (d.S - 1) - d.PadW, d.DilationW, d.StrideW, d.OutW));

    private static Correlation Create(in ConvDims d, int vector, int groupIn, int groupOut, bool transposed, Axis rows, Axis cols)
    {
        bool plain = d.Groups == 1 && (cols.Dilation == 1 || cols.Taps == 1) && cols.Divisor == 1 && rows.Divisor == 1;
        int pack = plain && !transposed ? BestPack(cols, groupOut, vector) : 1;
        return new Correlation
        {
            N = d.N, Groups = d.Groups, GroupIn = groupIn, GroupOut = groupOut, R = d.R, S = d.S, Transposed = transposed,
            Rows = rows,
            Cols = pack > 1 ? Packed(cols, pack) : cols,
            Single = cols,
            Pack = pack,
            ByLines = plain && (groupIn < FewChannels || pack > 1),
        };
    }

    /// <summary>The axis in steps of <paramref name="pack"/> coordinates: its taps are all the source coordinates that any of them reads.</summary>
    private static Axis Packed(in Axis a, int pack) => a with { Count = a.Count / pack, Taps = a.Taps + (pack - 1) * a.Step, Step = pack * a.Step };

    // Below 16 channels a run of one pixel is too short to hide what a tap costs; from there on, skipping padded taps is worth more.
    private const int FewChannels = 16;

    /// <summary>
    /// The number of pixels to make at once. A pack of p fills p * channels lanes of a vector and costs its taps, a few more than one pixel's, in place of p times
    /// as many. It must divide the row, so that the image in memory is the same with packs as without.
    /// </summary>
    private static int BestPack(in Axis cols, int channels, int vector)
    {
        int best = 1;
        double bestCost = cols.Taps;
        for (int p = 2; p * channels <= vector && p <= cols.Count; p++)
        {
            if (cols.Count % p != 0) continue;
            double cost = (double)Packed(cols, p).Taps / p;
            if (cost < bestCost) (best, bestCost) = (p, cost);
        }
        return best;
    }

    /// <summary>The same without packs.</summary>
    public Correlation ByPixels => this with { Pack = 1, Cols = Single };

    /// <summary>
    /// Whether this makes fewer channels than a vector has elements and goes as a sum of windows (<see cref="OverlapAddPass{V, T}"/>), which fills more lanes: without groups, with columns of taps
    /// side by side, for input gradients, and forward with a stride of 1 and no more padding than the kernel reaches, where it takes fewer multiply-adds.
    /// </summary>
    /// <param name="vector">Elements in a vector.</param>
    public bool AddsWindows(int vector) => Groups == 1 && GroupOut < vector && (Cols.Dilation == 1 || S == 1) && (Transposed || WindowsFillMore(vector));

    private bool WindowsFillMore(int vector)
    {
        if (Rows.Step != 1 || Single.Step != 1 || Rows.Offset > (R - 1) * Rows.Dilation || Single.Offset > (S - 1) * Single.Dilation) return false;
        double depth = R * (double)GroupIn, pixels = Cols.Taps * (double)((Lanes + vector - 1) / vector) / Pack;
        return (S * GroupOut + vector - 1) / vector * (depth + WindowCost) < pixels * depth;
    }

    // Multiply-adds that storing a vector of a window and adding it to others cost: 12 channels to 12 at 56x56, 5x5, take 1.64 ms, the multiply-adds alone 1.42.
    private const int WindowCost = 9;

    /// <summary>
    /// Where tap (r, s) of the weight tensor, applied for pixel <paramref name="p"/> of a pack, stands along the taps of this correlation;
    /// the column counts in taps even where a row is one run.
    /// </summary>
    public (int Row, int Col) Tap(int r, int s, int p)
    {
        (int row, int col) = Transposed ? (R - 1 - r, S - 1 - s) : (r, s);
        return (row, p * Single.Step + col);
    }
}
