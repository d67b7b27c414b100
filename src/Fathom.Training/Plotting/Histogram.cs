using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>Numbers to be counted in a histogram.</summary>
/// <param name="Name">The name shown in the legend; empty where none is needed.</param>
/// <param name="Values">The numbers; those that are not finite are not counted.</param>
public sealed record HistogramSeries(string Name, IReadOnlyList<double> Values);

/// <summary>How many numbers fall into each of some bins of equal width; several samples stand side by side in each bin.</summary>
public sealed record Histogram : Figure
{
    /// <summary>The samples.</summary>
    public IReadOnlyList<HistogramSeries> Samples { get; init; } = [];

    /// <summary>The number of bins, 1 or more.</summary>
    public int Bins
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Bins), $"A histogram needs 1 bin or more, not {value}.");
    } = 10;

    /// <summary>The ends of the first and last bin; null for the least and greatest value of all samples.</summary>
    public (double Low, double High)? Limits { get; init; }

    /// <summary>Whether the bars show densities, whose area is 1 in each sample, instead of counts.</summary>
    public bool Density { get; init; }

    /// <summary>What is counted.</summary>
    public string? XLabel { get; init; }

    /// <summary>What the bars' heights are.</summary>
    public string? YLabel { get; init; }

    /// <summary>A histogram of the elements of a tensor.</summary>
    /// <param name="values">A tensor of any shape.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="xLabel">What is counted.</param>
    /// <param name="yLabel">What the bars' heights are.</param>
    public static Histogram Of(Tensor values, int bins = 10, string? xLabel = null, string? yLabel = "count") => Of([("", values)], bins, xLabel, yLabel);

    /// <summary>Histograms of several tensors, side by side in each bin.</summary>
    /// <param name="samples">Names for the legend, and tensors of any shape.</param>
    /// <param name="bins">The number of bins.</param>
    /// <param name="xLabel">What is counted.</param>
    /// <param name="yLabel">What the bars' heights are.</param>
    public static Histogram Of(IEnumerable<(string Name, Tensor Values)> samples, int bins = 10, string? xLabel = null, string? yLabel = "count") =>
        new() { Samples = [.. samples.Select(s => new HistogramSeries(s.Name, s.Values.ToArray<double>()))], Bins = bins, XLabel = xLabel, YLabel = yLabel };

    /// <summary>The ends of the bins, one more than there are bins.</summary>
    public IReadOnlyList<double> Edges
    {
        get
        {
            (double low, double high) = Limits ?? Range();
            return [.. Enumerable.Range(0, Bins + 1).Select(i => low + (high - low) * i / Bins)];
        }
    }

    (double Low, double High) Range()
    {
        double[] all = [.. Samples.SelectMany(s => s.Values).Where(double.IsFinite)];
        if (all.Length == 0) return (0, 1);
        (double low, double high) = (all.Min(), all.Max());
        return low == high ? (low - 0.5, high + 0.5) : (low, high);
    }

    /// <summary>The heights of one sample's bars: counts, or densities. A number on the border of two bins belongs to the upper one, except at the end.</summary>
    /// <param name="sample">The sample.</param>
    public IReadOnlyList<double> Heights(HistogramSeries sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        IReadOnlyList<double> edges = Edges;
        (double low, double high) = (edges[0], edges[^1]);
        double[] counts = new double[Bins];
        foreach (double v in sample.Values)
            if (v >= low && v <= high) counts[Math.Min(Bins - 1, (int)((v - low) / (high - low) * Bins))]++;
        double total = counts.Sum() * (high - low) / Bins;
        return Density && total > 0 ? [.. counts.Select(c => c / total)] : counts;
    }

    internal override string Heading => Title ?? "Histogram";

    internal override string Describe() => $"{YLabel ?? "Counts"} of {XLabel ?? "values"} in {Bins} bins from {Figures.Short(Edges[0])} to {Figures.Short(Edges[^1])}: "
        + string.Join("; ", Samples.Select(s => $"{(s.Name.Length == 0 ? "sample" : s.Name)}, {s.Values.Count} values")) + ".";

    internal override void Draw(Canvas canvas, Box area)
    {
        IReadOnlyList<double> edges = Edges;
        IReadOnlyList<double>[] heights = [.. Samples.Select(Heights)];
        Frame frame = new(canvas, area, new(Title, XLabel, YLabel, null, [.. Samples.Select(s => s.Name)]),
            most => Axis.Fit([], AxisScale.Linear, (edges[0], edges[^1]), most, widen: false),
            most => Axis.Fit(heights.SelectMany(h => h).Append(0), AxisScale.Linear, null, most, widen: true));
        frame.DrawAxes();
        double bottom = frame.PixelY(0);
        for (int bin = 0; bin < Bins; bin++)
        {
            (double left, double right) = (frame.PixelX(edges[bin]), frame.PixelX(edges[bin + 1]));
            double gap = Math.Min(2, (right - left) * 0.1), each = (right - left - gap) / Math.Max(1, heights.Length);
            for (int s = 0; s < heights.Length; s++)
                if (heights[s][bin] > 0)
                    canvas.Fill(Paint.Face(s), new(left + gap / 2 + s * each, frame.PixelY(heights[s][bin]), each, bottom - frame.PixelY(heights[s][bin])));
        }
        frame.DrawLegend((s, x, y) => canvas.Fill(Paint.Face(s), new(x + 8, y - 5, 14, 10)));
        if (heights.All(h => h.All(v => v == 0))) frame.Say("no values");
    }

    internal override IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured)
    {
        if (Title is not null) yield return [TerminalText.Bold(Title, width)];
        string marks = ascii ? "#=+*o@" : "█▒▓░■□";
        if (Samples.Any(s => s.Name.Length > 0))
            yield return [new(TerminalText.Cut(string.Join("   ", Samples.Select((s, i) => $"{marks[i % marks.Length]} {s.Name}")), width))];
        IReadOnlyList<double> edges = Edges;
        IReadOnlyList<double>[] heights = [.. Samples.Select(Heights)];
        double most = heights.SelectMany(h => h).DefaultIfEmpty(0).Max();
        string[] labels = [.. edges.Take(Bins).Select(Figures.Short)];
        int gutter = labels.Max(l => l.Length), room = width - gutter - 3 - heights.SelectMany(h => h).Select(h => Label(h).Length).DefaultIfEmpty(0).Max();
        if (room < 4) yield break;
        for (int bin = 0; bin < Bins; bin++)
            for (int s = 0; s < heights.Length; s++)
            {
                string bar = new(marks[s % marks.Length], most == 0 ? 0 : (int)Math.Round(heights[s][bin] / most * room));
                yield return
                [
                    TerminalText.Muted((s == 0 ? labels[bin] : "").PadLeft(gutter) + (ascii ? " |" : " │")),
                    coloured ? new(bar, new(Color.FromInt32(TerminalPlot.Hue(s)))) : new(bar),
                    TerminalText.Muted($" {Label(heights[s][bin])}"),
                ];
            }
    }

    string Label(double value) => Density ? Figures.Short(value) : value.ToString("0", CultureInfo.InvariantCulture);
}
