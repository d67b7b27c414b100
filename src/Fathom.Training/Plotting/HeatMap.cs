using System.Globalization;
using Fathom.Formats;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>A matrix as coloured squares, with its numbers in them where there is room, and a bar that tells which colour is which number.</summary>
public sealed record HeatMap : Figure
{
    /// <summary>The numbers, (rows, columns); not-a-number leaves a square empty.</summary>
    public double[,] Values { get; init; } = new double[0, 0];

    /// <summary>The names of the rows; null for none.</summary>
    public IReadOnlyList<string>? RowLabels { get; init; }

    /// <summary>The names of the columns; null for none.</summary>
    public IReadOnlyList<string>? ColumnLabels { get; init; }

    /// <summary>What the columns stand for.</summary>
    public string? XLabel { get; init; }

    /// <summary>What the rows stand for.</summary>
    public string? YLabel { get; init; }

    /// <summary>How numbers become colours.</summary>
    public ColourMap Colours { get; init; }

    /// <summary>The numbers at the ends of the colours; null for the least and the greatest.</summary>
    public (double Low, double High)? Limits { get; init; }

    /// <summary>Whether the numbers stand in the squares; null where there are at most 12 rows and columns.</summary>
    public bool? ShowValues { get; init; }

    /// <summary>The .NET format of the numbers in the squares; null for whole numbers as they are and others with about four digits.</summary>
    public string? Format { get; init; }

    /// <summary>A heat map of a matrix.</summary>
    /// <param name="matrix">(rows, columns).</param>
    /// <param name="xLabel">What the columns stand for.</param>
    /// <param name="yLabel">What the rows stand for.</param>
    /// <exception cref="ShapeException">The tensor is no matrix.</exception>
    public static HeatMap Of(Tensor matrix, string? xLabel = null, string? yLabel = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank != 2) throw ShapeException.For("heat_map", $"a tensor of shape {matrix.Shape}: needs a matrix (rows, columns)");
        return new() { Values = matrix.ToArray2D<double>(), XLabel = xLabel, YLabel = yLabel };
    }

    /// <summary>A confusion matrix as a heat map: true classes downwards, predicted ones across.</summary>
    /// <param name="counts">How often each class (row) was taken for each (column).</param>
    /// <param name="classes">The classes' names; null for their numbers.</param>
    public static HeatMap Confusion(Tensor counts, IReadOnlyList<string>? classes = null)
    {
        HeatMap map = Of(counts, "predicted", "true") with { Colours = ColourMap.Blues };
        classes ??= [.. Enumerable.Range(0, map.RowCount).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        return map with { RowLabels = classes, ColumnLabels = classes };
    }

    internal int RowCount => Values.GetLength(0);

    internal int ColumnCount => Values.GetLength(1);

    internal bool HasValues => ShowValues ?? (RowCount <= 12 && ColumnCount <= 12);

    IEnumerable<double> Finite => Values.Cast<double>().Where(double.IsFinite);

    internal (double Low, double High) Ends => Limits ?? (Finite.DefaultIfEmpty(0).Min(), Finite.DefaultIfEmpty(0).Max());

    /// <summary>How a value reads; asks the values once for whether they are whole numbers.</summary>
    internal Func<double, string> Texts()
    {
        bool whole = Finite.All(double.IsInteger);
        return value => double.IsNaN(value) ? "–" : Format is not null ? value.ToString(Format, CultureInfo.InvariantCulture)
            : whole ? value.ToString("0", CultureInfo.InvariantCulture) : Figures.Short(value);
    }

    /// <summary>The colour of a value; asks the values once for their range.</summary>
    internal Func<double, Rgb> Shades()
    {
        (double low, double high) = Ends;
        return value => Colours.At(high > low ? (value - low) / (high - low) : 0.5);
    }

    /// <summary>The squares as the pixels of a picture; empty ones are transparent.</summary>
    internal Image Squares()
    {
        Func<double, Rgb> shade = Shades();
        byte[] pixels = new byte[4 * Values.Length];
        int at = 0;
        foreach (double value in Values)
        {
            Rgb colour = double.IsNaN(value) ? default : shade(value);
            (pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]) = (colour.R, colour.G, colour.B, double.IsNaN(value) ? (byte)0 : (byte)255);
            at += 4;
        }
        return new(ColumnCount, RowCount, 4, pixels);
    }

    private protected override (int Width, int Height) NaturalSize
    {
        get
        {
            if (Values.Length == 0) throw new ArgumentException("[plot] a heat map without values: give at least one row and one column");
            double cell = HasValues ? HeatPanel.ValueCell(this) : Math.Clamp(320.0 / Math.Max(RowCount, ColumnCount), 1, 40);
            return ((int)Math.Max(240, cell * ColumnCount + HeatPanel.Sides(this)), (int)Math.Max(160, cell * RowCount + HeatPanel.Ends(this)));
        }
    }

    internal override string Heading => Title ?? "Heat map";

    internal override string Describe()
    {
        string labels = YLabel is null && XLabel is null ? "" : $", {YLabel ?? "rows"} against {XLabel ?? "columns"}";
        return $"{Heading}: {RowCount} rows and {ColumnCount} columns{labels}, values from {Texts()(Finite.DefaultIfEmpty(0).Min())} to {Texts()(Finite.DefaultIfEmpty(0).Max())}.";
    }

    internal override void Draw(Canvas canvas, Box area) => new HeatPanel(canvas, this, area).Draw();

    internal override IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured) => TerminalHeatMap.Rows(this, width, ascii, coloured);
}
