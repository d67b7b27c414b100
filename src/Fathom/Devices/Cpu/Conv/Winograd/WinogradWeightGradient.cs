using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The weight gradient by Winograd's algorithm, the transpose of the forward pass: at every frequency the transformed tiles of the input (<see cref="InputLine{V, T, S}"/>) times
/// the transformed tiles of the output's gradient (<see cref="GradientLine{V, T, S}"/>), summed over all tiles; the sums are transformed back once
/// (<see cref="FilterGradientLine{V, T, S}"/>). Tiles are taken in rounds that follow from the shape alone, and every sum is made in the order of the tiles.
/// </summary>
internal readonly unsafe struct WinogradWeightGradient<V, T, S> where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T> where S : struct, IWinogradScheme
{
    // Transformed tiles of a round: in the last-level cache. A single image is most often one thread's job among many: two such rounds must fit there side by side, and little is
    // lost to handing out jobs (16 to 32 channels at 112x112, backward and pooling of 16 images on two threads: 6.8 ms with 8 MiB, 5.8 with 2).
    private const int RoundBytes = 8 << 20, RoundBytesOfImage = 2 << 20;

    private readonly WinogradPlan<V, T, S> _plan;
    private readonly T* _inputs, _gradients;
    private readonly int _inputPixel, _gradientPixel;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation.</param>
    /// <param name="src">Images, channels-last.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, T* src, T* gy, T* gw)
    {
        var plan = new WinogradPlan<V, T, S>(c);
        long tileBytes = (long)WinogradPlan<V, T, S>.Frequencies * (plan.Padded(c.SourcePixel) + plan.Padded(c.DestinationPixel)) * sizeof(T);
        int roundBytes = c.N == 1 ? RoundBytesOfImage : RoundBytes;
        int rounds = checked((int)Math.Max(1, (plan.Grid.Count * tileBytes + roundBytes - 1) / roundBytes));
        int most = checked((int)((plan.Grid.Count + rounds - 1) / rounds));
        int frequencies = WinogradPlan<V, T, S>.Frequencies;
        using Scratch<T> inputs = Scratch.Rent<T>(frequencies * WinogradPlan<V, T, S>.Spaced((long)most * plan.Padded(c.SourcePixel)));
        using Scratch<T> gradients = Scratch.Rent<T>(frequencies * WinogradPlan<V, T, S>.Spaced((long)most * plan.Padded(c.DestinationPixel)));
        new WinogradWeightGradient<V, T, S>(plan, inputs.Pointer, gradients.Pointer).Run(rounds, src, gy, gw);
    }

    private WinogradWeightGradient(in WinogradPlan<V, T, S> plan, T* inputs, T* gradients)
    {
        _plan = plan;
        _inputs = inputs;
        _gradients = gradients;
        (_inputPixel, _gradientPixel) = (plan.Padded(plan.C.SourcePixel), plan.Padded(plan.C.DestinationPixel));
    }

    private void Run(int rounds, T* src, T* gy, T* gw)
    {
        if (rounds == 1)
        {
            Read(0, (int)_plan.Grid.Count, src, gy);
            var job = new BlockJob(this, null, 0, gw);
            Threads.For(job.Jobs, ref job);
            return;
        }
        nint frequency = WinogradPlan<V, T, S>.Spaced(_plan.FilterCount);
        using Scratch<T> sums = Scratch.Rent<T>(WinogradPlan<V, T, S>.Filters * frequency);
        for (int round = 0; round < rounds; round++)
        {
            long first = _plan.Grid.Count * round / rounds;
            int count = (int)(_plan.Grid.Count * (round + 1) / rounds - first);
            Read(first, count, src, gy);
            var add = new FilterJob(this, count, sums.Pointer, frequency, accumulate: round > 0);
            Threads.For(WinogradPlan<V, T, S>.Filters, ref add);
        }
        var back = new BlockJob(this, sums.Pointer, frequency, gw);
        Threads.For(back.Jobs, ref back);
    }

    private void Read(long first, int count, T* src, T* gy)
    {
        Correlation c = _plan.C;
        var output = new TileSource((nint)gy, c.Rows.Count, c.Cols.Count, c.DestinationPixel, S.Side, 0, 0);
        var inputs = new TileReadJob<V, T, InputLine<V, T, S>>(_plan.Grid, WinogradPass<V, T, S>.Source(c, src), first, count, _inputs, _inputPixel, Frequency(count, _inputPixel));
        var gradients = new TileReadJob<V, T, GradientLine<V, T, S>>(_plan.Grid, output, first, count, _gradients, _gradientPixel, Frequency(count, _gradientPixel));
        Threads.For(inputs.Jobs, ref inputs);
        Threads.For(gradients.Jobs, ref gradients);
    }

    private static nint Frequency(int tiles, int pixel) => WinogradPlan<V, T, S>.Spaced((long)tiles * pixel);

    /// <summary>Sums of products of a round, one filter a job. The last one, which has most frequencies where several share filters, comes first.</summary>
    private readonly struct FilterJob(WinogradWeightGradient<V, T, S> pass, int tiles, T* sums, nint frequency, bool accumulate) : IJob
    {
        private readonly WinogradWeightGradient<V, T, S> _pass = pass;
        private readonly int _tiles = tiles;
        private readonly T* _sums = sums;
        private readonly nint _frequency = frequency;
        private readonly bool _accumulate = accumulate;

        public void Run(int index)
        {
            WinogradPlan<V, T, S> plan = _pass._plan;
            int filter = WinogradPlan<V, T, S>.Filters - 1 - index;
            for (int b = 0; b < plan.Layout.Blocks; b++)
            {
                PackedWeights.Block block = plan.Layout[b];
                WinogradPlan<V, T, S>.MultiplySum(filter, plan.C.GroupIn, _tiles, _pass._inputs + (nint)block.Group * plan.C.GroupIn, 1, _pass._inputPixel,
                    _pass._gradients + (nint)block.Group * plan.C.GroupOut + block.Lane, _pass._gradientPixel, _sums + filter * _frequency + plan.Start(block), block.Width, _accumulate,
                    Frequency(_tiles, _pass._inputPixel), Frequency(_tiles, _pass._gradientPixel));
            }
        }
    }

    /// <summary>
    /// Some source channels of a block of lanes a job: transforms the sums back; where there was one round, of all tiles, makes them first, in memory that stays in the cache.
    /// </summary>
    private readonly struct BlockJob(WinogradWeightGradient<V, T, S> pass, T* sums, nint frequency, T* gw) : IJob
    {
        // Four register tiles high at 512 bits; the sums at all frequencies take 216 KiB.
        private const int ChannelsPerJob = 48;

        private readonly WinogradWeightGradient<V, T, S> _pass = pass;
        private readonly T* _sums = sums, _gw = gw;
        private readonly nint _frequency = frequency;

        private int PerBlock => (_pass._plan.C.GroupIn + ChannelsPerJob - 1) / ChannelsPerJob;

        public int Jobs => _pass._plan.Layout.Blocks * PerBlock;

        public void Run(int index)
        {
            WinogradPlan<V, T, S> plan = _pass._plan;
            (int b, int part) = Math.DivRem(index, PerBlock);
            PackedWeights.Block block = plan.Layout[b];
            int first = (int)((long)plan.C.GroupIn * part / PerBlock), end = (int)((long)plan.C.GroupIn * (part + 1) / PerBlock);
            using Scratch<T> buffer = Scratch.Rent<T>(WinogradFilters<V, T, S>.BufferCount);
            if (_sums != null)
            {
                WinogradFilters<V, T, S>.TransformBack(plan.C, block, _gw, first, end, _sums + plan.Start(block) + (nint)first * block.Width, _frequency, buffer.Pointer);
                return;
            }
            int tiles = (int)plan.Grid.Count;
            nint frequency = WinogradPlan<V, T, S>.Spaced((long)(end - first) * block.Width);
            using Scratch<T> sums = Scratch.Rent<T>(WinogradPlan<V, T, S>.Filters * frequency);
            for (int filter = 0; filter < WinogradPlan<V, T, S>.Filters; filter++)
                WinogradPlan<V, T, S>.MultiplySum(filter, end - first, tiles, _pass._inputs + (nint)block.Group * plan.C.GroupIn + first, 1, _pass._inputPixel,
                    _pass._gradients + (nint)block.Group * plan.C.GroupOut + block.Lane, _pass._gradientPixel, sums.Pointer + filter * frequency, block.Width, accumulate: false,
                    Frequency(tiles, _pass._inputPixel), Frequency(tiles, _pass._gradientPixel));
            WinogradFilters<V, T, S>.TransformBack(plan.C, block, _gw, first, end, sums.Pointer, frequency, buffer.Pointer);
        }
    }
}
