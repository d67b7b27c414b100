using System.Globalization;
using System.Xml.Linq;
using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class SvgPlotTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static LinePlot Plot(params double[] values) =>
        new() { XLabel = "epoch", YLabel = "loss", Series = [new("train_loss", [.. values.Select((y, x) => new DataPoint(x, y))])] };

    static XElement Draw(LinePlot plot) => XDocument.Parse(SvgPlot.Render(plot)).Root!;

    static string[] Texts(XElement svg) => [.. svg.Elements(Svg + "text").Select(t => t.Value)];

    static XElement[] Curves(XElement svg) => [.. svg.Element(Svg + "g")!.Elements(Svg + "path")];

    [Fact]
    public void A_curve_with_a_place_looks_the_same_whatever_else_is_drawn()
    {
        string svg = SvgPlot.Render(new LinePlot { Series = [new("val_accuracy", [new(0, 0), new(1, 1)], Place: 1)] });
        Assert.Contains("class=\"c1\" fill=\"none\" stroke-width=\"2\" stroke-linejoin=\"round\" stroke-dasharray", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"c0\"", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_one_self_contained_document_of_the_asked_size()
    {
        XElement svg = XDocument.Parse(SvgPlot.Render("Two", [Plot(1, 2), Plot(3)], 300, 200)).Root!;
        Assert.Equal(("600", "240"), (svg.Attribute("width")!.Value, svg.Attribute("height")!.Value));
        string text = svg.ToString();
        Assert.DoesNotContain("href", text);
        Assert.DoesNotContain("<script", text);
        Assert.DoesNotContain("url(http", text);
    }

    [Fact]
    public void Text_cannot_break_out_of_the_markup()
    {
        XElement svg = Draw(Plot(1, 2) with { Title = "a < b & \"c\"", Series = [new("</svg><x>", [new(0, 0)])] });
        Assert.Contains("a < b & \"c\"", Texts(svg));
        Assert.Contains("</svg><x>", Texts(svg));
    }

    [Fact]
    public void Says_in_words_what_it_shows()
    {
        string description = Draw(Plot(2.3, 0.5)).Element(Svg + "desc")!.Value;
        Assert.Equal("loss against epoch: train_loss, 2 points from 2.300 to 0.500.", description);
    }

    [Fact]
    public void Curves_run_through_the_points_downwards_for_smaller_values()
    {
        string path = Assert.Single(Curves(Draw(Plot(4, 2, 0)))).Attribute("d")!.Value;
        double[] numbers = [.. path[1..].Split('L', ' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        Assert.Equal(6, numbers.Length);
        Assert.Equal(numbers[2] - numbers[0], numbers[4] - numbers[2], 0.11);
        Assert.True(numbers[1] < numbers[3] && numbers[3] < numbers[5]);
    }

    [Fact]
    public void Values_that_are_not_finite_leave_a_gap()
    {
        string path = Assert.Single(Curves(Draw(Plot(1, 2, double.NaN, 3, double.PositiveInfinity, 4)))).Attribute("d")!.Value;
        Assert.Equal(3, path.Count(c => c == 'M'));
        Assert.DoesNotContain("NaN", path);
    }

    [Fact]
    public void Tells_of_points_a_logarithmic_axis_has_no_place_for()
    {
        Assert.Contains("2 points at or below zero not shown", Texts(Draw(Plot(1, 0, -3, 10) with { YScale = AxisScale.Log })));
        Assert.Contains("loss (log scale)", Texts(Draw(Plot(1, 10) with { YScale = AxisScale.Log })));
    }

    [Fact]
    public void Says_when_there_is_nothing_yet() => Assert.Contains("no points yet", Texts(Draw(new LinePlot { Title = "Empty" })));

    [Fact]
    public void Names_stand_above_the_curves_in_as_many_rows_as_they_need()
    {
        Series[] many = [.. Enumerable.Range(0, 8).Select(i => new Series($"a fairly long name {i}", [new(0, i)]))];
        XElement svg = Draw(new LinePlot { Series = many });
        double[] rows = [.. svg.Elements(Svg + "text").Where(t => t.Value.StartsWith("a fairly")).Select(t => (double)t.Attribute("y")!)];
        double top = svg.Elements(Svg + "path").Where(p => (string?)p.Attribute("class") == "grid").Min(p => double.Parse(p.Attribute("d")!.Value.Split(' ', 'L')[1]));
        Assert.True(rows.Distinct().Count() > 1);
        Assert.All(rows, y => Assert.True(y < top));
        Assert.All(svg.Elements(Svg + "text"), t => Assert.InRange((double)t.Attribute("x")!, 0, 480));
    }

    [Fact]
    public void The_last_value_stands_beside_the_name_where_asked() => Assert.Contains("train_loss  0.250", Texts(Draw(Plot(1, 0.25) with { ShowLast = true })));

    [Fact]
    public void Curves_are_told_apart_without_colour()
    {
        XElement[] curves = Curves(Draw(new LinePlot { Series = [.. "abcd".Select(c => new Series(c.ToString(), [new(0, 0), new(1, c)]))] }));
        Assert.Equal(4, curves.Select(c => (string?)c.Attribute("stroke-dasharray")).Distinct().Count());
    }

    [Fact]
    public void A_million_points_make_a_small_file_that_keeps_every_spike()
    {
        double[] values = new double[1_000_000];
        values[432_100] = 7;
        values[765_432] = -7;
        string svg = SvgPlot.Render(Plot(values));
        Assert.InRange(svg.Length, 1000, 60_000);
        XElement curve = Assert.Single(Curves(XDocument.Parse(svg).Root!));
        double[] heights = [.. curve.Attribute("d")!.Value[1..].Split('L').Select(p => double.Parse(p.Split(' ')[1], CultureInfo.InvariantCulture))];
        double rest = heights[0];
        Assert.True(heights.Min() < rest - 50 && heights.Max() > rest + 50);
    }

    [Fact]
    public void Refuses_what_cannot_be_drawn()
    {
        Assert.Throws<ArgumentException>(() => SvgPlot.Render(null, []));
        Assert.Contains("160 x 120", Assert.Throws<ArgumentException>(() => SvgPlot.Render(Plot(1), 100, 100)).Message);
    }

    [Theory]
    [InlineData(SvgTheme.Light, false), InlineData(SvgTheme.Dark, false), InlineData(SvgTheme.Auto, true)]
    public void Follows_the_page_only_when_asked_to(SvgTheme theme, bool follows) =>
        Assert.Equal(follows, SvgPlot.Render(Plot(1, 2), theme: theme).Contains("prefers-color-scheme"));
}
