using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>One call of <see cref="GroupOuterKernel"/>: a row of taps, or three of it, for some rows of positions and some channels of the gradient.</summary>
/// <param name="Rows">For each row the elements to its first position on both sides.</param>
/// <param name="RowCount">Rows.</param>
/// <param name="Positions">Positions in a row.</param>
/// <param name="X">Elements from the source's frame to what the first tap reads.</param>
/// <param name="Tap1">Elements from there to what the second tap reads.</param>
/// <param name="Tap2">The same for the third.</param>
/// <param name="G">Elements from the gradient's frame to the first channel.</param>
/// <param name="Sum">Elements from the group's sums to those of the call.</param>
/// <param name="Taps">Taps.</param>
/// <param name="Channels">Channels of the gradient.</param>
internal readonly unsafe record struct GroupOuterCall(nint Rows, int RowCount, nint Positions, nint X, nint Tap1, nint Tap2, nint G, nint Sum, int Taps, int Channels);

/// <summary>Some rows of the destination, the rows of the source that their taps read, and the calls that multiply them.</summary>
internal readonly record struct GroupOuterBand(int First, int End, int Top, int Bottom, nint Calls, int CallCount);

/// <summary>
/// What the kernel is called with for each band of destination rows, the same for all groups and for all blocks of as many images. Every call stays inside the images: columns at the border,
/// which fewer taps of a row reach, are called for by themselves, so that no product has a factor of padding.
/// </summary>
internal unsafe ref struct GroupOuterCalls<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    private readonly Correlation _c;
    private readonly GroupPlanes<V, T> _source, _gradient;
    private readonly int _images;
    private Scratch<GroupOuterBand> _bands;
    private Scratch<GroupOuterCall> _calls;
    private Scratch<nint> _rows;
    private GroupOuterCall* _nextCall;
    private nint* _nextRows;

    /// <summary>The calls for blocks of <paramref name="images"/> images.</summary>
    public GroupOuterCalls(in Correlation c, in GroupPlanes<V, T> source, in GroupPlanes<V, T> gradient, int bands, int images)
    {
        (_c, _source, _gradient, _images) = (c, source, gradient, images);
        long most = (long)c.Rows.Taps * c.Cols.Count * c.Cols.Taps * Pieces;        // every column by itself, every tap by itself
        _bands = Scratch.Rent<GroupOuterBand>(bands);
        _calls = Scratch.Rent<GroupOuterCall>(bands * most);
        _rows = Scratch.Rent<nint>(2L * c.Rows.Taps * c.Rows.Count);
        _nextCall = _calls.Pointer;
        _nextRows = _rows.Pointer;
        for (int band = 0; band < bands; band++)
            Fill((int)((long)c.Rows.Count * band / bands), (int)((long)c.Rows.Count * (band + 1) / bands), out _bands.Pointer[band]);
    }

    /// <summary>The bands.</summary>
    public readonly GroupOuterBand* Bands => _bands.Pointer;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        _bands.Dispose();
        _calls.Dispose();
        _rows.Dispose();
    }

    private readonly int Pieces => (_c.GroupOut + GroupOuterKernels<V, T>.MaxChannels - 1) / GroupOuterKernels<V, T>.MaxChannels;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(int first, int end, out GroupOuterBand band)
    {
        GroupOuterCall* calls = _nextCall;
        (int top, int bottom) = _c.Rows.Sources(first, end);
        for (int r = 0; r < _c.Rows.Taps; r++)
        {
            nint* rows = _nextRows;
            for (int j = first; j < end; j++)
            {
                int source = _c.Rows.Source(j, r);
                if (source < 0) continue;
                *_nextRows++ = (source - top) * _source.Line(_images);
                *_nextRows++ = (j - first) * _gradient.Line(_images);
            }
            if (_nextRows != rows) FillColumns(r, rows, (int)(_nextRows - rows) / 2, bottom - top);
        }
        band = new GroupOuterBand(first, end, top, bottom, (nint)calls, (int)(_nextCall - calls));
    }

    /// <summary>Stretches of columns that the same taps of a row reach.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillColumns(int r, nint* rows, int rowCount, int sourceRows)
    {
        for (int first = 0, end; first < _c.Cols.Count; first = end)
        {
            (int tap, int tapEnd) = TapsInside(first);
            for (end = first + 1; end < _c.Cols.Count && TapsInside(end) == (tap, tapEnd); end++) { }
            for (int taps; tap < tapEnd; tap += taps)
            {
                taps = Math.Min(tapEnd - tap, GroupOuterKernels<V, T>.MaxTaps);
                int column = _c.Cols.Source(first, tap);
                nint x = _source.Column(column, sourceRows, _images), tap1 = _source.Column(column + _c.Cols.Dilation, sourceRows, _images) - x;
                nint tap2 = _source.Column(column + 2 * _c.Cols.Dilation, sourceRows, _images) - x;
                for (int piece = 0; piece < Pieces; piece++)
                {
                    int k = _c.GroupOut * piece / Pieces, channels = _c.GroupOut * (piece + 1) / Pieces - k;
                    *_nextCall++ = new GroupOuterCall((nint)rows, rowCount, (nint)(end - first) * _images, x, tap1, tap2, _gradient.Column(first, 0, _images) + k,
                        ((nint)k * _c.Taps + r * _c.Cols.Taps + tap) * V.Count, taps, channels);
                }
            }
        }
    }

    /// <summary>The taps, side by side, that read inside the image for a destination column.</summary>
    private readonly (int First, int End) TapsInside(int column)
    {
        int first = 0, end = _c.Cols.Taps;
        while (first < end && _c.Cols.Source(column, first) < 0) first++;
        while (first < end && _c.Cols.Source(column, end - 1) < 0) end--;
        return (first, end);
    }
}
