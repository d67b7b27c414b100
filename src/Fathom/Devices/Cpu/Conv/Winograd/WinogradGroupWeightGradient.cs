using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// <see cref="WinogradWeightGradient{V, T, S}"/> in groups no wider than a vector, whose sums at all frequencies are few (36 KiB for 16 channels and tiles of 4): a job transforms its own tiles, for
/// one group or as many as a vector holds, and adds their products to sums of its own, so that tiles stay in the second-level cache of the core that made them. Jobs follow from the shape alone: a chunk of groups by
/// a part of the tiles, and the sums of the parts are added in order.
/// </summary>
internal readonly unsafe struct WinogradGroupWeightGradient<V, T, S> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    // Two jobs for each of 8 threads; each part costs the adding up of one set of sums.
    private const int LeastJobs = 16;

    // Transformed tiles on both sides: a third of the second-level caches that wide vectors come with. With 200 or 600 KiB some tenth slower.
    private const int BlockBytes = 350 << 10;

    private readonly WinogradPlan<V, T, S> _plan;
    private readonly T* _src, _gy, _gw;
    private readonly int _chunks, _tiles, _blocks, _parts, _inputPixel, _gradientPixel;
    private readonly nint _filter;

    private T* Sums { get; init; }

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation, one that <see cref="GroupGatherPass{V, T}.Takes"/>.</param>
    /// <param name="src">Images, channels-last.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, T* src, T* gy, T* gw)
    {
        var pass = new WinogradGroupWeightGradient<V, T, S>(c, src, gy, gw);
        using Scratch<T> sums = Scratch.Rent<T>(pass._parts * pass.PartSums);
        pass = pass with { Sums = sums.Pointer };
        Threads.For(checked(pass._parts * pass._chunks), ref pass);
        if (pass._parts == 1) return;
        var finish = new FinishJob(pass);
        Threads.For(c.Groups, ref finish);
    }

    private WinogradGroupWeightGradient(in Correlation c, T* src, T* gy, T* gw)
    {
        _plan = new WinogradPlan<V, T, S>(c);
        _src = src;
        _gy = gy;
        _gw = gw;
        int groups = Math.Clamp(V.Count / Math.Max(c.GroupIn, c.GroupOut), 1, c.Groups);
        _chunks = (c.Groups + groups - 1) / groups;
        (_inputPixel, _gradientPixel) = (_plan.Padded(groups * c.GroupIn), _plan.Padded(groups * c.GroupOut));
        long tileBytes = (long)WinogradPlan<V, T, S>.Frequencies * groups * (c.GroupIn + c.GroupOut) * sizeof(T);
        _tiles = (int)Math.Clamp(BlockBytes / tileBytes / _plan.Grid.Cols * _plan.Grid.Cols, _plan.Grid.Cols, Math.Max(_plan.Grid.Cols, _plan.Grid.Count));
        _blocks = checked((int)Math.Max(1, (_plan.Grid.Count + _tiles - 1) / _tiles));
        _parts = Math.Clamp((LeastJobs + _chunks - 1) / _chunks, 1, _blocks);
        _filter = WinogradPlan<V, T, S>.Spaced(_plan.FilterCount);
    }

    private nint PartSums => WinogradPlan<V, T, S>.Filters * _filter;

    /// <inheritdoc/>
    public void Run(int index)
    {
        Correlation c = _plan.C;
        (int part, int chunk) = Math.DivRem(index, _chunks);
        int group = (int)((long)c.Groups * chunk / _chunks), groupEnd = (int)((long)c.Groups * (chunk + 1) / _chunks);
        T* sums = Sums + part * PartSums;
        TileSource images = WinogradPass<V, T, S>.Source(c, _src + (nint)group * c.GroupIn) with { Channels = (groupEnd - group) * c.GroupIn };
        TileSource output = new TileSource((nint)(_gy + (nint)group * c.GroupOut), c.Rows.Count, c.Cols.Count, c.DestinationPixel, S.Side, 0, 0) with { Channels = (groupEnd - group) * c.GroupOut };
        nint inputs = WinogradPlan<V, T, S>.Spaced((long)_tiles * _inputPixel), gradients = WinogradPlan<V, T, S>.Spaced((long)_tiles * _gradientPixel);   // elements of a frequency
        using Scratch<T> input = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * inputs), gradient = Scratch.Rent<T>(WinogradPlan<V, T, S>.Frequencies * gradients);
        using Scratch<T> buffer = Scratch.Rent<T>(Math.Max(Math.Max(TileReader<V, T, InputLine<V, T, S>>.BufferCount(images.Step), TileReader<V, T, GradientLine<V, T, S>>.BufferCount(output.Step)),
            WinogradFilters<V, T, S>.BufferCount));
        int first = (int)((long)_blocks * part / _parts), end = (int)((long)_blocks * (part + 1) / _parts);
        for (int block = first; block < end; block++)
        {
            long tile = (long)block * _tiles;
            int tiles = (int)Math.Min(_tiles, _plan.Grid.Count - tile);
            TileReader<V, T, InputLine<V, T, S>>.Read(_plan.Grid, images, tile, tiles, input.Pointer, _inputPixel, inputs, buffer.Pointer);
            TileReader<V, T, GradientLine<V, T, S>>.Read(_plan.Grid, output, tile, tiles, gradient.Pointer, _gradientPixel, gradients, buffer.Pointer);
            Multiply(tiles, group, groupEnd, input.Pointer, inputs, gradient.Pointer, gradients, sums, block > first);
        }
        if (_parts > 1) return;
        for (int g = group; g < groupEnd; g++) TransformBack(g, buffer.Pointer);
    }

    /// <summary>The products of some tiles at all frequencies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int tiles, int group, int groupEnd, T* input, nint inputs, T* gradient, nint gradients, T* sums, bool accumulate)
    {
        Correlation c = _plan.C;
        var kernel = GroupSumKernels<V, T>.For(c.GroupIn);
        int[] frequencies = WinogradOrder<S>.Frequencies, first = WinogradOrder<S>.First;
        for (int filter = 0; filter < WinogradPlan<V, T, S>.Filters; filter++)
            for (int g = group; g < groupEnd; g++)
                for (int i = first[filter]; i < first[filter + 1]; i++)
                    kernel(tiles, input + frequencies[i] * inputs + (nint)(g - group) * c.GroupIn, _inputPixel, gradient + frequencies[i] * gradients + (nint)(g - group) * c.GroupOut, _gradientPixel,
                        sums + filter * _filter + _plan.Start(_plan.Layout[g]), accumulate || i > first[filter]);
    }

    private void TransformBack(int group, T* buffer)
    {
        PackedWeights.Block block = _plan.Layout[group];
        WinogradFilters<V, T, S>.TransformBack(_plan.C, block, _gw, 0, _plan.C.GroupIn, Sums + _plan.Start(block), _filter, buffer);
    }

    /// <summary>Adds up the parts of a group, in order, and transforms them back.</summary>
    private readonly struct FinishJob(WinogradGroupWeightGradient<V, T, S> pass) : IJob
    {
        private readonly WinogradGroupWeightGradient<V, T, S> _pass = pass;

        public void Run(int group)
        {
            using Scratch<T> buffer = Scratch.Rent<T>(WinogradFilters<V, T, S>.BufferCount);
            T* sums = _pass.Sums + _pass._plan.Start(_pass._plan.Layout[group]);
            for (int filter = 0; filter < WinogradPlan<V, T, S>.Filters; filter++, sums += _pass._filter)
                for (T* sum = sums, end = sums + (nint)_pass._plan.C.GroupIn * V.Count; sum != end; sum += V.Count)
                {
                    V v = V.Load(sum);
                    for (int part = 1; part < _pass._parts; part++) v = V.Add(v, V.Load(sum + part * _pass.PartSums));
                    V.Store(v, sum);
                }
            _pass.TransformBack(group, buffer.Pointer);
        }
    }
}
