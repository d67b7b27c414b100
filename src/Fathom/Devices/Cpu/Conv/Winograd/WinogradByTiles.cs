using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The order for large images: all filters are transformed once; then every job takes some tiles, as many as stay in the second-level cache when
/// transformed, and for one block of lanes after another multiplies them at all frequencies and transforms the products back.
/// </summary>
internal readonly unsafe struct WinogradByTiles<V, T, S> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    // Transformed tiles of a job: half of a second-level cache of 1 MiB. More tiles make more of each transformed filter that is read, fewer stay nearer.
    private const int TileBytes = 512 << 10;

    private readonly WinogradPlan<V, T, S> _plan;
    private readonly T* _src, _filters, _bias, _dst;
    private readonly nint _filterFrequency;
    private readonly int _tilesPerJob;

    public static void Run(in WinogradPlan<V, T, S> plan, T* src, T* weight, T* bias, T* dst)
    {
        nint frequency = WinogradPlan<V, T, S>.Spaced(plan.FilterCount);
        using Scratch<T> filters = Scratch.Rent<T>(WinogradPlan<V, T, S>.Filters * frequency);
        var transform = new FilterJob(plan, weight, filters.Pointer, frequency);
        Threads.For(transform.Jobs, ref transform);
        var pass = new WinogradByTiles<V, T, S>(plan, src, filters.Pointer, frequency, bias, dst);
        Threads.For(pass.Jobs, ref pass);
    }

    private WinogradByTiles(in WinogradPlan<V, T, S> plan, T* src, T* filters, nint frequency, T* bias, T* dst)
    {
        _plan = plan;
        _src = src;
        _filters = filters;
        _filterFrequency = frequency;
        _bias = bias;
        _dst = dst;
        int most = Math.Max(1, TileBytes / (WinogradPlan<V, T, S>.Frequencies * plan.Padded(plan.C.SourcePixel) * sizeof(T) * V.TileRows)) * V.TileRows;
        int perThread = (int)Math.Min(most, (plan.Grid.Count + 4 * Threads.Count - 1) / (4 * Threads.Count));
        _tilesPerJob = Math.Min(most, (perThread + V.TileRows - 1) / V.TileRows * V.TileRows);
    }

    private int Jobs => checked((int)((_plan.Grid.Count + _tilesPerJob - 1) / _tilesPerJob));

    /// <inheritdoc/>
    public void Run(int index)
    {
        Correlation c = _plan.C;
        long first = (long)index * _tilesPerJob;
        int count = (int)Math.Min(_tilesPerJob, _plan.Grid.Count - first), width = 2 * V.Count, pixel = _plan.Padded(c.SourcePixel);
        nint tileFrequency = WinogradPlan<V, T, S>.Spaced((long)count * pixel), productFrequency = WinogradPlan<V, T, S>.Spaced((long)count * width);
        int readBuffer = TileReader<V, T, InputLine<V, T, S>>.BufferCount(S.Step);
        using Scratch<T> tiles = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * tileFrequency);
        using Scratch<T> products = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * productFrequency);
        using Scratch<T> buffer = Scratch.Rent<T>(Math.Max(readBuffer, TileWriter<V, T, OutputLine<V, T, S>>.BufferCount));

        TileReader<V, T, InputLine<V, T, S>>.Read(_plan.Grid, WinogradPass<V, T, S>.Source(c, _src), first, count, tiles.Pointer, pixel, tileFrequency, buffer.Pointer);
        for (int b = 0; b < _plan.Layout.Blocks; b++)
        {
            PackedWeights.Block block = _plan.Layout[b];
            WinogradPlan<V, T, S>.Multiply(count, c.GroupIn, tiles.Pointer + (nint)block.Group * c.GroupIn, pixel, 1,
                _filters + _plan.Start(block), block.Width, products.Pointer, block.Width, accumulate: false, tileFrequency, _filterFrequency, productFrequency);
            T* bias = _bias == null ? null : _bias + (nint)block.Group * c.GroupOut + block.Lane;
            TileWriter<V, T, OutputLine<V, T, S>>.Write(_plan.Grid, first, count, products.Pointer, block.Width, productFrequency,
                WinogradPass<V, T, S>.Target(c, block, _dst), block.Lanes, bias, buffer.Pointer);
        }
    }

    /// <summary>Transforms all filters, some source channels of a block a job.</summary>
    private readonly struct FilterJob(WinogradPlan<V, T, S> plan, T* weight, T* to, nint frequency) : IJob
    {
        private const int ChannelsPerJob = 32;

        private readonly WinogradPlan<V, T, S> _plan = plan;
        private readonly T* _weight = weight, _to = to;
        private readonly nint _frequency = frequency;

        private int PerBlock => (_plan.C.GroupIn + ChannelsPerJob - 1) / ChannelsPerJob;

        public int Jobs => _plan.Layout.Blocks * PerBlock;

        public void Run(int index)
        {
            (int b, int part) = Math.DivRem(index, PerBlock);
            PackedWeights.Block block = _plan.Layout[b];
            int first = part * ChannelsPerJob, end = Math.Min(first + ChannelsPerJob, _plan.C.GroupIn);
            using Scratch<T> buffer = Scratch.Rent<T>(WinogradFilters<V, T, S>.BufferCount);
            WinogradFilters<V, T, S>.Transform(_plan.C, block, _weight, first, end, _to + _plan.Start(block) + (nint)first * block.Width, _frequency, buffer.Pointer);
        }
    }
}
