namespace Fathom.Formats;

/// <summary>The row filters of PNG (section 9): each byte is stored less a prediction from its left (a), upper (b) and upper left (c) neighbours.</summary>
static class PngFilter
{
    /// <summary>Adds the predictions back.</summary>
    /// <param name="filter">0 none, 1 left, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">The stored row; becomes the true one.</param>
    /// <param name="above">The true row above; zeros over the first.</param>
    /// <param name="pixelBytes">The distance to the left neighbour.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int pixelBytes)
    {
        if (filter == 0) return;
        for (int i = 0; i < row.Length; i++)
        {
            byte a = i >= pixelBytes ? row[i - pixelBytes] : (byte)0;
            byte c = i >= pixelBytes ? above[i - pixelBytes] : (byte)0;
            row[i] += Predict(filter, a, above[i], c);
        }
    }

    /// <summary>Subtracts the predictions of one filter from a row.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int pixelBytes, Span<byte> stored)
    {
        for (int i = 0; i < row.Length; i++)
        {
            byte a = i >= pixelBytes ? row[i - pixelBytes] : (byte)0;
            byte c = i >= pixelBytes ? above[i - pixelBytes] : (byte)0;
            stored[i] = (byte)(row[i] - Predict(filter, a, above[i], c));
        }
    }

    static byte Predict(int filter, byte a, byte b, byte c) => filter switch
    {
        0 => 0,
        1 => a,
        2 => b,
        3 => (byte)((a + b) / 2),
        _ => Paeth(a, b, c),
    };

    /// <summary>Whichever neighbour is nearest to a + b - c; ties go to a, then b.</summary>
    static byte Paeth(byte a, byte b, byte c)
    {
        int p = a + b - c, pa = Math.Abs(p - a), pb = Math.Abs(p - b), pc = Math.Abs(p - c);
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
}
