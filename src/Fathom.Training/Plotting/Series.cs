namespace Fathom.Training.Plotting;

/// <summary>How an axis maps values to places.</summary>
public enum AxisScale
{
    /// <summary>Equal differences take equal room.</summary>
    Linear,

    /// <summary>Equal ratios take equal room; only positive values can be shown.</summary>
    Log,
}

/// <summary>How a curve is stroked; told apart without colour.</summary>
public enum LineStyle
{
    /// <summary>An unbroken line.</summary>
    Solid,

    /// <summary>Long dashes.</summary>
    Dashed,

    /// <summary>Dashes and dots by turns.</summary>
    DashDot,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>No line, a marker at each point: a scatter plot.</summary>
    Points,
}

/// <summary>One point of a curve, in data units.</summary>
/// <param name="X">The horizontal value.</param>
/// <param name="Y">The vertical value; not-a-number or infinite values break the line.</param>
public readonly record struct DataPoint(double X, double Y)
{
    /// <summary>Whether both coordinates are ordinary numbers.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y);
}

/// <summary>A named curve.</summary>
/// <param name="Name">The name shown in the legend; empty for a curve that needs none.</param>
/// <param name="Points">The points in drawing order.</param>
/// <param name="Style">The stroke, or null for the one that belongs to the curve's place.</param>
/// <param name="Place">Which colour and stroke to take, from 0, so that a name can look the same in several plots; null for the order in the plot.</param>
public sealed record Series(string Name, IReadOnlyList<DataPoint> Points, LineStyle? Style = null, int? Place = null)
{
    /// <summary>A curve through points given by coordinates.</summary>
    /// <param name="name">The name shown in the legend.</param>
    /// <param name="x">The horizontal values.</param>
    /// <param name="y">As many vertical values.</param>
    /// <param name="style">The stroke, or null for the one that belongs to the curve's place.</param>
    /// <exception cref="ArgumentException">There are not as many of one as of the other.</exception>
    public static Series Of(string name, IEnumerable<double> x, IEnumerable<double> y, LineStyle? style = null)
    {
        double[] xs = [.. x], ys = [.. y];
        if (xs.Length != ys.Length) throw new ArgumentException($"[plot] '{name}' has {xs.Length} horizontal and {ys.Length} vertical values: a point has one of each.", nameof(y));
        return new(name, [.. xs.Zip(ys, (a, b) => new DataPoint(a, b))], style);
    }

    /// <summary>A curve through points given by tensors of any shape with as many elements as each other; their gradients do not matter.</summary>
    /// <inheritdoc cref="Of(string, IEnumerable{double}, IEnumerable{double}, LineStyle?)"/>
    public static Series Of(string name, Tensor x, Tensor y, LineStyle? style = null) => Of(name, x.ToArray<double>(), y.ToArray<double>(), style);

    /// <summary>The curve of a function.</summary>
    /// <param name="name">The name shown in the legend.</param>
    /// <param name="function">The function.</param>
    /// <param name="from">Where the curve begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="points">The number of points, 2 or more.</param>
    /// <param name="style">The stroke, or null for the one that belongs to the curve's place.</param>
    public static Series Of(string name, Func<double, double> function, double from, double to, int points = 201, LineStyle? style = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        double[] x = [.. Enumerable.Range(0, points).Select(i => from + (to - from) * i / (points - 1))];
        return Of(name, x, x.Select(function), style);
    }
}
