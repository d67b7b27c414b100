using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Between the weight tensor, contiguous (K, C / groups, R, S), and the order of the micro-kernels (<see cref="PackedWeights"/>).</summary>
internal static unsafe class WeightPacking<V, T> where V : struct, ILanes<V, T> where T : unmanaged, INumberBase<T>
{
    // Source channels that a job takes. With 3x3 taps and two vectors of lanes it moves 18 KiB, which stays in the first-level cache while
    // lines on the one side are used up lane by lane and on the other tap by tap.
    private const int ChannelsPerJob = 16;

    /// <summary>Packs all weights.</summary>
    public static void Pack(in Correlation c, in PackedWeights layout, T* weight, T* packed)
    {
        using Scratch<nint> offsets = Scratch.Rent<nint>((long)c.Pack * c.R * c.S);
        FillTapOffsets(c, offsets.Pointer);
        var job = new PackJob(c, layout, weight, packed, offsets.Pointer);
        Threads.For(layout.Blocks * JobsPerBlock(c), ref job);
    }

    /// <summary>The reverse: writes the weight tensor from packed weights. The pixels of a pack, which share their weights, are added up in order.</summary>
    public static void Unpack(in Correlation c, in PackedWeights layout, T* packed, T* weight)
    {
        using Scratch<nint> offsets = Scratch.Rent<nint>((long)c.Pack * c.R * c.S);
        FillTapOffsets(c, offsets.Pointer);
        var job = new UnpackJob(c, layout, packed, weight, offsets.Pointer);
        Threads.For(layout.Blocks * JobsPerBlock(c), ref job);
    }

    private static int JobsPerBlock(in Correlation c) => (c.GroupIn + ChannelsPerJob - 1) / ChannelsPerJob;

    /// <summary>For each pixel of a pack and each tap of the weight tensor the row of a block where it starts.</summary>
    private static void FillTapOffsets(in Correlation c, nint* offsets)
    {
        for (int pixel = 0; pixel < c.Pack; pixel++)
            for (int r = 0; r < c.R; r++)
                for (int s = 0; s < c.S; s++)
                {
                    (int row, int col) = c.Tap(r, s, pixel);
                    *offsets++ = ((nint)row * c.Cols.Taps + col) * c.GroupIn;
                }
    }

    /// <summary>One or two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow(T* from, T* to, int width)
    {
        V.Store(V.Load(from), to);
        if (width > V.Count) V.Store(V.Load(from + V.Count), to + V.Count);
    }

    /// <summary>What packing and unpacking have in common: some source channels of one block, and where they lie on both sides.</summary>
    private readonly struct Piece
    {
        public readonly PackedWeights.Block Block;
        public readonly int First, End;             // source channels
        public readonly nint In, Out, Group;        // steps of the weight tensor along source channels, destination channels, groups

        public Piece(in Correlation c, in PackedWeights layout, int index)
        {
            (int block, int part) = Math.DivRem(index, JobsPerBlock(c));
            Block = layout[block];
            First = part * ChannelsPerJob;
            End = Math.Min(First + ChannelsPerJob, c.GroupIn);
            nint taps = (nint)c.R * c.S;
            (In, Out) = c.Transposed ? (c.GroupOut * taps, taps) : (taps, c.GroupIn * taps);
            Group = c.GroupIn * c.GroupOut * taps;
        }
    }

    private readonly struct PackJob(Correlation c, PackedWeights layout, T* weight, T* packed, nint* tapOffsets) : IJob
    {
        private readonly Correlation _c = c;
        private readonly PackedWeights _layout = layout;
        private readonly T* _weight = weight, _packed = packed;
        private readonly nint* _tapOffsets = tapOffsets;

        public void Run(int index)
        {
            var piece = new Piece(_c, _layout, index);
            T* block = _packed + piece.Block.Start;
            if (_c.Pack == 1)
            {
                PackLanes(piece, block);
                return;
            }
            Clear(piece, block);
            // Lanes are the pixels of a pack times the channels of a pixel.
            for (int lane = 0; lane < piece.Block.Lanes; lane++)
            {
                (int pixel, int channel) = Math.DivRem(piece.Block.Lane + lane, _c.GroupOut);
                T* from = _weight + piece.Block.Group * piece.Group + channel * piece.Out;
                nint* offsets = _tapOffsets + (nint)pixel * _c.R * _c.S;
                for (int i = piece.First; i < piece.End; i++) Copy(from + i * piece.In, block + lane, offsets, i, piece.Block.Width);
            }
        }

        /// <summary>Without packs of pixels: transposed in registers, then put in the order of taps.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void PackLanes(in Piece piece, T* block)
        {
            int taps = _c.R * _c.S, width = piece.Block.Width, channels = piece.End - piece.First;
            using Scratch<T> rows = Scratch.Rent<T>((long)channels * taps * width);
            T* from = _weight + piece.Block.Group * piece.Group + piece.Block.Lane * piece.Out + piece.First * piece.In, row = rows.Pointer;
            if (piece.In == taps) GemmPack<V, T>.Strip(from, piece.Out, 1, piece.Block.Lanes, channels * taps, row, width);
            else
                for (int i = 0; i < channels; i++) GemmPack<V, T>.Strip(from + i * piece.In, piece.Out, 1, piece.Block.Lanes, taps, row + (nint)i * taps * width, width);
            for (int i = piece.First; i < piece.End; i++)
                for (int tap = 0; tap < taps; tap++, row += width) CopyRow(row, block + (_tapOffsets[tap] + i) * width, width);
        }

        private void Copy(T* from, T* to, nint* offsets, int i, nint width)
        {
            int taps = _c.R * _c.S;
            for (int tap = 0; tap < taps; tap++) to[(offsets[tap] + i) * width] = from[tap];
        }

        private void Clear(in Piece piece, T* block)
        {
            for (int tap = 0; tap < _c.Rows.Taps * _c.Cols.Taps; tap++)
                new Span<T>(block + ((long)tap * _c.GroupIn + piece.First) * piece.Block.Width, (piece.End - piece.First) * piece.Block.Width).Clear();
        }
    }

    private readonly struct UnpackJob(Correlation c, PackedWeights layout, T* packed, T* weight, nint* tapOffsets) : IJob
    {
        private readonly Correlation _c = c;
        private readonly PackedWeights _layout = layout;
        private readonly T* _packed = packed, _weight = weight;
        private readonly nint* _tapOffsets = tapOffsets;

        public void Run(int index)
        {
            var piece = new Piece(_c, _layout, index);
            T* block = _packed + piece.Block.Start, weight = _weight + piece.Block.Group * piece.Group;
            if (_c.Pack == 1)
            {
                UnpackLanes(piece, block);
                return;
            }
            // A pack fits into one block, so a job has all its pixels.
            int channels = piece.Block.Lanes / _c.Pack;
            for (int channel = 0; channel < channels; channel++)
                for (int i = piece.First; i < piece.End; i++)
                {
                    T* to = weight + (piece.Block.Lane + channel) * piece.Out + i * piece.In;
                    Copy(block + channel, to, i, piece);
                }
        }

        /// <summary>Without packs of pixels; weight gradients are forward correlations, whose source channels lie one after the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void UnpackLanes(in Piece piece, T* block)
        {
            int taps = _c.R * _c.S, width = piece.Block.Width, channels = piece.End - piece.First;
            using Scratch<T> rows = Scratch.Rent<T>((long)channels * taps * width);
            T* row = rows.Pointer;
            for (int i = piece.First; i < piece.End; i++)
                for (int tap = 0; tap < taps; tap++, row += width) CopyRow(block + (_tapOffsets[tap] + i) * width, row, width);
            GemmPack<V, T>.Transpose(rows.Pointer, width, channels * taps, piece.Block.Lanes,
                _weight + piece.Block.Group * piece.Group + piece.Block.Lane * piece.Out + piece.First * piece.In, checked((int)piece.Out));
        }

        private void Copy(T* from, T* to, int i, in Piece piece)
        {
            int taps = _c.R * _c.S;
            for (int tap = 0; tap < taps; tap++)
            {
                T sum = from[(_tapOffsets[tap] + i) * piece.Block.Width];
                for (int pixel = 1; pixel < _c.Pack; pixel++) sum += from[(_tapOffsets[pixel * taps + tap] + i) * piece.Block.Width + pixel * _c.GroupOut];
                to[tap] = sum;
            }
        }
    }
}
