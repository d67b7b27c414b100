namespace Fathom.Devices.Cpu;

/// <summary>Channels-last images that a correlation reads: as they were given, or a copy with the padding in place.</summary>
/// <param name="Pointer">First element.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Pixels in a row.</param>
internal readonly unsafe record struct SourceImages<T>(nint Pointer, int Height, int Width) where T : unmanaged;

/// <summary>Tables of where taps read, in bytes from an image's start: for every destination row (column) and every tap an offset, or -1 for padding.</summary>
internal readonly unsafe struct SourceMap
{
    private readonly nint* _rows, _cols;
    private readonly nint _nextRow, _nextCol;

    /// <summary>Fills the tables.</summary>
    /// <param name="c">The correlation.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="height">Rows of a source image.</param>
    /// <param name="width">Pixels in a row of the source.</param>
    /// <param name="room">Memory for <see cref="Size"/> entries.</param>
    public SourceMap(in Correlation c, int elementSize, int height, int width, nint* room)
    {
        nint pixel = c.SourcePixel * elementSize, row = pixel * width;
        (RowTaps, ColTaps, Image) = (c.Rows.Taps, c.Merged ? 1 : c.Cols.Taps, row * height);
        _rows = room;
        _cols = room + (nint)c.Rows.Count * RowTaps;
        // Where rows of taps are merged the padding is in the source, and a row of taps starts where its first tap does.
        Axis down = c.Merged ? c.Rows with { Offset = 0, Size = height } : c.Rows;
        Axis across = c.Merged ? c.Cols with { Offset = 0, Size = width, Taps = 1 } : c.Cols;
        IsDense = down.Fill(_rows, row) & across.Fill(_cols, pixel);
        (_nextRow, _nextCol) = (down.Dilation / down.Divisor * row, across.Dilation / across.Divisor * pixel);
    }

    /// <summary>Taps down, and taps (or one merged row of taps) across.</summary>
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
    public static long Size(in Correlation c) => (long)c.Rows.Count * c.Rows.Taps + (long)c.Cols.Count * (c.Merged ? 1 : c.Cols.Taps);
}
