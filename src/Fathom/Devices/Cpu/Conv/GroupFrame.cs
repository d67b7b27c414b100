using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// How some rows of some images of one group lie for the kernels of groups (<see cref="GroupKernel{V, T, M}"/>), in a copy: row after row, its columns, for each
/// column the images of the block, for each of those the group's channels, padded to one vector. Positions, a column of an image each, so
/// follow each other at one vector's distance along a whole row, however small the images: 24 columns of one image, 3 columns of 8.
/// <para>
/// Columns stand in as many planes as the step is wide, and the padding left and right is there as zeros, so that every tap reads neighbouring positions of
/// one plane: column q of plane p is the image's column <c>q * Planes + p - Left</c>. Rows of padding are left out, kernels skip their taps.
/// The copy moves an element once where 3x3 taps of 16 lanes use it 144 times.
/// </para>
/// </summary>
/// <param name="Pixel">Elements of a pixel of the images.</param>
/// <param name="Channels">Channels of a group; at most a vector.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="ImageWidth">Columns of an image.</param>
/// <param name="Planes">Planes of columns.</param>
/// <param name="Width">Columns of a plane.</param>
/// <param name="Left">Columns of padding before the image's first; negative to leave out columns.</param>
internal readonly unsafe record struct GroupFrame<V, T>(int Pixel, int Channels, int Height, int ImageWidth, int Planes, int Width, int Left)
    where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>The frame of a correlation's source.</summary>
    public static GroupFrame<V, T> Source(in Correlation c)
    {
        Axis cols = c.Cols;
        if (cols.Divisor == 1)
            return new(c.SourcePixel, c.GroupIn, c.Rows.Size, cols.Size, cols.Step, cols.Count + (cols.Taps - 1) * cols.Dilation / cols.Step, cols.Offset);
        int least = 0, end = 0;     // columns that taps read, before the image's first (negative) and after
        for (int residue = 0; residue < Math.Min(cols.Divisor, cols.Count); residue++)
            for (int tap = 0; tap < cols.Taps; tap++)
            {
                int z = residue - cols.Offset + tap * cols.Dilation;
                if (z % cols.Divisor != 0) continue;
                least = Math.Min(least, z / cols.Divisor);
                end = Math.Max(end, z / cols.Divisor + CountOf(cols, residue));
            }
        return new(c.SourcePixel, c.GroupIn, c.Rows.Size, cols.Size, 1, end - least, -least);
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

    /// <summary>Copies some rows of a group; padding is left as it is.</summary>
    /// <param name="from">The group's first channel in the first of those rows of the first image.</param>
    /// <param name="images">Images of the block.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="frame">Room for as many lines.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(T* from, int images, int rows, T* frame)
    {
        nint line = Line(images), next = (nint)images * V.Count;
        for (int plane = 0; plane < Planes; plane++)
        {
            (int first, int end) = Inside(plane);
            if (first == end) continue;
            T* column = from + (nint)(plane + first * Planes - Left) * Pixel, to = frame + ((nint)plane * Width + first) * next;
            for (int image = 0; image < images; image++)
                for (int row = 0; row < rows; row++)
                    GroupCopy<V, T>.Pixels(column + ((nint)image * Height + row) * ImageWidth * Pixel, (nint)Planes * Pixel, Channels, to + row * line + (nint)image * V.Count, next, end - first);
        }
    }

    /// <summary>The columns of a plane that are the image's.</summary>
    private (int First, int End) Inside(int plane)
    {
        int first = Math.Clamp((Left - plane + Planes - 1) / Planes, 0, Width);
        return (first, Math.Clamp((ImageWidth + Left - plane + Planes - 1) / Planes, first, Width));
    }
}
