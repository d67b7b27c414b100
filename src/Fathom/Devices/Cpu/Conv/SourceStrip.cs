using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Rows of one source image, channels-last, as the kernels for lines read them: with the padding of both sides in place as zeros. A job copies the few rows that it needs, and they
/// stay in its cache. Images that need no padding are read where they lie.
/// </summary>
internal readonly unsafe struct SourceStrip<T> where T : unmanaged
{
    // A strip this long leaves the first-level cache some room for weights; fewer rows would copy those that two jobs share too often.
    private const int StripBytes = 32 << 10, LeastRows = 4;

    private readonly T* _src;
    private readonly int _channels, _height, _width, _left, _step, _dilation, _top;
    private readonly bool _planes;

    /// <summary>Strips for the rows of a correlation.</summary>
    /// <param name="c">The correlation.</param>
    /// <param name="src">Its source.</param>
    /// <param name="order">Order of the source.</param>
    /// <param name="copy">Whether to copy even where there is no padding.</param>
    public SourceStrip(in Correlation c, T* src, ImageOrder order, bool copy)
    {
        _src = src;
        (_channels, _height, _width) = (c.SourcePixel, c.Rows.Size, c.Cols.Size);
        (_left, _top, _step, _dilation) = (c.Cols.Offset, c.Rows.Offset, c.Rows.Step, c.Rows.Dilation);
        _planes = order == ImageOrder.ChannelsFirst && _channels > 1;
        Columns = c.Cols.Reach;
        Taps = c.Rows.Taps;
        IsCopy = copy || _planes || _left != 0 || Columns > _width || _top != 0 || c.Rows.Reach > _height;
        if (!IsCopy) Columns = _width;
        long row = (long)Columns * _channels * sizeof(T);
        Lines = (int)Math.Clamp((StripBytes / row - (Taps - 1) * _dilation - 1) / _step + 1, Math.Min(LeastRows, c.Rows.Count), c.Rows.Count);
    }

    private int Taps { get; }

    /// <summary>Columns of a strip.</summary>
    public int Columns { get; }

    /// <summary>Whether strips are copies, or the source itself.</summary>
    public bool IsCopy { get; }

    /// <summary>Destination rows that one strip should serve.</summary>
    public int Lines { get; }

    /// <summary>Elements from one row of a strip to the next.</summary>
    public nint Pitch => (nint)Columns * _channels;

    /// <summary>Elements that a strip takes.</summary>
    public long Size => IsCopy ? ((long)(Lines - 1) * _step + (long)(Taps - 1) * _dilation + 1) * Pitch : 0;

    /// <summary>The source row that tap 0 of a destination row reads; it may lie outside the image.</summary>
    public int SourceRow(int row) => row * _step - _top;

    /// <summary>Rows of an image.</summary>
    public int Height => _height;

    /// <summary>The rows that some destination rows read.</summary>
    /// <param name="image">Index of the image.</param>
    /// <param name="first">The first destination row.</param>
    /// <param name="count">How many, at most <see cref="Lines"/>.</param>
    /// <param name="room">Memory for <see cref="Size"/> elements.</param>
    /// <returns>The element that tap 0 reads for the first pixel of the first row.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public T* Fill(int image, int first, int count, T* room)
    {
        T* from = _src + (nint)image * _height * _width * _channels;
        int row = SourceRow(first);
        if (!IsCopy) return from + row * Pitch;
        int left = Math.Clamp(_left, 0, Columns), end = Math.Clamp(_left + _width, left, Columns);    // columns that hold pixels
        T* to = room;
        for (int last = row + (count - 1) * _step + (Taps - 1) * _dilation; row <= last; row++, to += Pitch)
        {
            if ((uint)row >= (uint)_height)
            {
                new Span<T>(to, (int)Pitch).Clear();
                continue;
            }
            new Span<T>(to, left * _channels).Clear();
            new Span<T>(to + end * _channels, (Columns - end) * _channels).Clear();
            CopyRow(from, row, left - _left, end - left, to + left * _channels);
        }
        return room;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyRow(T* image, int row, int column, int count, T* to)
    {
        if (!_planes)
        {
            T* line = image + ((nint)row * _width + column) * _channels;
            new Span<T>(line, count * _channels).CopyTo(new Span<T>(to, count * _channels));
            return;
        }
        for (int c = 0; c < _channels; c++)
        {
            T* line = image + ((nint)c * _height + row) * _width + column;
            for (int j = 0; j < count; j++) to[(nint)j * _channels + c] = line[j];
        }
    }
}
