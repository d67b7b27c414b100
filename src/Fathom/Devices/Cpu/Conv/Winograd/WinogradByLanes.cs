using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The order for small images with many channels, whose transformed filters would be many times as large as its tiles: in rounds of some tiles, all of the
/// round are transformed; then every job takes one block of lanes, transforms its filters part by part, multiplies, and transforms the products back.
/// </summary>
internal readonly unsafe struct WinogradByLanes<V, T, S> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    // Products of a round and filters of a part, at all frequencies: together they fill a second-level cache of 1 MiB.
    private const int ProductBytes = 512 << 10, FilterBytes = 512 << 10;

    private readonly WinogradPlan<V, T, S> _plan;
    private readonly long _first;
    private readonly int _count;
    private readonly T* _tiles, _weight, _bias, _dst;

    public static void Run(in WinogradPlan<V, T, S> plan, T* src, T* weight, T* bias, T* dst)
    {
        int most = Math.Max(1, ProductBytes / (WinogradPlan<V, T, S>.Frequencies * 2 * V.Count * sizeof(T)));
        int rounds = checked((int)((plan.Grid.Count + most - 1) / most)), pixel = plan.Padded(plan.C.SourcePixel);
        most = (int)((plan.Grid.Count + rounds - 1) / rounds);
        using Scratch<T> tiles = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * WinogradPlan<V, T, S>.Spaced((long)most * pixel));
        for (int round = 0; round < rounds; round++)
        {
            long first = plan.Grid.Count * round / rounds;
            int count = (int)(plan.Grid.Count * (round + 1) / rounds - first);
            var read = new TileReadJob<V, T, InputLine<V, T, S>>(plan.Grid, WinogradPass<V, T, S>.Source(plan.C, src), first, count, tiles.Pointer, pixel,
                WinogradPlan<V, T, S>.Spaced((long)count * pixel));
            Threads.For(read.Jobs, ref read);
            var pass = new WinogradByLanes<V, T, S>(plan, first, count, tiles.Pointer, weight, bias, dst);
            Threads.For(plan.Layout.Blocks, ref pass);
        }
    }

    private WinogradByLanes(in WinogradPlan<V, T, S> plan, long first, int count, T* tiles, T* weight, T* bias, T* dst)
    {
        _plan = plan;
        (_first, _count) = (first, count);
        _tiles = tiles;
        _weight = weight;
        _bias = bias;
        _dst = dst;
    }

    /// <inheritdoc/>
    public void Run(int index)
    {
        Correlation c = _plan.C;
        PackedWeights.Block block = _plan.Layout[index];
        int parts = Parts(block), most = (c.GroupIn + parts - 1) / parts, pixel = _plan.Padded(c.SourcePixel);
        nint tileFrequency = WinogradPlan<V, T, S>.Spaced((long)_count * pixel), productFrequency = WinogradPlan<V, T, S>.Spaced((long)_count * block.Width);
        nint filterFrequency = WinogradPlan<V, T, S>.Spaced((long)most * block.Width);
        using Scratch<T> products = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * productFrequency);
        using Scratch<T> filters = Scratch.Rent<T>(WinogradPlan<V, T, S>.Filters * filterFrequency);
        using Scratch<T> buffer = Scratch.Rent<T>(Math.Max(WinogradFilters<V, T, S>.BufferCount, TileWriter<V, T, OutputLine<V, T, S>>.BufferCount));
        for (int part = 0; part < parts; part++)
        {
            int channel = (int)((long)c.GroupIn * part / parts), end = (int)((long)c.GroupIn * (part + 1) / parts);
            WinogradFilters<V, T, S>.Transform(c, block, _weight, channel, end, filters.Pointer, filterFrequency, buffer.Pointer);
            WinogradPlan<V, T, S>.Multiply(_count, end - channel, _tiles + (nint)block.Group * c.GroupIn + channel, pixel, 1,
                filters.Pointer, block.Width, products.Pointer, block.Width, accumulate: part > 0, tileFrequency, filterFrequency, productFrequency);
        }
        T* bias = _bias == null ? null : _bias + (nint)block.Group * c.GroupOut + block.Lane;
        TileWriter<V, T, OutputLine<V, T, S>>.Write(_plan.Grid, _first, _count, products.Pointer, block.Width, productFrequency,
            WinogradPass<V, T, S>.Target(c, block, _dst), block.Lanes, bias, buffer.Pointer);
    }

    private int Parts(in PackedWeights.Block block)
    {
        long bytes = (long)WinogradPlan<V, T, S>.Filters * _plan.C.GroupIn * block.Width * sizeof(T);
        return (int)Math.Clamp((bytes + FilterBytes - 1) / FilterBytes, 1, _plan.C.GroupIn);
    }
}
