namespace Fathom.Devices.Cpu;

/// <summary>
/// What a pass over a matrix of rows (samples and pixels) by columns (channels) reads and writes, as channels-last images lie in memory: matrices and
/// tables with a number for each column. A formula leaves alone what it has no use for.
/// </summary>
internal unsafe struct ChannelOperands<T> where T : unmanaged
{
    /// <summary>Matrices.</summary>
    public T* A, B, C;
    /// <summary>The matrix that is written; may be one of those read.</summary>
    public T* Out;
    /// <summary>Tables, one number a column.</summary>
    public T* P, Q, R, S, U;
}

/// <summary>
/// How a matrix is cut. With few columns some rows are taken as one, so that whole vectors fit into a row, and the tables are repeated to its width: six
/// channels run as fast as sixty-four. Parts follow from the shape alone.
/// </summary>
internal readonly struct ChannelRows
{
    const int PartElements = 16384;         // 64 KB of floats: stays in the second-level cache beside another matrix or two
    const int MaxFolded = 1024;             // columns up to which rows are joined; tables of that width stay in the first-level cache

    /// <summary>Elements of the matrix.</summary>
    public long Count { get; }
    /// <summary>Columns of a row of several joined ones.</summary>
    public int Width { get; }
    /// <summary>Rows joined into one.</summary>
    public int Fold { get; }
    /// <summary>Pieces of work.</summary>
    public int Parts { get; }

    /// <summary>A matrix cut for vectors of so many lanes.</summary>
    public ChannelRows(long rows, int columns, int lanes, int maxParts)
    {
        Count = rows * columns;
        Fold = FoldFor(columns, 4 * lanes) ?? FoldFor(columns, lanes) ?? 1;
        Width = columns * Fold;
        Parts = (int)Math.Clamp(Count / PartElements, 1, Math.Min(maxParts, Math.Max(Joined, 1)));
    }

    /// <summary>Joined rows; the last may be shorter.</summary>
    public long Joined => (Count + Width - 1) / Width;

    /// <summary>First and end of the joined rows of a part.</summary>
    public (long Begin, long End) RowsOf(int part) => (Joined * part / Parts, Joined * (part + 1) / Parts);

    /// <summary>How many rows together are a multiple of so many lanes long; null if that makes rows too long.</summary>
    static int? FoldFor(int columns, int lanes)
    {
        int common = Math.Min(columns & -columns, lanes);           // the greatest divisor of both, as lanes is a power of two
        int fold = lanes / common;
        return fold == 1 || (long)columns * fold <= MaxFolded ? fold : null;
    }
}
