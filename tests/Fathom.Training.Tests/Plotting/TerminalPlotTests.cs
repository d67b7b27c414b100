using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Training.Tests.Plotting;

public class TerminalPlotTests
{
    static LinePlot Plot(params double[] values) =>
        new() { XLabel = "epoch", Series = [new("loss", [.. values.Select((y, x) => new DataPoint(x, y))])] };

    static string[] Lines(LinePlot plot, int width = 60, int height = 12, bool ascii = false) =>
        new TerminalPlot(plot) { Height = height, Ascii = ascii }.ToText(width).TrimEnd('\n').Split('\n');

    [Fact]
    public void Takes_the_lines_and_columns_it_was_given()
    {
        for (int width = 1; width < 130; width += 3)
        {
            string[] lines = Lines(Plot(3, 1, 2) with { Title = "A heading" }, width);
            Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} columns of {width}"));
            Assert.InRange(lines.Length, 1, 12);
        }
    }

    [Fact]
    public void Falls_from_upper_left_to_lower_right_for_a_falling_curve()
    {
        string[] lines = Lines(Plot(9, 6, 3, 0), ascii: true);
        int first = Array.FindIndex(lines, 1, l => l.Contains('*')), last = Array.FindLastIndex(lines, l => l.Contains('*'));
        Assert.True(lines[first].IndexOf('*') < lines[last].IndexOf('*'));
        Assert.True(last - first >= 7);
    }

    [Fact]
    public void Plain_text_is_ascii_where_asked()
    {
        Assert.All(string.Concat(Lines(Plot(1, 5, 2), ascii: true)), c => Assert.InRange(c, ' ', '~'));
        Assert.Contains(string.Concat(Lines(Plot(1, 5, 2))), c => c is >= '\u2801' and <= '\u28FF');
    }

    [Fact]
    public void A_narrow_or_low_place_keeps_names_and_values_only()
    {
        string line = Assert.Single(Lines(Plot(1, 0.25) with { ShowLast = true }, width: 20));
        Assert.Contains("loss 0.250", line);
        Assert.Single(Lines(Plot(1, 2), height: 4));
    }

    [Fact]
    public void Not_finite_values_and_limits_far_inside_the_data_do_no_harm()
    {
        Assert.NotEmpty(Lines(Plot(double.NaN, double.PositiveInfinity)));
        Assert.NotEmpty(Lines(Plot(1e300, -1e300, 0) with { YLimits = (0, 1) }));
        Assert.NotEmpty(Lines(Plot(0, -1) with { YScale = AxisScale.Log }));
        Assert.NotEmpty(Lines(new LinePlot()));
    }

    [Fact]
    public void Colours_are_used_where_the_console_has_them()
    {
        Assert.Contains("\u001b[", Written(ColorSystemSupport.TrueColor));
        Assert.DoesNotContain("\u001b[", Written(ColorSystemSupport.NoColors));
    }

    static string Written(ColorSystemSupport colours)
    {
        var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new() { Ansi = colours == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes, ColorSystem = colours, Out = new AnsiConsoleOutput(text) });
        console.Write(new TerminalPlot(Plot(1, 2, 3)));
        return text.ToString();
    }
}
