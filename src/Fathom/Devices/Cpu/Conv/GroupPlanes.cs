using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// How some rows of some images of one group lie for the kernels of the weight gradient (<see cref="GroupOuterKernel"/>), in a copy: in as many planes as the step is wide, of which
/// plane p has columns p, p + Planes, p + 2 Planes and so on; in a plane row after row, in a row column after column, for each column the images, for each of those the group's channels,
/// padded to one vector. Unlike <see cref="GroupFrame{V, T}"/> it has no padding: columns whose taps read outside the image are left to other calls of the kernel.
/// </summary>
/// <param name="Pixel">Elements of a pixel of the images.</param>
/// <param name="Channels">Channels of a group; at most a vector.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="ImageWidth">Columns of an image.</param>
/// <param name="Planes">Planes of columns.</param>
internal readonly unsafe record struct GroupPlanes<V, T>(int Pixel, int Channels, int Height, int ImageWidth, int Planes) where V : struct, ILanes<V, T> where T : unmanaged
{
    private int Width => (ImageWidth + Planes - 1) / Planes;

    /// <summary>Elements of a row of a plane.</summary>
    public nint Line(int images) => (nint)Width * images * V.Count;

    /// <summary>Elements of all planes.</summary>
    public nint Size(int rows, int images) => Planes * rows * Line(images);

    /// <summary>Elements from the start to a column of the first row.</summary>
    public nint Column(int column, int rows, int images) => column % Planes * rows * Line(images) + (nint)(column / Planes) * images * V.Count;

    /// <summary>Copies some rows of some images.</summary>
    /// <param name="from">The group's first channel in the first of those rows of the first image.</param>
    /// <param name="images">Images.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="to">Room for <see cref="Size"/> elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(T* from, int images, int rows, T* to)
    {
        nint image = (nint)Height * ImageWidth * Pixel;
        for (int i = 0; i < images; i++, from += image, to += V.Count)
            for (int plane = 0; plane < Planes; plane++)
            {
                T* first = from + (nint)plane * Pixel, at = to + plane * rows * Line(images);
                if (Width * Planes == ImageWidth)       // rows follow each other on both sides
                {
                    GroupCopy<V, T>.Pixels(first, (nint)Planes * Pixel, Channels, at, (nint)images * V.Count, rows * Width);
                    continue;
                }
                for (int row = 0; row < rows; row++)
                    GroupCopy<V, T>.Pixels(first + (nint)row * ImageWidth * Pixel, (nint)Planes * Pixel, Channels, at + row * Line(images), (nint)images * V.Count, (ImageWidth - plane + Planes - 1) / Planes);
            }
    }
}
