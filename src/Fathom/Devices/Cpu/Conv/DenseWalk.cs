using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Walks over the destination pixels of a correlation without padded taps, in raster order, and knows where the first tap reads. Along a row that is a
/// constant step, which costs a fraction of the general way (<see cref="PixelCursor"/>); layers with few channels feel it.
/// </summary>
internal unsafe struct DenseWalk
{
    private readonly SourceMap _map;
    private readonly nint _src, _step;
    private readonly int _height, _width;
    private int _image, _row, _col;

    /// <summary>Starts at a position of the walk.</summary>
    public DenseWalk(in Correlation c, in SourceMap map, nint src, long position)
    {
        (_map, _src, _height, _width) = (map, src, c.Rows.Count, c.Cols.Count);
        _step = _width > 1 ? *map.Col(1) - *map.Col(0) : 0;
        long row = Math.DivRem(position, _width, out long col);
        long image = Math.DivRem(row, _height, out row);
        (_image, _row, _col) = ((int)image, (int)row, (int)col);
        Source = AtRow() + _col * _step;
    }

    /// <summary>Address that the current pixel's first tap reads.</summary>
    public nint Source { get; private set; }

    /// <summary>Goes one pixel on; past the last one the position is meaningless.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next()
    {
        if (++_col < _width) Source += _step;
        else NextRow();
    }

    private void NextRow()
    {
        _col = 0;
        if (++_row == _height) (_row, _image) = (0, _image + 1);
        Source = AtRow();
    }

    private readonly nint AtRow() => _src + _image * _map.Image + *_map.Row(_row) + *_map.Col(0);
}
