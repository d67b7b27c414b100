namespace Fathom.Training.Plotting;

/// <summary>A grid of character cells to draw lines on: 2 x 4 Braille dots a cell, or one mark a cell where only ASCII can be shown.</summary>
internal sealed class DotCanvas(int columns, int rows, bool ascii)
{
    const string Marks = "*o+x#@";
    static readonly string[] Patterns = ["1", "11110000", "1111000100", "1100"];

    readonly int[,] _dots = new int[rows, columns];
    readonly int[,] _owner = new int[rows, columns];
    readonly int _acrossACell = ascii ? 1 : 2, _downACell = ascii ? 1 : 4;

    public int Width => columns * _acrossACell;

    public int Height => rows * _downACell;

    public static char Mark(int place) => Marks[place % Marks.Length];

    /// <summary>Draws a straight line between two dots, both included, counted from the upper left (after Bresenham, 1965).</summary>
    public void Line(int x0, int y0, int x1, int y1, int place, LineStyle style)
    {
        (int dx, int dy, int steps) = (Math.Abs(x1 - x0), -Math.Abs(y1 - y0), 0);
        (int sx, int sy, int error) = (x0 < x1 ? 1 : -1, y0 < y1 ? 1 : -1, dx + dy);
        string pattern = Patterns[(int)style];
        while (true)
        {
            if (pattern[steps++ % pattern.Length] == '1') Dot(x0, y0, place);
            if (x0 == x1 && y0 == y1) return;
            int twice = 2 * error;
            if (twice >= dy) (error, x0) = (error + dy, x0 + sx);
            if (twice <= dx) (error, y0) = (error + dx, y0 + sy);
        }
    }

    public void Dot(int x, int y, int place)
    {
        if ((uint)x >= Width || (uint)y >= Height) return;
        (int row, int column) = (y / _downACell, x / _acrossACell);
        _dots[row, column] |= BrailleBit(x % _acrossACell, y % _downACell);
        _owner[row, column] = place;
    }

    /// <summary>The dot's bit in a Braille pattern: the Unicode block numbers dots 1-2-3 down the left, 4-5-6 down the right, 7 and 8 last.</summary>
    static int BrailleBit(int x, int y) => y == 3 ? 0x40 << x : 1 << (x * 3 + y);

    /// <summary>The character of a cell and the place of the curve drawn there last, or -1 for an empty cell.</summary>
    public (char Character, int Place) Cell(int row, int column) => _dots[row, column] == 0
        ? (' ', -1)
        : (ascii ? Mark(_owner[row, column]) : (char)(0x2800 + _dots[row, column]), _owner[row, column]);
}
