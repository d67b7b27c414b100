using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Transforms products back, from a matrix of tiles by lanes at every frequency, and writes them into channels-last images.</summary>
internal static unsafe class TileWriter<V, T, L> where V : struct, ILanes<V, T> where T : unmanaged where L : struct, ILine<V>
{
    /// <summary>Elements of the buffer that <see cref="Write"/> works in.</summary>
    public static int BufferCount => TileGrid.MaxRun(L.Out) * L.In * L.Out * V.Count;

    /// <summary>Writes the pixels of some tiles, for one block of lanes.</summary>
    /// <param name="grid">The tiles.</param>
    /// <param name="first">The first tile.</param>
    /// <param name="count">Tiles.</param>
    /// <param name="from">The first tile's products at frequency 0.</param>
    /// <param name="width">Elements from one tile's products to the next tile's.</param>
    /// <param name="frequency">Elements from one frequency to the next.</param>
    /// <param name="to">Where the lanes stand in the images.</param>
    /// <param name="lanes">Lanes of the block in use.</param>
    /// <param name="bias">What is added to the lanes, or null.</param>
    /// <param name="buffer">Room for <see cref="BufferCount"/> elements.</param>
    public static void Write(in TileGrid grid, long first, long count, T* from, nint width, nint frequency, in TileTarget to, int lanes, T* bias, T* buffer)
    {
        for (long end = first + count; first < end;)
        {
            TileRun run = grid.Run(first, Math.Min(end - first, TileGrid.MaxRun(L.Out)));
            nint row = (nint)to.Width * to.Channels;
            T* image = (T*)to.Pointer + ((nint)run.Image * to.Height + (nint)run.Row * L.Out) * row + (nint)run.Col * L.Out * to.Channels;
            for (int lane = 0; lane < lanes; lane += V.Count)
            {
                int left = lanes - lane;
                TileTransform<V, T, L>.Columns(from + lane, L.In * frequency, frequency, width, run.Count, buffer);
                if (left >= V.Count) WriteRows<WholeVector<V, T>>(run, to, image + lane, row, bias == null ? null : bias + lane, left, buffer);
                else WriteRows<FirstLanes<V, T>>(run, to, image + lane, row, bias == null ? null : bias + lane, left, buffer);
            }
            first += run.Count;
            from += run.Count * width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteRows<P>(in TileRun run, in TileTarget to, T* image, nint row, T* bias, int lanes, T* buffer) where P : struct, ILanePart<V, T>
    {
        V start = bias == null ? default : P.Load(bias, lanes);
        TileTransform<V, T, L>.Rows<P>(buffer, L.In * L.Out * V.Count, run.Count, image, row, to.Channels, L.Out * to.Channels,
            Math.Min(L.Out, to.Height - run.Row * L.Out), to.Width - run.Col * L.Out, start, lanes);
    }
}

/// <summary>Channels-last images that tiles are written into.</summary>
/// <param name="Pointer">The first lane of the first pixel.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Channels of a pixel.</param>
internal readonly record struct TileTarget(nint Pointer, int Height, int Width, int Channels);
