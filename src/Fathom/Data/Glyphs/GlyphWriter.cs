namespace Fathom.Data;

/// <summary>Writes one random glyph after another. Each comes from a random stream of its own, so it does not matter who writes which, or when.</summary>
sealed class GlyphWriter
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 28;

    const float Jitter = 1.05f;                 // of each point, standard deviation in units of the shapes' box
    const float ClutterChance = 0.5f;           // of each of the stray marks
    const int MostClutter = 3;
    const float MostNoise = 0.1f;

    readonly GlyphCanvas _canvas = new(Side);
    GlyphPoint[] _points = new GlyphPoint[16];

    /// <summary>The digit that glyph number <paramref name="stream"/> of a seed shows.</summary>
    public static byte DigitOf(long seed, ulong stream)
    {
        var draws = new PhiloxDraws(seed, stream);
        return (byte)draws.Index(GlyphShapes.Digits.Length);
    }

    /// <summary>Writes glyph number <paramref name="stream"/> of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">Which glyph.</param>
    /// <param name="pixels">Takes Side x Side bytes.</param>
    /// <returns>The digit.</returns>
    public byte Write(long seed, ulong stream, Span<byte> pixels)
    {
        var draws = new PhiloxDraws(seed, stream);
        int digit = draws.Index(GlyphShapes.Digits.Length);
        GlyphPoint[][][] ways = GlyphShapes.Digits[digit];
        _canvas.Clear();
        WriteDigit(ref draws, ways[draws.Index(ways.Length)]);
        for (int i = 0; i < MostClutter; i++)
            if (draws.Chance(ClutterChance)) WriteStrayMark(ref draws);
        _canvas.Blur(draws.Uniform(0, 0.25f));
        _canvas.Develop(ref draws, draws.Uniform(0, MostNoise), pixels);
        return (byte)digit;
    }

    void WriteDigit(ref PhiloxDraws draws, GlyphPoint[][] strokes)
    {
        var hand = new GlyphHand(ref draws, Side);
        float pen = draws.Uniform(0.7f, 1.7f);
        foreach (GlyphPoint[] stroke in strokes)
        {
            if (_points.Length < stroke.Length) _points = new GlyphPoint[stroke.Length];
            for (int i = 0; i < stroke.Length; i++)
                _points[i] = hand.Place(new GlyphPoint(stroke[i].X + Jitter * draws.Normal(), stroke[i].Y + Jitter * draws.Normal()));
            _canvas.Stroke(_points.AsSpan(0, stroke.Length), (pen * draws.Uniform(0.8f, 1.2f), pen * draws.Uniform(0.7f, 1.1f)));
        }
        _canvas.Ink(draws.Uniform(0.65f, 1), draws.Uniform(1, 2));
    }

    /// <summary>A short line or a speck anywhere, mostly paler than the digit.</summary>
    void WriteStrayMark(ref PhiloxDraws draws)
    {
        var start = new GlyphPoint(draws.Uniform(0, Side), draws.Uniform(0, Side));
        float length = draws.Uniform(0, 7);
        (float sin, float cos) = MathF.SinCos(draws.Uniform(0, 2 * MathF.PI));
        float pen = draws.Uniform(0.4f, 1);
        _canvas.Stroke([start, new GlyphPoint(start.X + length * cos, start.Y + length * sin)], (pen, pen));
        _canvas.Ink(draws.Uniform(0.25f, 0.8f), 1.5f);
    }
}
