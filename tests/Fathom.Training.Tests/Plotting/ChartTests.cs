using System.Xml.Linq;
using Fathom.Formats;
using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class ChartTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static XElement Draw(Figure figure) => XDocument.Parse(figure.ToSvg()).Root!;

    static string[] Texts(XElement svg) => [.. svg.Elements(Svg + "text").Select(t => t.Value)];

    [Fact]
    public void Histograms_count_as_numpy_does()
    {
        // numpy.histogram([0, 1, 1, 2.5, 4, 4, nan-free], bins=4): the last bin takes its right end
        Histogram plot = Histogram.Of(Tensor.From(0f, 1, 1, 2.5f, 4, 4), bins: 4);
        Assert.Equal([0, 1, 2, 3, 4], plot.Edges);
        Assert.Equal([1, 2, 1, 2], plot.Heights(plot.Samples[0]));
        Histogram density = plot with { Density = true };
        Assert.Equal(1, density.Heights(density.Samples[0]).Sum(), 12);
        Histogram limited = plot with { Limits = (1, 3), Bins = 2 };
        Assert.Equal([2, 1], limited.Heights(limited.Samples[0]));
    }

    [Fact]
    public void Histograms_of_one_value_or_none_are_drawn()
    {
        Assert.Equal([2.5, 3.5], Histogram.Of(Tensor.From(3f, 3), bins: 1).Edges);
        Assert.Contains("no values", Texts(Draw(Histogram.Of(Tensor.From(float.NaN)))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Histogram { Bins = 0 });
    }

    [Fact]
    public void Bars_of_two_samples_stand_side_by_side_on_the_axis()
    {
        XElement svg = Draw(Histogram.Of([("a", Tensor.From(0f, 0, 1)), ("b", Tensor.From(0f, 1, 1))], bins: 2));
        XElement[] bars = [.. svg.Elements(Svg + "rect").Where(r => ((string?)r.Attribute("class"))?[0] == 'd')];
        Assert.Equal(4 + 2, bars.Length);                                            // and two samples of colour in the legend
        double Left(int i) => (double)bars[i].Attribute("x")!;
        double Width(int i) => (double)bars[i].Attribute("width")!;
        double Bottom(int i) => (double)bars[i].Attribute("y")! + (double)bars[i].Attribute("height")!;
        Assert.Equal(Left(0) + Width(0), Left(1), 0.02);
        Assert.All([1, 2, 3], i => Assert.Equal(Bottom(0), Bottom(i), 0.02));
        Assert.Equal(2, (double)bars[0].Attribute("height")! / (double)bars[1].Attribute("height")!, 0.01);
    }

    [Fact]
    public void Images_of_bytes_and_floats_have_the_right_shades()
    {
        Assert.Equal([0, 128, 255], ImageGrid.Of(Tensor.From(new byte[] { 0, 128, 255 }, (1, 1, 3))).Images[0].Pixels);
        Assert.Equal([0, 51, 128], ImageGrid.Of(Tensor.From([0f, 0.2f, 0.5f], (1, 1, 3))).Images[0].Pixels);
        Assert.Equal([0, 128, 255], ImageGrid.Of(Tensor.From([-1f, 0, 1], (1, 1, 3))).Images[0].Pixels);
        Assert.Equal([0, 64, 255], ImageGrid.Of(Tensor.From([-1f, 1, 9], (1, 1, 3)), limits: (0, 4)).Images[0].Pixels);
    }

    [Fact]
    public void Planes_of_colour_become_pixels()
    {
        Image image = Assert.Single(ImageGrid.Of(Tensor.From(new byte[] { 1, 2, 3, 4, 5, 6 }, (1, 3, 1, 2))).Images);
        Assert.Equal((2, 1, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([1, 3, 5, 2, 4, 6], image.Pixels);
        Assert.Contains("(1, 2, 3, 3)", Assert.Throws<ShapeException>(() => ImageGrid.Of(Tensor.Ones(1, 2, 3, 3))).Message);
    }

    [Fact]
    public void Pictures_stand_in_rows_under_their_titles_and_hold_the_pixels()
    {
        XElement svg = Draw(ImageGrid.Of(Tensor.Ones(5, 4, 4), ["t-shirt", "trouser", "bag"], columns: 3));
        XElement[] images = [.. svg.Elements(Svg + "image")];
        Assert.Equal(5, images.Length);
        Assert.Equal(2, images.Select(i => (string?)i.Attribute("y")).Distinct().Count());
        Assert.Equal(3, images.Select(i => (string?)i.Attribute("x")).Distinct().Count());
        Assert.Equal(["t-shirt", "trouser", "bag"], Texts(svg));
        string data = (string)images[0].Attribute("href")!;
        Assert.Equal(Enumerable.Repeat((byte)255, 16), Png.Decode(Convert.FromBase64String(data[(data.IndexOf(',') + 1)..])).Pixels);
    }

    [Fact]
    public void A_heat_map_has_a_square_with_its_number_a_value()
    {
        XElement svg = Draw(HeatMap.Confusion(Tensor.From(new long[,] { { 5, 0 }, { 1, 4 } }), ["cat", "dog"]));
        Assert.All(["5", "0", "1", "4", "cat", "dog", "predicted", "true"], text => Assert.Contains(text, Texts(svg)));
        string?[] fills = [.. svg.Elements(Svg + "rect").Select(r => (string?)r.Attribute("fill")).Where(f => f is not null).Take(4)];
        Assert.Equal("#08306b", fills[0]);
        Assert.Equal("#f7fbff", fills[1]);
    }

    [Fact]
    public void Empty_squares_and_huge_matrices_are_drawn()
    {
        Assert.Contains("–", Texts(Draw(HeatMap.Of(Tensor.From(new[,] { { 1f, float.NaN } })))));
        Assert.Single(Draw(HeatMap.Of(Tensor.RandN(100, 100))).Elements(Svg + "image"));
        Assert.Throws<ShapeException>(() => HeatMap.Of(Tensor.Ones(3)));
        Assert.Throws<ArgumentException>(() => new HeatMap().ToSvg());
    }

    [Fact]
    public void Numbers_are_read_on_any_colour()
    {
        foreach (ColourMap map in Enum.GetValues<ColourMap>())
            for (double at = 0; at <= 1; at += 0.05)
                Assert.True(Ratio(map.At(at), map.At(at).Contrast) >= 4.5, $"{map} at {at}: {Ratio(map.At(at), map.At(at).Contrast)}");

        // WCAG 2.2, contrast ratio
        static double Ratio(Rgb a, Rgb b) => (Math.Max(Luminance(a), Luminance(b)) + 0.05) / (Math.Min(Luminance(a), Luminance(b)) + 0.05);
        static double Luminance(Rgb c) => 0.2126 * Linear(c.R) + 0.7152 * Linear(c.G) + 0.0722 * Linear(c.B);
        static double Linear(byte v) => v / 255.0 <= 0.04045 ? v / 255.0 / 12.92 : Math.Pow((v / 255.0 + 0.055) / 1.055, 2.4);
    }
}
