using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Runs a <see cref="Correlation"/>, forward or input gradient, in groups no wider than a vector. A job makes a block of images in a chunk of groups, band of destination rows by band, and
/// of each band group after group: it copies what the band reads into a <see cref="GroupFrame{V, T}"/> that the first-level cache holds, and while it multiplies, what it will copy next is
/// fetched into the second level. Each destination element is summed by one call of a kernel, taps in order.
/// </summary>
internal readonly unsafe struct GroupGatherPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    // With the weights of 3x3 taps of 16 channels, 9 KiB, most of the first-level cache that wide vectors come with. Rows that two bands share are copied twice.
    // 26 and 40 KiB are some 2 % slower.
    private const int FrameBytes = 32 << 10;

    // Four jobs for each of 8 threads.
    private const int LeastJobs = 32;

    private readonly Correlation _c;
    private readonly PackedWeights _layout;
    private readonly GroupFrame<V, T> _frame;
    private readonly T* _src, _weight, _bias, _dst;
    private readonly int _images, _blocks, _bands, _chunks;

    /// <summary>The bands of a block, and of the last one, which may have fewer images.</summary>
    private GroupGatherBand* Bands { get; init; }

    /// <inheritdoc cref="Bands"/>
    private GroupGatherBand* LastBands { get; init; }

    /// <summary>Whether a correlation is one of these; wider groups have work for kernels two vectors wide.</summary>
    public static bool Takes(in Correlation c) => c.Groups > 1 && c.GroupIn <= V.Count && c.GroupOut <= V.Count;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">What to do.</param>
    /// <param name="layout">How the weights lie.</param>
    /// <param name="src">Channels-last images.</param>
    /// <param name="weight">Packed weights.</param>
    /// <param name="bias">A value for each destination channel, or null.</param>
    /// <param name="dst">Channels-last images.</param>
    public static void Run(in Correlation c, in PackedWeights layout, T* src, T* weight, T* bias, T* dst)
    {
        if (c.Pixels == 0) return;
        using Scratch<T> lanes = Scratch.Rent<T>(bias == null ? 0 : c.Groups * V.Count);
        if (bias != null)
            for (int group = 0; group < c.Groups; group++) V.Store(V.LoadFirst(bias + (nint)group * c.GroupOut, c.GroupOut), lanes.Pointer + group * V.Count);
        var pass = new GroupGatherPass<V, T>(c, layout, src, weight, bias == null ? null : lanes.Pointer, dst);
        using var calls = new GroupGatherCalls<V, T>(c, pass._frame, pass._bands, pass._images);
        int last = c.N - (pass._blocks - 1) * pass._images;
        using GroupGatherCalls<V, T> lastCalls = last == pass._images ? default : new(c, pass._frame, pass._bands, last);
        pass = pass with { Bands = calls.Bands, LastBands = lastCalls.Bands };
        Threads.For(checked(pass._blocks * pass._chunks), ref pass);
    }

    private GroupGatherPass(in Correlation c, in PackedWeights layout, T* src, T* weight, T* bias, T* dst)
    {
        (_c, _layout, _frame) = (c, layout, GroupFrame<V, T>.Source(c));
        _src = src;
        _weight = weight;
        _bias = bias;
        _dst = dst;
        // Small images go together until their columns are as many positions as a kernel takes.
        _images = Math.Clamp(GroupKernels<V, T>.MaxPositions / Math.Max(1, c.Cols.Count / c.Cols.Divisor), 1, c.N);
        _blocks = (c.N + _images - 1) / _images;
        long bytes = _frame.Line(_images) * c.Rows.Size * sizeof(T);
        _bands = (int)Math.Clamp((bytes + FrameBytes - 1) / FrameBytes, 1, c.Rows.Count);
        _chunks = Math.Clamp((LeastJobs + _blocks - 1) / _blocks, 1, c.Groups);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        (int block, int chunk) = Math.DivRem(index, _chunks);
        using Scratch<T> frame = Scratch.Rent<T>(_frame.Line(_images) * MostRows);
        new Span<T>(frame.Pointer, checked((int)(_frame.Line(_images) * MostRows))).Clear();        // the padding; what is copied over the rest leaves it alone
        for (int band = 0; band < _bands; band++)
        {
            // What this thread will most likely copy next.
            (int nextBlock, int nextChunk, int nextBand) = band + 1 < _bands ? (block, chunk, band + 1) : chunk + 1 < _chunks ? (block, chunk + 1, 0) : (Math.Min(block + 1, _blocks - 1), 0, 0);
            Place place = At(block, FirstGroup(chunk), band), next = At(nextBlock, FirstGroup(nextChunk), nextBand);
            for (int group = FirstGroup(chunk); group < FirstGroup(chunk + 1); group++)
            {
                Multiply(place, next, frame.Pointer);
                (place, next) = (place with { Group = group + 1 }, next with { Group = next.Group + 1 });
            }
        }
    }

    /// <summary>Source rows of a band at most.</summary>
    private int MostRows
    {
        get
        {
            int rows = (_c.Rows.Count + _bands - 1) / _bands;
            return Math.Min(_c.Rows.Size, ((rows - 1) * _c.Rows.Step + (_c.Rows.Taps - 1) * _c.Rows.Dilation) / _c.Rows.Divisor + 1);
        }
    }

    private int FirstGroup(int chunk) => (int)((long)_c.Groups * chunk / _chunks);

    /// <summary>A band of some images for a group.</summary>
    private readonly record struct Place(int Image, int Images, int Group, nint Band);

    private Place At(int block, int group, int band)
    {
        int image = block * _images, images = Math.Min(_images, _c.N - image);
        return new(image, images, group, (nint)((images == _images ? Bands : LastBands) + band));
    }

    private T* Source(in Place p) => _src + (((nint)p.Image * _c.Rows.Size + ((GroupGatherBand*)p.Band)->Top) * _c.Cols.Size * _frame.Pixel + (nint)p.Group * _c.GroupIn);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(in Place place, in Place next, T* frame)
    {
        GroupGatherBand band = *(GroupGatherBand*)place.Band, nextBand = *(GroupGatherBand*)next.Band;
        _frame.Fill(Source(place), place.Images, band.Bottom - band.Top, frame);
        var fetch = new GroupFetch<T>(Source(next), _frame.Pixel, (nint)(nextBand.Bottom - nextBand.Top) * _c.Cols.Size, (nint)_c.Rows.Size * _c.Cols.Size * _frame.Pixel, next.Images);
        T* weight = _weight + _layout[place.Group].Start, bias = _bias == null ? null : _bias + place.Group * V.Count;
        T* dst = _dst + ((nint)place.Image * _c.Rows.Count * _c.Cols.Count * _c.DestinationPixel + (nint)place.Group * _c.GroupOut);
        for (GroupGatherCall* call = (GroupGatherCall*)band.Calls, end = call + band.CallCount; call != end; call++)
        {
            T* fetched = fetch.Any ? fetch.Take((nint)call->TapCount * _c.GroupIn, out nint step) : GroupFetch<T>.Nothing(frame, out step);
            GroupKernels<V, T>.For(call->Positions)((TapStep*)call->Taps, call->TapCount, _c.GroupIn, frame + call->Source, weight, bias, dst + call->Row, (nint*)call->Offsets, _c.GroupOut,
                fetched, step);
        }
    }
}
