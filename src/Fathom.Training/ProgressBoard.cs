using Fathom.Training.Plotting;

namespace Fathom.Training;

/// <summary>Collects points by name while training runs, keeps their averages, and draws them. Safe to use from several threads.</summary>
/// <remarks>After the course's ProgressBoard (Dive into Deep Learning, 3.2.1). Drawing does not happen at each point: whoever watches
/// asks for a picture (<see cref="ToPlot()"/>, <see cref="ToSvg"/>, <see cref="TerminalPlot"/>), or follows <see cref="Changed"/>.</remarks>
public sealed class ProgressBoard
{
    readonly Lock _gate = new();
    readonly List<Curve> _curves = [];

    /// <summary>What the horizontal axis measures.</summary>
    public string? XLabel { get; set; }

    /// <summary>What the vertical axis measures.</summary>
    public string? YLabel { get; set; }

    /// <summary>The heading, or null.</summary>
    public string? Title { get; set; }

    /// <summary>The scale of the horizontal axis.</summary>
    public AxisScale XScale { get; set; }

    /// <summary>The scale of the vertical axis.</summary>
    public AxisScale YScale { get; set; }

    /// <summary>The ends of the horizontal axis, or null to fit the points.</summary>
    public (double Low, double High)? XLimits { get; set; }

    /// <summary>The ends of the vertical axis, or null to fit the points.</summary>
    public (double Low, double High)? YLimits { get; set; }

    /// <summary>Raised after a point was added to a curve; carries the curve's name. Called on the thread that drew.</summary>
    public event EventHandler<string>? Changed;

    /// <summary>The names of the curves, in the order in which they first appeared.</summary>
    public IReadOnlyList<string> Labels
    {
        get { lock (_gate) return [.. _curves.Select(c => c.Label)]; }
    }

    /// <summary>The points of one curve so far; empty for a name that was never drawn.</summary>
    /// <param name="label">The curve's name.</param>
    public IReadOnlyList<DataPoint> this[string label]
    {
        get { lock (_gate) return [.. _curves.Find(c => c.Label == label)?.Points ?? []]; }
    }

    /// <summary>Takes in one measurement. Each <paramref name="everyN"/> measurements of a name become one point, their average in x and y.</summary>
    /// <param name="x">The horizontal value.</param>
    /// <param name="y">The measured value; not-a-number leaves a gap.</param>
    /// <param name="label">The curve it belongs to.</param>
    /// <param name="everyN">How many measurements make a point; at least 1.</param>
    /// <returns>Whether it completed a point.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="everyN"/> is below 1.</exception>
    public bool Draw(double x, double y, string label, int everyN = 1)
    {
        ArgumentNullException.ThrowIfNull(label);
        ArgumentOutOfRangeException.ThrowIfLessThan(everyN, 1);
        lock (_gate)
        {
            if (!CurveOf(label).Add(x, y, everyN)) return false;
        }
        Changed?.Invoke(this, label);
        return true;
    }

    /// <summary>Turns measurements that do not fill a point yet into a point of their own, as at the end of training.</summary>
    public void Flush()
    {
        lock (_gate) _curves.ForEach(c => c.Flush());
    }

    /// <summary>Joins every two points of a curve to their average, for one that has more points than can be seen.</summary>
    /// <param name="label">The curve's name; nothing happens where it was never drawn.</param>
    public void Halve(string label)
    {
        lock (_gate) _curves.Find(c => c.Label == label)?.Halve();
    }

    /// <summary>Forgets all points.</summary>
    public void Clear()
    {
        lock (_gate) _curves.Clear();
    }

    /// <summary>A plot of all curves as they are now.</summary>
    public LinePlot ToPlot() => ToPlot(_ => true);

    /// <summary>A plot of some of the curves as they are now.</summary>
    /// <param name="choose">Which names to show.</param>
    public LinePlot ToPlot(Func<string, bool> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        lock (_gate)
        {
            return new()
            {
                Title = Title, XLabel = XLabel, YLabel = YLabel, XScale = XScale, YScale = YScale, XLimits = XLimits, YLimits = YLimits,
                Series = [.. _curves.Where(c => choose(c.Label)).Select(c => new Series(c.Label, [.. c.Points]))],
            };
        }
    }

    /// <summary>The board as an SVG document.</summary>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    public string ToSvg(int width = 480, int height = 320) => SvgPlot.Render(ToPlot(), width, height);

    /// <summary>The board as lines of text, for a console or a log.</summary>
    /// <param name="width">The most columns to take.</param>
    /// <param name="height">The lines to take.</param>
    public string ToText(int width = 72, int height = 16) => new TerminalPlot(ToPlot()) { Height = height }.ToText(width);

    /// <summary>Writes all points, and the measurements that do not fill one yet.</summary>
    public void Save(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_gate)
            for (int i = 0; i < _curves.Count; i++) _curves[i].Save(state.At($"{i}"));
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(TrainingState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_gate)
        {
            _curves.Clear();
            for (int i = 0; state.Has($"{i}.label"); i++) _curves.Add(Curve.Load(state.At($"{i}")));
        }
    }

    Curve CurveOf(string label)
    {
        Curve? curve = _curves.Find(c => c.Label == label);
        if (curve is null) _curves.Add(curve = new(label));
        return curve;
    }

    sealed class Curve(string label)
    {
        double _x, _y;
        int _count;

        public string Label => label;

        public List<DataPoint> Points { get; } = [];

        /// <summary>Adds a measurement; true when it completed a point.</summary>
        public bool Add(double x, double y, int everyN)
        {
            (_x, _y) = (_x + x, _y + y);
            if (++_count < everyN) return false;
            Flush();
            return true;
        }

        public void Save(TrainingState state)
        {
            state.Put("label", [.. label.Select(c => (long)c)]);
            state.Put("x", [.. Points.Select(p => p.X)]);
            state.Put("y", [.. Points.Select(p => p.Y)]);
            state.Put("pending", _x, _y, _count);
        }

        public static Curve Load(TrainingState state)
        {
            Curve curve = new(string.Concat(state.Integers("label").Select(c => (char)c)));
            curve.Points.AddRange(state.Numbers("x").Zip(state.Numbers("y"), (x, y) => new DataPoint(x, y)));
            if (state.Numbers("pending") is [double x, double y, double count]) (curve._x, curve._y, curve._count) = (x, y, (int)count);
            return curve;
        }

        public void Halve()
        {
            int pairs = Points.Count / 2;
            for (int i = 0; i < pairs; i++) Points[i] = new((Points[2 * i].X + Points[2 * i + 1].X) / 2, (Points[2 * i].Y + Points[2 * i + 1].Y) / 2);
            if (Points.Count % 2 > 0) Points[pairs++] = Points[^1];
            Points.RemoveRange(pairs, Points.Count - pairs);
        }

        public void Flush()
        {
            if (_count == 0) return;
            Points.Add(new(_x / _count, _y / _count));
            (_x, _y, _count) = (0, 0, 0);
        }
    }
}
