using Fathom.Formats;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>A picture in characters: two pixels a cell, one above the other, as colours of an upper half block, or as a shade of text.</summary>
internal static class TerminalPicture
{
    const string Shades = " .:-=+*#%@";

    /// <summary>The picture, made smaller by averaging where it is wider than the columns.</summary>
    public static List<List<Segment>> Rows(Image image, int columns, bool coloured)
    {
        Image rgb = image.ToRgb();
        int width = Math.Min(columns, rgb.Width), height = Math.Max(1, (int)Math.Round((double)rgb.Height * width / rgb.Width));
        string rest = new(' ', columns - width);
        List<List<Segment>> rows = [];
        for (int y = 0; y < height; y += 2)
        {
            List<Segment> row = [];
            for (int x = 0; x < width; x++)
            {
                Rgb upper = Average(rgb, x, y, width, height), lower = y + 1 < height ? Average(rgb, x, y + 1, width, height) : new();
                row.Add(coloured
                    ? new("▀", new(TerminalText.Colour(upper), TerminalText.Colour(lower)))
                    : new(Shades[(int)((Luma(upper) + Luma(lower)) / 2 / 256 * Shades.Length)].ToString()));
            }
            if (rest.Length > 0) row.Add(new(rest));
            rows.Add(row);
        }
        return rows;
    }

    static double Luma(Rgb c) => 0.299 * c.R + 0.587 * c.G + 0.114 * c.B;

    static Rgb Average(Image image, int x, int y, int width, int height)
    {
        int left = x * image.Width / width, right = Math.Max(left + 1, (x + 1) * image.Width / width);
        int top = y * image.Height / height, bottom = Math.Max(top + 1, (y + 1) * image.Height / height);
        Span<int> sum = stackalloc int[3];
        sum.Clear();
        for (int row = top; row < bottom; row++)
            for (int column = left; column < right; column++)
                for (int c = 0; c < 3; c++) sum[c] += image.Pixels[(row * image.Width + column) * 3 + c];
        int count = (right - left) * (bottom - top);
        return new((byte)(sum[0] / count), (byte)(sum[1] / count), (byte)(sum[2] / count));
    }
}
