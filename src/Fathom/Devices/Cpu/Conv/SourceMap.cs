namespace Fathom.Devices.Cpu;

/// <summary>Tables of where taps read, in bytes from an image's start: for every destination row (column) and every tap an offset, or -1 for padding.</summary>
internal readonly unsafe struct SourceMap
{
    private readonly nint* _rows, _cols;

    /// <summary>Fills the tables.</summary>
    /// <param name="c">The correlation.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="sourceWidth">Pixels in a row of the source.</param>
    /// <param name="room">Memory for <see cref="Size"/> entries.</param>
    public SourceMap(in Correlation c, int elementSize, int sourceWidth, nint* room)
    {
        nint pixel = c.SourcePixel * elementSize, row = pixel * sourceWidth;
        (RowTaps, ColTaps, Image) = (c.Rows.Taps, c.Merged ? 1 : c.Cols.Taps, row * c.Rows.Size);
        _rows = room;
        _cols = room + (nint)c.Rows.Count * RowTaps;
        c.Rows.Fill(_rows, row);
        // A merged row of taps starts where its first tap does, in a source that was padded beforehand.
        Axis across = c.Merged ? c.Cols with { Taps = 1, Offset = 0, Size = sourceWidth } : c.Cols;
        across.Fill(_cols, pixel);
    }

    /// <summary>Taps down, and taps (or one merged row of taps) across.</summary>
    public int RowTaps { get; }

    /// <inheritdoc cref="RowTaps"/>
    public int ColTaps { get; }

    /// <summary>Bytes from one image to the next.</summary>
    public nint Image { get; }

    /// <summary>Offsets of the taps of a destination row.</summary>
    public nint* Row(int row) => _rows + (nint)row * RowTaps;

    /// <summary>Offsets of the taps of a destination column.</summary>
    public nint* Col(int col) => _cols + (nint)col * ColTaps;

    /// <summary>Entries of both tables.</summary>
    public static long Size(in Correlation c) => (long)c.Rows.Count * c.Rows.Taps + (long)c.Cols.Count * (c.Merged ? 1 : c.Cols.Taps);
}
