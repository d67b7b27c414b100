namespace Fathom.Devices.Cpu;

/// <summary>How the destination pixels of a correlation are cut into square tiles: image after image, row after row of tiles. Tiles at the lower and right border may hang over.</summary>
/// <param name="Images">Images.</param>
/// <param name="Side">Pixels along a tile's side.</param>
/// <param name="Rows">Rows of tiles of an image.</param>
/// <param name="Cols">Tiles in such a row.</param>
internal readonly record struct TileGrid(int Images, int Side, int Rows, int Cols)
{
    /// <summary>The grid over the destination.</summary>
    public TileGrid(in Correlation c, int side) : this(c.N, side, (c.Rows.Count + side - 1) / side, (c.Cols.Count + side - 1) / side) { }

    /// <summary>All tiles.</summary>
    public long Count => (long)Images * Rows * Cols;

    /// <summary>The tiles from <paramref name="first"/> on that stand in one row of tiles, <paramref name="most"/> at most.</summary>
    public TileRun Run(long first, long most)
    {
        long line = Math.DivRem(first, Cols, out long col);
        long image = Math.DivRem(line, Rows, out long row);
        return new TileRun((int)image, (int)row, (int)col, (int)Math.Min(most, Cols - col));
    }

    /// <summary>
    /// Tiles that are transformed together at most, <paramref name="side"/> being their larger side of source and destination: with 4 pixels a tile the buffer for one vector of channels then
    /// takes 10 KiB at 512 bits, a fifth of the first-level cache, with 8 pixels 17 KiB.
    /// </summary>
    public static int MaxRun(int side) => side > 4 ? 3 : 6;
}

/// <summary>Tiles side by side in one row of tiles.</summary>
/// <param name="Image">Their image.</param>
/// <param name="Row">Their row of tiles.</param>
/// <param name="Col">The first one's place in it.</param>
/// <param name="Count">Tiles.</param>
internal readonly record struct TileRun(int Image, int Row, int Col, int Count);

/// <summary>Channels-last images that tiles are cut out of, zeros being read outside.</summary>
/// <param name="Pointer">First element.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Channels">Channels to read of a pixel.</param>
/// <param name="Step">Pixels from one tile's window to the next.</param>
/// <param name="Top">How far above the image the first window begins.</param>
/// <param name="Left">The same to the left.</param>
internal readonly record struct TileSource(nint Pointer, int Height, int Width, int Channels, int Step, int Top, int Left)
{
    /// <summary>Elements from a pixel to the next; more than <see cref="Channels"/> where only some channels are read.</summary>
    public int Pixel { get; init; } = Channels;
}
