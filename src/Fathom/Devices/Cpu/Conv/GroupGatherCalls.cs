using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>One call of <see cref="GroupKernel{V, T, M}"/>: some positions of a destination row.</summary>
/// <param name="Taps">The taps that do not read rows of padding.</param>
/// <param name="TapCount">How many.</param>
/// <param name="Positions">Positions.</param>
/// <param name="Source">Elements from the frame to the first position.</param>
/// <param name="Row">Elements from the group in the first destination row of the first image to the same in this row.</param>
/// <param name="Offsets">Elements from there to each position.</param>
internal readonly record struct GroupGatherCall(nint Taps, int TapCount, int Positions, nint Source, nint Row, nint Offsets);

/// <summary>The source rows that a band of destination rows reads, and the calls that make it.</summary>
internal readonly record struct GroupGatherBand(int Top, int Bottom, nint Calls, int CallCount);

/// <summary>
/// What the kernel is called with for each band of destination rows, the same for all groups and for all blocks of as many images. For the input gradient of a strided convolution the
/// columns of a row are taken by their remainders, since those of one remainder meet the same taps.
/// </summary>
internal unsafe ref struct GroupGatherCalls<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private readonly Correlation _c;
    private readonly GroupFrame<V, T> _frame;
    private readonly int _images;
    private Scratch<GroupGatherBand> _bands;
    private Scratch<GroupGatherCall> _calls;
    private Scratch<TapStep> _taps;
    private Scratch<nint> _offsets;
    private GroupGatherCall* _nextCall;
    private TapStep* _nextTap;

    /// <summary>The calls for blocks of <paramref name="images"/> images.</summary>
    public GroupGatherCalls(in Correlation c, in GroupFrame<V, T> frame, int bands, int images)
    {
        (_c, _frame, _images) = (c, frame, images);
        long positions = (long)c.Cols.Count * images, calls = positions / GroupKernels<V, T>.MaxPositions + Residues;   // of a row, at most
        _bands = Scratch.Rent<GroupGatherBand>(bands);
        _calls = Scratch.Rent<GroupGatherCall>(c.Rows.Count * calls);
        _taps = Scratch.Rent<TapStep>((long)c.Rows.Count * Residues * c.Taps);
        _offsets = Scratch.Rent<nint>(positions);
        _nextCall = _calls.Pointer;
        _nextTap = _taps.Pointer;
        FillOffsets();
        for (int band = 0; band < bands; band++)
        {
            (int first, int end) = ((int)((long)c.Rows.Count * band / bands), (int)((long)c.Rows.Count * (band + 1) / bands));
            (int top, int bottom) = c.Rows.Sources(first, end);
            GroupGatherCall* start = _nextCall;
            for (int row = first; row < end; row++) FillRow(row, top);
            _bands.Pointer[band] = new GroupGatherBand(top, bottom, (nint)start, (int)(_nextCall - start));
        }
    }

    /// <summary>The bands.</summary>
    public readonly GroupGatherBand* Bands => _bands.Pointer;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _bands.Dispose();
        _calls.Dispose();
        _taps.Dispose();
        _offsets.Dispose();
    }

    private readonly int Residues => Math.Min(_c.Cols.Divisor, _c.Cols.Count);

    /// <summary>Where the positions of a row are stored, those of one remainder after the other.</summary>
    private readonly void FillOffsets()
    {
        nint pixel = _c.DestinationPixel, image = pixel * _c.Cols.Count * _c.Rows.Count;
        nint* offset = _offsets.Pointer;
        for (int residue = 0; residue < Residues; residue++)
            for (int col = residue; col < _c.Cols.Count; col += _c.Cols.Divisor)
                for (int i = 0; i < _images; i++) *offset++ = i * image + col * pixel;
    }

    /// <summary>Tiles of nearly equal numbers of positions, for each remainder.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillRow(int row, int top)
    {
        nint* offsets = _offsets.Pointer;
        for (int residue = 0; residue < Residues; residue++)
        {
            int positions = GroupFrame<V, T>.CountOf(_c.Cols, residue) * _images, tiles = (positions + GroupKernels<V, T>.MaxPositions - 1) / GroupKernels<V, T>.MaxPositions;
            TapStep* taps = _nextTap;
            FillTaps(row, residue, top);
            for (int t = 0; t < tiles; t++)
            {
                int from = (int)((long)positions * t / tiles), count = (int)((long)positions * (t + 1) / tiles) - from;
                *_nextCall++ = new GroupGatherCall((nint)taps, (int)(_nextTap - taps), count, (nint)from * V.Count, (nint)row * _c.Cols.Count * _c.DestinationPixel, (nint)(offsets + from));
            }
            offsets += positions;
        }
    }

    /// <summary>The taps of a destination row that do not read rows of padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillTaps(int row, int residue, int top)
    {
        for (int r = 0; r < _c.Rows.Taps; r++)
        {
            int source = _c.Rows.Source(row, r);
            if (source < 0) continue;
            for (int s = 0; s < _c.Cols.Taps; s++)
            {
                nint across = _frame.Tap(_c.Cols, residue, s, _images);
                if (across >= 0) *_nextTap++ = new TapStep((nint)(r * _c.Cols.Taps + s) * _c.GroupIn, ((source - top) * _frame.Line(_images) + across) * sizeof(T));
            }
        }
    }
}
