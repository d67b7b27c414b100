namespace Fathom.Devices.Cpu;

/// <summary>
/// Walks over the destination pixels of a correlation in the order in which micro-kernels take them, so that the pixels of one tile share
/// their padded taps, which are then skipped. From slowest to fastest: blocks of images; for the input gradient of a strided convolution the residue classes
/// of row and column (pixels of a class meet the same taps); row; column; image within the block. A block of one image is plain raster order.
/// </summary>
internal struct PixelCursor
{
    private readonly int _images, _block, _height, _width, _stepH, _stepW;
    private int _firstImage, _blockSize, _inBlock;

    public PixelCursor(in Correlation c, int imagesPerBlock)
    {
        (_images, _block, _height, _width) = (c.N, imagesPerBlock, c.Rows.Count, c.Cols.Count);
        (_stepH, _stepW) = (c.Rows.Divisor, c.Cols.Divisor);
    }

    /// <summary>Image of the current pixel.</summary>
    public readonly int Image => _firstImage + _inBlock;

    /// <summary>Row of the current pixel.</summary>
    public int Row { get; private set; }

    /// <summary>Column of the current pixel.</summary>
    public int Col { get; private set; }

    /// <summary>Goes to a position of the walk.</summary>
    public void Seek(long position)
    {
        long plane = (long)_height * _width;
        int block = (int)(position / (plane * _block));
        _firstImage = block * _block;
        _blockSize = Math.Min(_block, _images - _firstImage);
        long pixel = Math.DivRem(position - block * plane * _block, _blockSize, out long inBlock);
        _inBlock = (int)inBlock;
        for (int residueH = 0; ; residueH++)
            for (int residueW = 0; residueW < _stepW; residueW++)
            {
                int cols = CountOf(residueW, _stepW, _width);
                long count = (long)CountOf(residueH, _stepH, _height) * cols;
                if (pixel >= count)
                {
                    pixel -= count;
                    continue;
                }
                Row = residueH + (int)(pixel / cols) * _stepH;
                Col = residueW + (int)(pixel % cols) * _stepW;
                return;
            }
    }

    /// <summary>Goes one pixel on; past the last one the position is meaningless.</summary>
    public void Next()
    {
        if (++_inBlock < _blockSize) return;
        _inBlock = 0;
        if ((Col += _stepW) < _width) return;
        Col %= _stepW;
        if ((Row += _stepH) < _height) return;
        Row %= _stepH;
        if (++Col < Math.Min(_stepW, _width)) return;
        Col = 0;
        if (++Row < Math.Min(_stepH, _height)) return;
        Row = 0;
        _firstImage += _blockSize;
        _blockSize = Math.Min(_block, _images - _firstImage);
    }

    private static int CountOf(int residue, int step, int size) => (size - residue + step - 1) / step;
}
