using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The weight gradient in groups no wider than a vector: <c>gw[k][tap][lane] = sum over positions of x[position at tap][lane] * gy[position][k]</c>, with both sides
/// copied (<see cref="GroupPlanes{V, T}"/>) to where the first-level cache holds them: a block of images, or of rows of an image, for one group. A job goes over a part of the blocks for a few
/// groups, and while it multiplies, what it will copy next is fetched into the second level: a group is a small part of every pixel, which no prefetcher follows.
/// Jobs follow from the shape alone; every part sums into weights of its own, and parts are added in order.
/// </summary>
internal readonly unsafe struct GroupWeightGradientPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    // Two jobs for each of 8 threads; a part costs the clearing and adding up of one set of weights.
    private const int LeastJobs = 16;

    // A block on both sides: with the sums of 16 channels, 9 KiB, as much as the first-level caches hold that wide vectors come with. The ends of a call cost as much as
    // some four positions, so the more the better: 28 KiB are 3 % slower.
    private const int BlockBytes = 36 << 10;

    // The same for all groups of a job: with what is fetched for later less than a third of the second-level cache.
    private const int JobBytes = 96 << 10;

    private readonly Correlation _c;
    private readonly GroupPlanes<V, T> _source, _gradient;
    private readonly T* _src, _gy;
    private readonly int _images, _bands, _chunks, _parts;

    private T* Sums { get; init; }

    /// <summary>The bands of a block, and of the last one, which may have fewer images.</summary>
    private GroupOuterBand* Bands { get; init; }

    /// <inheritdoc cref="Bands"/>
    private GroupOuterBand* LastBands { get; init; }

    private long Blocks => (long)((_c.N + _images - 1) / _images) * _bands;

    /// <summary>Elements of the sums of a group: k by taps by lanes.</summary>
    private nint GroupSums => (nint)_c.GroupOut * _c.Taps * V.Count;

    /// <summary>Does the whole pass.</summary>
    /// <param name="c">The forward correlation, one that <see cref="GroupGatherPass{V, T}.Takes"/>.</param>
    /// <param name="src">Channels-last images.</param>
    /// <param name="gy">Gradient of its destination, channels-last.</param>
    /// <param name="gw">Result: gradient of the weight tensor.</param>
    public static void Run(in Correlation c, T* src, T* gy, T* gw)
    {
        var pass = new GroupWeightGradientPass<V, T>(c, src, gy);
        using Scratch<T> sums = Scratch.Rent<T>(pass._parts * c.Groups * pass.GroupSums);
        using var calls = new GroupOuterCalls<V, T>(c, pass._source, pass._gradient, pass._bands, pass._images);
        int last = c.N % pass._images;
        using GroupOuterCalls<V, T> lastCalls = last == 0 ? default : new(c, pass._source, pass._gradient, pass._bands, last);
        pass = pass with { Sums = sums.Pointer, Bands = calls.Bands, LastBands = lastCalls.Bands };
        Threads.For(checked(pass._parts * pass._chunks), ref pass);
        var unpack = new UnpackJob(c, sums.Pointer, pass._parts, pass.GroupSums, gw);
        Threads.For(c.Groups, ref unpack);
    }

    private GroupWeightGradientPass(in Correlation c, T* src, T* gy)
    {
        _c = c;
        _source = new(c.SourcePixel, c.GroupIn, c.Rows.Size, c.Cols.Size, c.Cols.Step);
        _gradient = new(c.DestinationPixel, c.GroupOut, c.Rows.Count, c.Cols.Count, 1);
        _src = src;
        _gy = gy;
        long bytes = Math.Max(1, (_source.Size(c.Rows.Size, 1) + _gradient.Size(c.Rows.Count, 1)) * sizeof(T));
        _images = (int)Math.Clamp(BlockBytes / bytes, 1, Math.Max(1, c.N));
        _bands = (int)Math.Clamp((bytes + BlockBytes - 1) / BlockBytes, 1, Math.Max(1, c.Rows.Count));
        int groups = (int)Math.Clamp(JobBytes * _bands / (bytes * _images), 1, c.Groups);
        _chunks = (c.Groups + groups - 1) / groups;
        _parts = (int)Math.Clamp((LeastJobs + _chunks - 1) / _chunks, 1, Math.Max(1, Blocks));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        (int part, int chunk) = Math.DivRem(index, _chunks);
        (long first, long end) = (Blocks * part / _parts, Blocks * (part + 1) / _parts);
        using Scratch<T> x = Scratch.Rent<T>(_source.Size(MostRows, _images)), g = Scratch.Rent<T>(_gradient.Size((_c.Rows.Count + _bands - 1) / _bands, _images));
        T* sums = Sums + ((nint)part * _c.Groups + FirstGroup(chunk)) * GroupSums;
        new Span<T>(sums, checked((int)((FirstGroup(chunk + 1) - FirstGroup(chunk)) * GroupSums))).Clear();
        for (long block = first; block < end; block++)
        {
            // What this thread will most likely copy next.
            (long nextBlock, int nextChunk) = block + 1 < end ? (block + 1, chunk) : chunk + 1 < _chunks ? (first, chunk + 1) : (Math.Min(end, Blocks - 1), 0);
            Place next = At(nextBlock, FirstGroup(nextChunk)), place = At(block, FirstGroup(chunk));
            for (int group = FirstGroup(chunk); group < FirstGroup(chunk + 1); group++)
            {
                AddBlock(place, next, x.Pointer, g.Pointer, sums + (group - FirstGroup(chunk)) * GroupSums);
                (place, next) = (NextGroup(place), NextGroup(next));
            }
        }
    }

    /// <summary>Source rows of a band at most.</summary>
    private int MostRows => Math.Min(_c.Rows.Size, ((_c.Rows.Count + _bands - 1) / _bands - 1) * _c.Rows.Step + (_c.Rows.Taps - 1) * _c.Rows.Dilation + 1);

    private int FirstGroup(int chunk) => (int)((long)_c.Groups * chunk / _chunks);

    /// <summary>A block of a group: where it starts on both sides.</summary>
    private readonly record struct Place(nint X, nint G, int Images, nint Band);

    private Place At(long block, int group)
    {
        (long imageBlock, long band) = Math.DivRem(block, _bands);
        int image = (int)imageBlock * _images, images = Math.Min(_images, _c.N - image);
        GroupOuterBand* b = (images == _images ? Bands : LastBands) + band;
        T* x = _src + ((nint)image * _c.Rows.Size + b->Top) * _c.Cols.Size * _c.SourcePixel + (nint)group * _c.GroupIn;
        T* g = _gy + ((nint)image * _c.Rows.Count + b->First) * _c.Cols.Count * _c.DestinationPixel + (nint)group * _c.GroupOut;
        return new((nint)x, (nint)g, images, (nint)b);
    }

    private Place NextGroup(in Place p) => p with { X = p.X + _c.GroupIn * sizeof(T), G = p.G + _c.GroupOut * sizeof(T) };

    /// <summary>All taps of a block of a group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBlock(in Place place, in Place next, T* x, T* g, T* sums)
    {
        GroupOuterBand band = *(GroupOuterBand*)place.Band, nextBand = *(GroupOuterBand*)next.Band;
        _source.Fill((T*)place.X, place.Images, band.Bottom - band.Top, x);
        _gradient.Fill((T*)place.G, place.Images, band.End - band.First, g);
        // As many lines as there are positions in a call, of the source first.
        nint sourceRow = (nint)_c.Cols.Size * _c.SourcePixel, gradientRow = (nint)_c.Cols.Count * _c.DestinationPixel;
        var fetchX = new GroupFetch<T>((T*)next.X, _c.SourcePixel, (nint)(nextBand.Bottom - nextBand.Top) * _c.Cols.Size, _c.Rows.Size * sourceRow, next.Images);
        var fetchG = new GroupFetch<T>((T*)next.G, _c.DestinationPixel, (nint)(nextBand.End - nextBand.First) * _c.Cols.Count, _c.Rows.Count * gradientRow, next.Images);
        for (GroupOuterCall* call = (GroupOuterCall*)band.Calls, end = call + band.CallCount; call != end; call++)
        {
            nint positions = call->RowCount * call->Positions;
            T* fetch = fetchX.Any ? fetchX.Take(positions, out nint step) : fetchG.Any ? fetchG.Take(positions, out step) : GroupFetch<T>.Nothing(x, out step);
            GroupOuterKernels<V, T>.For(call->Taps, call->Channels)((nint*)call->Rows, call->RowCount, call->Positions, x + call->X, call->Tap1, call->Tap2, g + call->G,
                sums + call->Sum, (nint)_c.Taps * V.Count, fetch, step);
        }
    }

    /// <summary>Adds up the parts of a group, in order, and writes them as the weight tensor has them: for each k the lanes, for each of those the taps.</summary>
    private readonly struct UnpackJob(Correlation c, T* sums, int parts, nint groupSums, T* gw) : IJob
    {
        private readonly Correlation _c = c;
        private readonly T* _sums = sums, _gw = gw;
        private readonly int _parts = parts;
        private readonly nint _groupSums = groupSums;

        public void Run(int index)
        {
            T* sum = _sums + index * _groupSums;
            nint part = _c.Groups * _groupSums, size = (nint)_c.GroupIn * _c.Taps;
            for (nint i = 0; i < _groupSums; i += V.Count)
            {
                V v = V.Load(sum + i);
                for (int p = 1; p < _parts; p++) v = V.Add(v, V.Load(sum + p * part + i));
                V.Store(v, sum + i);
            }
            for (int k = 0; k < _c.GroupOut; k++)
                GemmPack<V, T>.Transpose(sum + (nint)k * _c.Taps * V.Count, V.Count, _c.Taps, _c.GroupIn, _gw + ((nint)index * _c.GroupOut + k) * size, _c.Taps);
        }
    }
}
