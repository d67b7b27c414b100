using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// How some images of some groups lie for the kernels of groups (<see cref="GroupKernel{V, T, M}"/>), in a copy: for each group, for each row, its columns, for each
/// column the images of the block, for each of those the group's channels, padded to one vector. Positions, a column of an image each, so
/// follow each other at one vector's distance along a whole row, however small the images: 24 columns of one image, 3 columns of 8.
/// <para>
/// Columns stand in as many planes as the step is wide, and the padding left and right is there as zeros, so that every tap reads neighbouring positions of
/// one plane: column q of plane p is the image's column <c>q * Planes + p - Left</c>. Rows of padding are left out, kernels skip their taps.
/// The copy moves an element once where 3x3 taps of 16 lanes use it 144 times.
/// </para>
/// </summary>
/// <param name="Groups">Groups of channels of an image.</param>
/// <param name="Channels">Channels of a group; at most a vector.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="ImageWidth">Columns of an image.</param>
/// <param name="Planes">Planes of columns.</param>
/// <param name="Width">Columns of a plane.</param>
/// <param name="Left">Columns of padding before the image's first; negative to leave out columns.</param>
internal readonly unsafe record struct GroupFrame<V, T>(int Groups, int Channels, int Height, int ImageWidth, int Planes, int Width, int Left)
    where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>The frame of a correlation's source.</summary>
    public static GroupFrame<V, T> Source(in Correlation c)
    {
        Axis cols = c.Cols;
        if (cols.Divisor == 1)
            return new(c.Groups, c.GroupIn, c.Rows.Size, cols.Size, cols.Step, cols.Count + (cols.Taps - 1) * cols.Dilation / cols.Step, cols.Offset);
        int least = 0, end = 0;     // columns that taps read, before the image's first (negative) and after
        for (int residue = 0; residue < Math.Min(cols.Divisor, cols.Count); residue++)
            for (int tap = 0; tap < cols.Taps; tap++)
            {
                int z = residue - cols.Offset + tap * cols.Dilation;
                if (z % cols.Divisor != 0) continue;
                least = Math.Min(least, z / cols.Divisor);
                end = Math.Max(end, z / cols.Divisor + CountOf(cols, residue));
            }
        return new(c.Groups, c.GroupIn, c.Rows.Size, cols.Size, 1, end - least, -least);
    }

    /// <summary>Elements of a row of a block of images.</summary>
    public nint Line(int images) => (nint)Planes * Width * images * V.Count;

    /// <summary>
    /// Elements from a row's start to what a tap reads for the first of the destination columns with a remainder of <paramref name="residue"/>, those after it
    /// one position on each; or -1 where the tap meets none of them.
    /// </summary>
    public nint Tap(in Axis cols, int residue, int tap, int images)
    {
        int z = residue + tap * cols.Dilation;
        if (cols.Divisor == 1) return ((nint)(z % Planes) * Width + z / Planes) * images * V.Count;
        z -= cols.Offset;
        return z % cols.Divisor == 0 ? (nint)(z / cols.Divisor + Left) * images * V.Count : -1;
    }

    /// <summary>Destination columns that leave a remainder of <paramref name="residue"/> when divided by the axis' divisor.</summary>
    public static int CountOf(in Axis cols, int residue) => (cols.Count - residue + cols.Divisor - 1) / cols.Divisor;

    /// <summary>Copies some rows of some groups of some images.</summary>
    /// <param name="src">Channels-last images.</param>
    /// <param name="block">Which.</param>
    /// <param name="rowFirst">First row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="frame">Room for as many lines for each group.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(T* src, in GroupBlock block, int rowFirst, int rows, T* frame)
    {
        nint pixel = (nint)Groups * Channels, line = Line(block.Images), next = (nint)block.Images * V.Count;
        (int First, int End)* inside = stackalloc (int, int)[Planes];
        for (int plane = 0; plane < Planes; plane++) inside[plane] = Inside(plane);
        for (int image = 0; image < block.Images; image++)
            for (int row = 0; row < rows; row++)
            {
                T* from = src + (((nint)block.ImageFirst + image) * Height + rowFirst + row) * ImageWidth * pixel + ((nint)block.GroupFirst * Channels - Left * pixel);
                T* to = frame + row * line + (nint)image * V.Count;
                for (int group = 0; group < block.Groups; group++, from += Channels, to += rows * line)
                    for (int plane = 0; plane < Planes; plane++)
                    {
                        (int first, int end) = inside[plane];
                        T* at = to + plane * Width * next, stop = at + first * next;
                        for (; at != stop; at += next) V.Store(default, at);
                        stop += (end - first) * next;
                        CopyPixels(from + (plane + first * Planes) * pixel, Planes * pixel, ImageWidth * pixel, at, stop, next);
                        at = stop;
                        stop += (Width - end) * next;
                        for (; at != stop; at += next) V.Store(default, at);
                    }
            }
    }

    /// <summary>The columns of a plane that are the image's.</summary>
    private (int First, int End) Inside(int plane)
    {
        int first = Math.Clamp((Left - plane + Planes - 1) / Planes, 0, Width);
        return (first, Math.Clamp((ImageWidth + Left - plane + Planes - 1) / Planes, first, Width));
    }

    /// <summary>One group of some pixels of a row. A group is a small part of every pixel, which no prefetcher follows, so the same of the next row is fetched meanwhile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyPixels(T* from, nint pixel, nint line, T* to, T* stop, nint next)
    {
        for (; to != stop; from += pixel, to += next)
        {
            if (Sse.IsSupported) Sse.Prefetch0(from + line);
            V.Store(Channels == V.Count ? V.Load(from) : V.LoadFirst(from, Channels), to);
        }
    }
}

/// <summary>The images and groups of a job.</summary>
internal readonly record struct GroupBlock(int ImageFirst, int Images, int GroupFirst, int Groups);

/// <summary>
/// How the work of a correlation in narrow groups is divided, by its shape alone: into blocks of images, bands of destination rows, and chunks of groups, so
/// that the frame of a job stays in the second-level cache.
/// </summary>
internal readonly struct GroupPlan
{
    // A quarter of the second-level caches that wide vectors come with.
    private const int FrameBytes = 256 << 10;

    private readonly int _images, _groups;

    /// <summary>Divides the work.</summary>
    /// <param name="c">A correlation in groups.</param>
    /// <param name="rowBytes">Bytes of a frame for each destination row of an image and group.</param>
    /// <param name="positions">Positions that a kernel takes at once: small images go together until their columns are as many.</param>
    public GroupPlan(in Correlation c, long rowBytes, int positions)
    {
        _images = c.N;
        _groups = c.Groups;
        ImagesPerBlock = Math.Clamp(positions / Math.Max(1, c.Cols.Count / c.Cols.Divisor), 1, Math.Max(1, c.N));
        long bytes = rowBytes * ImagesPerBlock;
        // The rows that two bands share are copied twice, so bands come into it only where one group of whole images is too large.
        int rows = (int)Math.Clamp(FrameBytes / bytes, 1, c.Rows.Count);
        Bands = (c.Rows.Count + rows - 1) / rows;
        int groups = (int)Math.Clamp(FrameBytes / (bytes * c.Rows.Count), 1, c.Groups);
        Chunks = (c.Groups + groups - 1) / groups;
        ImageBlocks = (c.N + ImagesPerBlock - 1) / ImagesPerBlock;
    }

    /// <summary>Images whose positions make rows together.</summary>
    public int ImagesPerBlock { get; }

    /// <summary>Blocks of images.</summary>
    public int ImageBlocks { get; }

    /// <summary>Bands of destination rows.</summary>
    public int Bands { get; }

    /// <summary>Chunks of groups.</summary>
    public int Chunks { get; }

    /// <summary>The images of a block and the groups of a chunk.</summary>
    public GroupBlock Block(int imageBlock, int chunk)
    {
        int image = imageBlock * ImagesPerBlock, first = (int)((long)_groups * chunk / Chunks), end = (int)((long)_groups * (chunk + 1) / Chunks);
        return new(image, Math.Min(ImagesPerBlock, _images - image), first, end - first);
    }

    /// <summary>The destination rows of a band.</summary>
    public (int First, int End) Rows(in Correlation c, int band) => ((int)((long)c.Rows.Count * band / Bands), (int)((long)c.Rows.Count * (band + 1) / Bands));

    /// <summary>The source rows that a band's taps read; none where they read only padding.</summary>
    public static (int First, int End) SourceRows(in Axis rows, int first, int end)
    {
        (int least, int after) = (int.MaxValue, 0);
        for (int j = first; j < end; j++)
            for (int tap = 0; tap < rows.Taps; tap++)
            {
                int source = rows.Source(j, tap);
                if (source < 0) continue;
                least = Math.Min(least, source);
                after = Math.Max(after, source + 1);
            }
        return after == 0 ? (0, 0) : (least, after);
    }
}
