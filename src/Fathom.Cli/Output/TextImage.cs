namespace Fathom.Cli;

/// <summary>A grey image as text: each character stands for a patch, the denser the brighter.</summary>
internal static class TextImage
{
    /// <summary>Characters across an image.</summary>
    public const int Columns = 22;

    /// <summary>Blanks between two images.</summary>
    public const int Gap = 2;

    const string Shades = " ░▒▓█";

    /// <summary>A name over an image, lines of <see cref="Columns"/> characters. A character is about twice as high as wide.</summary>
    public static string[] Tile(string name, ReadOnlySpan<byte> pixels, int height, int width)
    {
        int rows = Math.Max(1, (int)Math.Round(Columns * (double)height / width / 2));
        string[] lines = new string[rows + 2];
        lines[0] = (name.Length > Columns ? name[..Columns] : name).PadRight(Columns);
        for (int y = 0; y < rows; y++)
        {
            char[] line = new char[Columns];
            for (int x = 0; x < Columns; x++)
            {
                double mean = Mean(pixels, width, y * height / (double)rows, (y + 1) * height / (double)rows, x * width / (double)Columns, (x + 1) * width / (double)Columns);
                line[x] = Shades[Math.Min(Shades.Length - 1, (int)(mean / 256 * Shades.Length))];
            }
            lines[y + 1] = new string(line);
        }
        lines[^1] = new string(' ', Columns);
        return lines;
    }

    /// <summary>The mean over a patch with borders between pixels, each pixel weighted by the part of it that lies inside.</summary>
    static double Mean(ReadOnlySpan<byte> pixels, int width, double top, double bottom, double left, double right)
    {
        double sum = 0, weight = 0;
        for (int y = (int)top; y < bottom; y++)
            for (int x = (int)left; x < right; x++)
            {
                double w = (Math.Min(bottom, y + 1) - Math.Max(top, y)) * (Math.Min(right, x + 1) - Math.Max(left, x));
                (sum, weight) = (sum + w * pixels[y * width + x], weight + w);
            }
        return sum / weight;
    }
}
