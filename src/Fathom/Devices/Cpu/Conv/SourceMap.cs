namespace Fathom.Devices.Cpu;

/// <summary>Tables of where taps read, in bytes from an image's start: for every destination row (column) and every tap an offset, or -1 for padding.</summary>
internal readonly unsafe struct SourceMap
{
    private readonly nint* _rows, _cols;
    private readonly nint _nextRow, _nextCol;

    /// <summary>Fills the tables.</summary>
    /// <param name="c">The correlation.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="room">Memory for <see cref="Size"/> entries.</param>
    public SourceMap(in Correlation c, int elementSize, nint* room)
    {
        nint pixel = c.SourcePixel * elementSize, row = pixel * c.Cols.Size;
        (RowTaps, ColTaps, Image) = (c.Rows.Taps, c.Cols.Taps, row * c.Rows.Size);
        _rows = room;
        _cols = room + (nint)c.Rows.Count * RowTaps;
        IsDense = c.Rows.Fill(_rows, row) & c.Cols.Fill(_cols, pixel);
        (_nextRow, _nextCol) = (c.Rows.Dilation / c.Rows.Divisor * row, c.Cols.Dilation / c.Cols.Divisor * pixel);
    }

    /// <summary>Taps down and across.</summary>
    public int RowTaps { get; }

    /// <inheritdoc cref="RowTaps"/>
    public int ColTaps { get; }

    /// <summary>Bytes from one image to the next.</summary>
    public nint Image { get; }

    /// <summary>Whether all taps of all pixels read inside the image.</summary>
    public bool IsDense { get; }

    /// <summary>Offsets of the taps of a destination row.</summary>
    public nint* Row(int row) => _rows + (nint)row * RowTaps;

    /// <summary>Offsets of the taps of a destination column.</summary>
    public nint* Col(int col) => _cols + (nint)col * ColTaps;

    /// <summary>Bytes from the first tap to tap (r, s) of a pixel, all of whose taps read inside the image.</summary>
    public nint TapShift(int r, int s) => r * _nextRow + s * _nextCol;

    /// <summary>Entries of both tables.</summary>
    public static long Size(in Correlation c) => (long)c.Rows.Count * c.Rows.Taps + (long)c.Cols.Count * c.Cols.Taps;
}
