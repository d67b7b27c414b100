using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The 3x3 filters of one block of lanes (<see cref="PackedWeights.Block"/>) between the weight tensor and the frequencies, where they lie as the micro-kernel reads them:
/// at each frequency a row of lanes for every source channel.
/// </summary>
internal static unsafe class WinogradFilters<V, T, S> where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    private const int Taps = 9, Side = 3;

    // Source channels taken at a time: with 6 frequencies down and 16 lanes the two buffers take 14 KiB.
    private const int Batch = 8;

    /// <summary>Elements of the buffer that the transforms work in.</summary>
    public static int BufferCount => Batch * (Taps + Side * WinogradScheme<S>.Filters) * V.Count;

    /// <summary>Transforms the filters from source channels <paramref name="first"/> to <paramref name="end"/> - 1 to the block's lanes.</summary>
    /// <param name="c">A correlation with 3x3 taps.</param>
    /// <param name="block">The block of lanes.</param>
    /// <param name="weight">The weight tensor.</param>
    /// <param name="first">First source channel.</param>
    /// <param name="end">End of the source channels.</param>
    /// <param name="to">Where frequency 0 of the first channel's filters goes.</param>
    /// <param name="frequency">Elements from one frequency to the next.</param>
    /// <param name="buffer">Room for <see cref="BufferCount"/> elements.</param>
    public static void Transform(in Correlation c, in PackedWeights.Block block, T* weight, int first, int end, T* to, nint frequency, T* buffer)
    {
        var at = new Position(c, block);
        int size = WinogradScheme<S>.Filters, vector = V.Count;
        T* columns = buffer + Batch * Taps * vector;
        // The input gradient reads the filters turned by half a turn.
        T* start = c.Transposed ? buffer + (Taps - 1) * vector : buffer;
        int step = c.Transposed ? -vector : vector;
        for (int lane = 0; lane < block.Width; lane += vector)
            for (int i = first; i < end; i += Batch)
            {
                int count = Math.Min(Batch, end - i);
                Collect(weight + at.Start + lane * at.Lane + i * at.Channel, at, Math.Min(vector, block.Lanes - lane), count, buffer);
                TileTransform<V, T, FilterLine<V, T, S>>.Columns(start, Side * step, step, Taps * vector, count, columns);
                TileTransform<V, T, FilterLine<V, T, S>>.Rows<WholeVector<V, T>>(columns, Side * size * vector, count,
                    to + lane + (nint)(i - first) * block.Width, size * frequency, frequency, block.Width, size, int.MaxValue, default, vector);
            }
    }

    /// <summary>Writes the gradients of the filters from source channels <paramref name="first"/> to <paramref name="end"/> - 1 to the block's lanes into the weight tensor.</summary>
    /// <param name="c">A forward correlation with 3x3 taps.</param>
    /// <param name="block">The block of lanes.</param>
    /// <param name="weight">The gradient of the weight tensor.</param>
    /// <param name="first">First source channel.</param>
    /// <param name="end">End of the source channels.</param>
    /// <param name="from">Frequency 0 of the first channel's sums.</param>
    /// <param name="frequency">Elements from one frequency to the next.</param>
    /// <param name="buffer">Room for <see cref="BufferCount"/> elements.</param>
    public static void TransformBack(in Correlation c, in PackedWeights.Block block, T* weight, int first, int end, T* from, nint frequency, T* buffer)
    {
        var at = new Position(c, block);
        int size = WinogradScheme<S>.Filters, vector = V.Count;
        T* columns = buffer + Batch * Taps * vector;
        for (int lane = 0; lane < block.Lanes; lane += vector)
            for (int i = first; i < end; i += Batch)
            {
                int count = Math.Min(Batch, end - i);
                TileTransform<V, T, FilterGradientLine<V, T, S>>.Columns(from + lane + (nint)(i - first) * block.Width, size * frequency, frequency, block.Width, count, columns);
                TileTransform<V, T, FilterGradientLine<V, T, S>>.Rows<WholeVector<V, T>>(columns, Side * size * vector, count,
                    buffer, Side * vector, vector, Taps * vector, Side, int.MaxValue, default, vector);
                // Source channels of a filter lie one after the other, so a lane's taps of the whole batch do.
                GemmPack<V, T>.Transpose(buffer, vector, count * Taps, Math.Min(vector, block.Lanes - lane), weight + at.Start + lane * at.Lane + i * at.Channel, checked((int)at.Lane));
            }
    }

    /// <summary>Where the filters of a block stand in the weight tensor (K, C / groups, 3, 3): the first one, and steps along lanes and source channels.</summary>
    private readonly struct Position
    {
        public readonly nint Start, Lane, Channel;

        public Position(in Correlation c, in PackedWeights.Block block)
        {
            (Channel, Lane) = c.Transposed ? ((nint)c.GroupOut * Taps, (nint)Taps) : (Taps, (nint)c.GroupIn * Taps);
            Start = (nint)block.Group * c.GroupIn * c.GroupOut * Taps + block.Lane * Lane;
        }
    }

    /// <summary>Filters of some source channels with their lanes side by side, zeros in lanes that are not in use.</summary>
    private static void Collect(T* from, in Position at, int lanes, int channels, T* to)
    {
        if (at.Channel == Taps)
        {
            GemmPack<V, T>.Strip(from, at.Lane, 1, lanes, channels * Taps, to, V.Count);
            return;
        }
        for (int i = 0; i < channels; i++) GemmPack<V, T>.Strip(from + i * at.Channel, at.Lane, 1, lanes, Taps, to + i * Taps * V.Count, V.Count);
    }
}
