using Fathom.Formats;

namespace Fathom.Training.Plotting;

/// <summary>Draws on a grid of pixels, edges smoothed by the share of each pixel that is covered.</summary>
internal sealed class RasterCanvas : Canvas
{
    static readonly double[][] Dashes = [[], [7, 4], [8, 3, 2, 3], [2, 3]];

    readonly int _width, _height, _scale;
    readonly SvgColours _colours;
    readonly byte[] _pixels;
    (int Left, int Top, int Right, int Bottom) _clip;

    public RasterCanvas(int width, int height, int scale, SvgColours colours)
    {
        (_width, _height, _scale, _colours) = (checked(width * scale), checked(height * scale), scale, colours);
        _pixels = new byte[checked(3 * _width * _height)];
        Unclip();
        Fill(new("page"), new(0, 0, width, height));
    }

    public Image ToImage() => new(_width, _height, 3, _pixels);

    public override void Rule(Paint paint, double x1, double y1, double x2, double y2)
    {
        Pen pen = new(_clip, 0.5 * _scale);
        pen.Line(x1 * _scale, y1 * _scale, x2 * _scale, y2 * _scale);
        Blend(pen, _colours.Of(paint));
    }

    public override void Stroke(int place, LineStyle style, IReadOnlyList<IReadOnlyList<DataPoint>> pieces)
    {
        Pen pen = new(_clip, _scale);
        foreach (IReadOnlyList<DataPoint> piece in pieces)
        {
            if (piece.Count == 1) pen.Line(piece[0].X * _scale, piece[0].Y * _scale, piece[0].X * _scale, piece[0].Y * _scale);
            DashWalk walk = new(Dashes[(int)style]);
            for (int i = 1; i < piece.Count; i++)
                foreach ((DataPoint a, DataPoint b) in walk.Cut(piece[i - 1], piece[i]))
                    pen.Line(a.X * _scale, a.Y * _scale, b.X * _scale, b.Y * _scale);
        }
        Blend(pen, Rgb.Parse(_colours.Curves[place % SvgColours.Hues]));
    }

    public override void Dot(int place, double x, double y, double radius)
    {
        Disc(x, y, radius + 0.5, Rgb.Parse(_colours.Page));
        Disc(x, y, radius - 0.5, Rgb.Parse(_colours.Curves[place % SvgColours.Hues]));
    }

    void Disc(double x, double y, double radius, Rgb colour)
    {
        Pen pen = new(_clip, radius * _scale);
        pen.Line(x * _scale, y * _scale, x * _scale, y * _scale);
        Blend(pen, colour);
    }

    public override void Fill(Paint paint, Box box)
    {
        Rgb colour = _colours.Of(paint);
        (double left, double top, double right, double bottom) = (box.Left * _scale, box.Top * _scale, box.Right * _scale, box.Bottom * _scale);
        for (int y = Math.Max(_clip.Top, (int)top); y < Math.Min(_clip.Bottom, bottom); y++)
            for (int x = Math.Max(_clip.Left, (int)left); x < Math.Min(_clip.Right, right); x++)
                Mix(x, y, colour, Covered(x, left, right) * Covered(y, top, bottom));
    }

    /// <summary>The share of the pixel at <paramref name="at"/> that lies between two edges.</summary>
    static double Covered(int at, double low, double high) => Math.Clamp(Math.Min(at + 1, high) - Math.Max(at, low), 0, 1);

    public override void Picture(Image image, Box box)
    {
        (double left, double top, double width, double height) = (box.Left * _scale, box.Top * _scale, box.Width * _scale, box.Height * _scale);
        for (int y = Math.Max(_clip.Top, (int)Math.Round(top)); y < Math.Min(_clip.Bottom, Math.Round(top + height)); y++)
            for (int x = Math.Max(_clip.Left, (int)Math.Round(left)); x < Math.Min(_clip.Right, Math.Round(left + width)); x++)
            {
                int column = Math.Clamp((int)((x + 0.5 - left) / width * image.Width), 0, image.Width - 1);
                int row = Math.Clamp((int)((y + 0.5 - top) / height * image.Height), 0, image.Height - 1);
                ReadOnlySpan<byte> p = image.Pixels.AsSpan((row * image.Width + column) * image.Channels, image.Channels);
                Mix(x, y, p.Length < 3 ? new(p[0], p[0], p[0]) : new(p[0], p[1], p[2]), image.HasAlpha ? p[^1] / 255.0 : 1);
            }
    }

    public override void Text(Paint paint, double x, double y, string text, double size, Anchor anchor = Anchor.Start, bool bold = false)
    {
        double unit = size * _scale * StrokeFont.Unit;
        double width = StrokeFont.Width(text) * unit;
        double left = x * _scale - (anchor == Anchor.Start ? 0 : anchor == Anchor.Middle ? width / 2 : width);
        Pen pen = new(_clip, size * _scale * (bold ? 0.062 : 0.045));
        foreach ((double x1, double y1, double x2, double y2) in StrokeFont.Lines(text))
            pen.Line(left + x1 * unit, y * _scale + y1 * unit, left + x2 * unit, y * _scale + y2 * unit);
        Blend(pen, _colours.Of(paint));
    }

    public override void Clip(Box box) => _clip = (Math.Max(0, (int)(box.Left * _scale)), Math.Max(0, (int)(box.Top * _scale)),
        Math.Min(_width, (int)Math.Ceiling(box.Right * _scale)), Math.Min(_height, (int)Math.Ceiling(box.Bottom * _scale)));

    public override void Unclip() => _clip = (0, 0, _width, _height);

    void Blend(Pen pen, Rgb colour)
    {
        foreach (((int x, int y), float covered) in pen.Covered) Mix(x, y, colour, covered);
    }

    void Mix(int x, int y, Rgb colour, double share)
    {
        Span<byte> p = _pixels.AsSpan(3 * (y * _width + x), 3);
        Rgb mixed = new Rgb(p[0], p[1], p[2]).Mix(colour, share);
        (p[0], p[1], p[2]) = (mixed.R, mixed.G, mixed.B);
    }

    /// <summary>A round pen: keeps for each pixel how much of it the strokes so far cover, so that joints are not painted twice.</summary>
    sealed class Pen((int Left, int Top, int Right, int Bottom) clip, double radius)
    {
        public Dictionary<(int X, int Y), float> Covered { get; } = [];

        public void Line(double x1, double y1, double x2, double y2)
        {
            (double dx, double dy) = (x2 - x1, y2 - y1);
            double length2 = dx * dx + dy * dy, reach = radius + 1;
            int top = (int)Math.Max(clip.Top, Math.Floor(Math.Min(y1, y2) - reach)), bottom = (int)Math.Min(clip.Bottom, Math.Ceiling(Math.Max(y1, y2) + reach));
            for (int y = top; y < bottom; y++)
            {
                (double low, double high) = Span(x1, y1, dx, dy, y + 0.5, reach);
                for (int x = (int)Math.Max(clip.Left, Math.Floor(low)); x < Math.Min(clip.Right, Math.Ceiling(high)); x++)
                {
                    double along = length2 == 0 ? 0 : Math.Clamp(((x + 0.5 - x1) * dx + (y + 0.5 - y1) * dy) / length2, 0, 1);
                    double away = double.Hypot(x + 0.5 - x1 - along * dx, y + 0.5 - y1 - along * dy);
                    float share = (float)Math.Clamp(radius + 0.5 - away, 0, 1);
                    if (share > 0 && share > Covered.GetValueOrDefault((x, y))) Covered[(x, y)] = share;
                }
            }
        }

        /// <summary>The stretch of a row that can be within reach of the line: where the line itself is within reach of the row, widened by the reach.</summary>
        static (double Low, double High) Span(double x1, double y1, double dx, double dy, double y, double reach)
        {
            double a = 0, b = 1;
            if (Math.Abs(dy) > 1e-9)
            {
                (double s, double t) = ((y - reach - y1) / dy, (y + reach - y1) / dy);
                (a, b) = (Math.Clamp(Math.Min(s, t), 0, 1), Math.Clamp(Math.Max(s, t), 0, 1));
            }
            (double p, double q) = (x1 + a * dx, x1 + b * dx);
            return (Math.Min(p, q) - reach, Math.Max(p, q) + reach);
        }
    }

    /// <summary>Cuts a line into dashes that go on over its corners.</summary>
    sealed class DashWalk(double[] dashes)
    {
        int _dash;
        double _left = dashes.Length > 0 ? dashes[0] : double.PositiveInfinity;

        public IEnumerable<(DataPoint A, DataPoint B)> Cut(DataPoint a, DataPoint b)
        {
            double length = double.Hypot(b.X - a.X, b.Y - a.Y), at = 0;
            while (at < length)
            {
                double step = Math.Min(_left, length - at);
                if (_dash % 2 == 0) yield return (Between(a, b, at / length), Between(a, b, (at + step) / length));
                at += step;
                _left -= step;
                if (_left <= 0) _left = dashes[_dash = (_dash + 1) % dashes.Length];
            }
        }

        static DataPoint Between(DataPoint a, DataPoint b, double share) => new(a.X + (b.X - a.X) * share, a.Y + (b.Y - a.Y) * share);
    }
}
