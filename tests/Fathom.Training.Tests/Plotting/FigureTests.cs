using System.Xml.Linq;
using Fathom.Formats;
using Fathom.Tests;
using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class FigureTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static readonly Figure[] OfEachKind =
    [
        LinePlot.Of(Tensor.From(0f, 1, 2), Tensor.From(new[,] { { 1f, 2, 3 }, { 3, 2, 1 } }), "x", "y", ["up", "down"]),
        LinePlot.Scatter(Tensor.From(0f, 1), Tensor.From(2f, 3)),
        ImageGrid.Of(Tensor.Ones(3, 1, 4, 5), ["a", "b"]),
        HeatMap.Of(Tensor.From(new[,] { { 1f, 2 }, { 3, float.NaN } }), "key", "query") with { Title = "Weights" },
        Histogram.Of([("a", Tensor.From(1f, 2, 2)), ("b", Tensor.From(3f))], bins: 3),
        new FigureRow { Title = "Two", Panels = [LinePlot.Of(Tensor.From(0f, 1), Tensor.From(0f, 1)), Histogram.Of(Tensor.From(1f, 2))] },
    ];

    [Fact]
    public void Every_kind_is_drawn_in_every_way()
    {
        foreach (Figure figure in OfEachKind)
        {
            XElement svg = XDocument.Parse(figure.ToSvg()).Root!;
            Assert.NotEqual("", svg.Element(Svg + "title")!.Value);
            Assert.EndsWith(".", svg.Element(Svg + "desc")!.Value, StringComparison.Ordinal);
            (int width, int height) = ((int)svg.Attribute("width")!, (int)svg.Attribute("height")!);
            Image image = figure.ToImage(scale: 2);
            Assert.Equal((2 * width, 2 * height, 3), (image.Width, image.Height, image.Channels));
            Assert.True(image.Pixels.Distinct().Count() > 3, $"{figure.GetType().Name} is blank");
            for (int columns = 1; columns < 100; columns += 7)
                Assert.All(figure.ToTerminal(columns).Split('\n'), line => Assert.True(line.Length <= columns, $"{figure.GetType().Name}: {line.Length} columns of {columns}"));
            Assert.True(figure.ToTerminal(80).Trim().Length > 10);
        }
    }

    [Fact]
    public void A_dark_page_is_dark()
    {
        Assert.Equal([13, 17, 23], OfEachKind[0].ToImage(SvgTheme.Dark).Pixels[..3]);
        Assert.Equal([255, 255, 255], OfEachKind[0].ToImage().Pixels[..3]);
    }

    [Fact]
    public void Show_writes_the_picture_into_the_named_folder_and_prints_its_name()
    {
        using TempFolder folder = new();
        string? before = Environment.GetEnvironmentVariable(Figure.FolderVariable);
        TextWriter usual = Console.Out;
        StringWriter output = new();
        try
        {
            Environment.SetEnvironmentVariable(Figure.FolderVariable, Path.Combine(folder.Root, "new", "plots"));
            Console.SetOut(output);
            OfEachKind[0].Show("relu");
        }
        finally
        {
            Console.SetOut(usual);
            Environment.SetEnvironmentVariable(Figure.FolderVariable, before);
        }
        Assert.EndsWith("plot: relu.svg", output.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(OfEachKind[0].ToSvg(), File.ReadAllText(Path.Combine(folder.Root, "new", "plots", "relu.svg")));
        foreach (string wrong in new[] { "", " ", "a/b", "..", "a\\b" }) Assert.ThrowsAny<ArgumentException>(() => OfEachKind[0].Show(wrong));
    }

    [Fact]
    public void Saved_pictures_can_be_read_back()
    {
        using TempFolder folder = new();
        string png = Path.Combine(folder.Root, "a.png"), svg = Path.Combine(folder.Root, "a.svg");
        OfEachKind[4].SavePng(png);
        OfEachKind[4].SaveSvg(svg);
        Assert.Equal(OfEachKind[4].ToImage().Pixels, Png.Read(png).Pixels);
        Assert.Equal("svg", XDocument.Load(svg).Root!.Name.LocalName);
    }

    [Fact]
    public void Curves_of_tensors_must_fit_each_other()
    {
        Assert.Contains("(3,)", Assert.Throws<ArgumentException>(() => LinePlot.Of(Tensor.Ones(3), Tensor.Ones(4))).Message);
        Assert.Throws<ArgumentException>(() => LinePlot.Of(Tensor.Ones(3), Tensor.Ones(2, 3), legend: ["one"]));
        Assert.Throws<ArgumentException>(() => Series.Of("a", [1], [1, 2]));
        Assert.Equal([new(0, 0), new(1, 1), new(2, 4)], Series.Of("square", v => v * v, 0, 2, points: 3).Points);
    }

    [Fact]
    public void A_curve_without_name_takes_no_room_in_the_legend()
    {
        XElement named = XDocument.Parse(LinePlot.Of(Tensor.From(0f, 1), Tensor.From(0f, 1), legend: ["a"]).ToSvg()).Root!;
        XElement plain = XDocument.Parse(LinePlot.Of(Tensor.From(0f, 1), Tensor.From(0f, 1)).ToSvg()).Root!;
        Assert.Equal(18, Top(named) - Top(plain));
        static double Top(XElement svg) => svg.Elements(Svg + "path").Where(p => (string?)p.Attribute("class") == "grid").Min(p => double.Parse(p.Attribute("d")!.Value.Split(' ', 'L')[1]));
    }

    [Fact]
    public void A_scatter_plot_has_markers_and_no_line()
    {
        XElement svg = XDocument.Parse(LinePlot.Scatter(Tensor.RandN(300), Tensor.RandN(300)).ToSvg()).Root!;
        Assert.Equal(300, svg.Descendants(Svg + "circle").Count());
        Assert.Empty(svg.Element(Svg + "g")!.Elements(Svg + "path"));
    }
}
