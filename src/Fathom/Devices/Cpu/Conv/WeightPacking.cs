namespace Fathom.Devices.Cpu;

/// <summary>Between the weight tensor, contiguous (K, C / groups, R, S), and the order of the micro-kernels (<see cref="PackedWeights"/>).</summary>
internal static unsafe class WeightPacking
{
    /// <summary>Packs all weights.</summary>
    public static void Pack<T>(in Correlation c, in PackedWeights layout, T* weight, T* packed) where T : unmanaged
    {
        var job = new PackJob<T>(c, layout, weight, packed);
        Threads.For(layout.Blocks * c.R, ref job);
    }

    /// <summary>
    /// The reverse for a weight gradient that was summed in parts: adds up the parts in order, and the pixels of a pack in order, and writes the
    /// weight tensor's gradient.
    /// </summary>
    public static void SumParts<T>(in Correlation c, in PackedWeights layout, T* parts, int count, T* gradient)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var job = new SumJob<T>(c, layout, parts, count, gradient);
        Threads.For(layout.Blocks * c.R, ref job);
    }

    /// <summary>Elements between neighbours along the two channel axes of the weight tensor, and of a group's first element.</summary>
    private static (long In, long Out, long Group) Strides(in Correlation c)
    {
        long taps = (long)c.R * c.S;
        return c.Transposed
            ? (c.GroupOut * taps, taps, c.GroupIn * c.GroupOut * taps)
            : (taps, c.GroupIn * taps, c.GroupIn * c.GroupOut * taps);
    }

    /// <summary>A job is one row of taps of one block.</summary>
    private readonly struct PackJob<T>(Correlation c, PackedWeights layout, T* weight, T* packed) : IJob where T : unmanaged
    {
        private readonly Correlation _c = c;
        private readonly PackedWeights _layout = layout;
        private readonly T* _weight = weight, _packed = packed;

        public void Run(int index)
        {
            (int blockIndex, int r) = Math.DivRem(index, _c.R);
            PackedWeights.Block block = _layout[blockIndex];
            (long inStride, long outStride, long groupStride) = Strides(_c);
            T* row = _packed + block.Start + (long)_c.Tap(r, 0, 0).Row * _c.Cols.Taps * _c.GroupIn * block.Width;
            bool full = block.Lanes == block.Width && _c.Pack == 1;
            if (!full) new Span<T>(row, checked(_c.Cols.Taps * _c.GroupIn * block.Width)).Clear();

            for (int p = 0; p < _c.Pack; p++)
            {
                // Lanes of a block are pixels of a pack times channels; here the channels of one pixel that fall into the block.
                int first = Math.Max(block.Lane, p * _c.GroupOut), end = Math.Min(block.Lane + block.Lanes, (p + 1) * _c.GroupOut);
                T* from = _weight + block.Group * groupStride + (first - p * _c.GroupOut) * outStride + r * _c.S;
                for (int i = 0; i < _c.GroupIn; i++, from += inStride)
                    for (int s = 0; s < _c.S; s++)
                    {
                        T* to = row + ((long)_c.Tap(r, s, p).Col * _c.GroupIn + i) * block.Width + (first - block.Lane);
                        T* tap = from + s;
                        for (int lane = first; lane < end; lane++, tap += outStride) *to++ = *tap;
                    }
            }
        }
    }

    /// <summary>A job is one row of taps of one block; every element of the gradient belongs to one job unless a pack spreads over blocks, which it does not.</summary>
    private readonly struct SumJob<T>(Correlation c, PackedWeights layout, T* parts, int count, T* gradient) : IJob
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        private readonly Correlation _c = c;
        private readonly PackedWeights _layout = layout;
        private readonly T* _parts = parts, _gradient = gradient;
        private readonly int _count = count;

        public void Run(int index)
        {
            (int blockIndex, int r) = Math.DivRem(index, _c.R);
            PackedWeights.Block block = _layout[blockIndex];
            (long inStride, long outStride, long groupStride) = Strides(_c);
            T* row = _parts + block.Start + (long)_c.Tap(r, 0, 0).Row * _c.Cols.Taps * _c.GroupIn * block.Width;
            int channels = _c.Pack == 1 ? block.Lanes : _c.GroupOut;
            T* to = _gradient + block.Group * groupStride + block.Lane * outStride + r * _c.S;
            for (int i = 0; i < _c.GroupIn; i++)
                for (int s = 0; s < _c.S; s++)
                    for (int channel = 0; channel < channels; channel++)
                        to[i * inStride + channel * outStride + s] = Sum(row, block.Width, i, r, s, channel);
        }

        private T Sum(T* row, int width, int i, int r, int s, int channel)
        {
            T sum = T.Zero;
            for (int p = 0; p < _c.Pack; p++)
            {
                T* at = row + ((long)_c.Tap(r, s, p).Col * _c.GroupIn + i) * width + p * _c.GroupOut + channel;
                for (int part = 0; part < _count; part++, at += _layout.Count) sum += *at;
            }
            return sum;
        }
    }
}
