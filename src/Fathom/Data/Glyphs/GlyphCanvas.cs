namespace Fathom.Data;

/// <summary>A small grey picture in the making: strokes are laid down by their distance from each pixel, so that edges are smooth.</summary>
sealed class GlyphCanvas(int side)
{
    /// <summary>Straight pieces between two points of a curve.</summary>
    const int PiecesPerSpan = 5;

    const float FarAway = 1e9f;

    readonly float[] _distance = new float[side * side];    // to the ink of the strokes since the last Ink, in pixels; negative inside
    readonly float[] _grey = new float[side * side];        // 0 paper to 1 ink
    readonly float[] _scratch = new float[side * side];

    /// <summary>A blank sheet.</summary>
    public void Clear()
    {
        Array.Clear(_grey);
        Array.Fill(_distance, FarAway);
    }

    /// <summary>Draws a smooth curve through points (a Catmull-Rom spline) with a round pen.</summary>
    /// <param name="points">Two or more, in pixels.</param>
    /// <param name="radius">Of the pen at the start and at the end, in pixels.</param>
    public void Stroke(ReadOnlySpan<GlyphPoint> points, (float Start, float End) radius)
    {
        int pieces = points.Length == 2 ? 1 : PiecesPerSpan;
        float total = (points.Length - 1) * pieces;
        GlyphPoint from = points[0];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            GlyphPoint p0 = points[Math.Max(i - 1, 0)], p1 = points[i], p2 = points[i + 1], p3 = points[Math.Min(i + 2, points.Length - 1)];
            for (int piece = 1; piece <= pieces; piece++)
            {
                float t = piece / (float)pieces;
                var to = new GlyphPoint(Spline(p0.X, p1.X, p2.X, p3.X, t), Spline(p0.Y, p1.Y, p2.Y, p3.Y, t));
                float along = (i * pieces + piece) / total;
                Line(from, to, radius.Start + (radius.End - radius.Start) * along);
                from = to;
            }
        }
    }

    /// <summary>Turns what was drawn since the last call into ink over what is there.</summary>
    /// <param name="strength">How black, 0 to 1.</param>
    /// <param name="softness">How wide the edges are, in pixels.</param>
    public void Ink(float strength, float softness)
    {
        for (int i = 0; i < _grey.Length; i++)
        {
            float cover = Math.Clamp(0.5f - _distance[i] / softness, 0, 1);
            _grey[i] = Math.Max(_grey[i], strength * cover * cover * (3 - 2 * cover));
        }
        Array.Fill(_distance, FarAway);
    }

    /// <summary>Blurs with weights (b, 1 - 2 b, b) along both axes.</summary>
    public void Blur(float b)
    {
        Smear(_grey, _scratch, 1, side, b);
        Smear(_scratch, _grey, side, 1, b);
    }

    /// <summary>Adds noise and writes bytes.</summary>
    public void Develop(ref PhiloxDraws draws, float noise, Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(Math.Clamp(_grey[i] + noise * draws.RoughNormal(), 0, 1) * 255 + 0.5f);
    }

    void Line(GlyphPoint a, GlyphPoint b, float radius)
    {
        float reach = radius + 2;       // edges are never softer than this
        int left = Math.Max(0, (int)(Math.Min(a.X, b.X) - reach)), right = Math.Min(side - 1, (int)(Math.Max(a.X, b.X) + reach));
        int top = Math.Max(0, (int)(Math.Min(a.Y, b.Y) - reach)), bottom = Math.Min(side - 1, (int)(Math.Max(a.Y, b.Y) + reach));
        float dx = b.X - a.X, dy = b.Y - a.Y, scale = 1 / Math.Max(dx * dx + dy * dy, 1e-6f);
        for (int y = top; y <= bottom; y++)
            for (int x = left; x <= right; x++)
            {
                float px = x - a.X, py = y - a.Y;
                float t = Math.Clamp((px * dx + py * dy) * scale, 0, 1);
                float ex = px - t * dx, ey = py - t * dy;
                ref float nearest = ref _distance[y * side + x];
                nearest = Math.Min(nearest, MathF.Sqrt(ex * ex + ey * ey) - radius);
            }
    }

    static float Spline(float p0, float p1, float p2, float p3, float t) =>
        p1 + 0.5f * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));

    /// <summary>Blurs along one axis; beyond the edges the paper is blank.</summary>
    static void Smear(float[] source, float[] target, int step, int otherStep, float b)
    {
        int side = Math.Max(step, otherStep);
        for (int line = 0; line < side; line++)
            for (int k = 0, at = line * otherStep; k < side; k++, at += step)
            {
                float before = k > 0 ? source[at - step] : 0, after = k + 1 < side ? source[at + step] : 0;
                target[at] = b * (before + after) + (1 - 2 * b) * source[at];
            }
    }
}
