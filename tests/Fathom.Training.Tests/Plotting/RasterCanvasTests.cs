using Fathom.Formats;
using Fathom.Training.Plotting;

namespace Fathom.Training.Tests.Plotting;

public class RasterCanvasTests
{
    static readonly Rgb Black = new(0, 0, 0);

    static RasterCanvas Page(int width = 20, int height = 20, int scale = 1) => new(width, height, scale, SvgColours.Light);

    static byte At(RasterCanvas canvas, int x, int y) => canvas.ToImage().ToGrey().Pixels[y * canvas.ToImage().Width + x];

    [Fact]
    public void A_rectangle_covers_the_share_of_its_border_pixels()
    {
        RasterCanvas page = Page();
        page.Fill(Paint.Of(Black), new(2.5, 3, 4, 2.25));
        Assert.Equal(128, At(page, 2, 3), 1.0);
        Assert.Equal(0, At(page, 3, 3));
        Assert.Equal(128, At(page, 6, 3), 1.0);
        Assert.Equal(255, At(page, 7, 3));
        Assert.Equal(191, At(page, 4, 5), 1.0);
        Assert.Equal(255, At(page, 4, 2));
    }

    [Fact]
    public void Strokes_have_their_width_and_joints_are_not_painted_twice()
    {
        RasterCanvas page = Page(scale: 2);
        page.Stroke(0, LineStyle.Solid, [[new(2, 10), new(10, 10), new(18, 10)]]);
        Image image = page.ToImage();
        byte[] column = [.. Enumerable.Range(0, 40).Select(y => image.Pixels[3 * (y * 40 + 20)])];
        Assert.Equal(4, column.Count(v => v == 0));                                  // two units, four pixels
        Assert.Equal([.. column], Enumerable.Range(0, 40).Select(y => image.Pixels[3 * (y * 40 + 10)]));
    }

    [Fact]
    public void Steep_and_flat_lines_have_the_same_ink()
    {
        double[] ink = [.. new (double X, double Y)[] { (80, 0), (0, 80), (56.57, 56.57), (79.5, 8.9), (8.9, 79.5) }.Select(end =>
        {
            RasterCanvas page = Page(100, 100);
            page.Stroke(5, LineStyle.Solid, [[new(10, 10), new(10 + end.X, 10 + end.Y)]]);
            return page.ToImage().ToGrey().Pixels.Sum(p => 255.0 - p);
        })];
        Assert.All(ink, i => Assert.InRange(i / ink[0], 0.97, 1.03));
    }

    [Fact]
    public void Dashes_leave_gaps_that_go_on_over_corners()
    {
        double Ink(LineStyle style)
        {
            RasterCanvas page = Page(300, 30);
            page.Stroke(0, style, [[.. Enumerable.Range(0, 271).Select(i => new DataPoint(10 + i, 15))]]);
            return page.ToImage().ToGrey().Pixels.Sum(p => 255.0 - p);
        }
        Assert.InRange(Ink(LineStyle.Dashed) / Ink(LineStyle.Solid), 0.7, 0.9);         // 7 of 11, and round ends of 2
        Assert.InRange(Ink(LineStyle.Dotted) / Ink(LineStyle.Solid), 0.6, 0.85);
    }

    [Fact]
    public void Nothing_is_drawn_outside_the_clip_or_the_page()
    {
        RasterCanvas page = Page();
        page.Clip(new(5, 5, 10, 10));
        page.Stroke(0, LineStyle.Solid, [[new(-1e6, -1e6), new(1e6, 1e6)]]);
        page.Fill(Paint.Of(Black), new(-50, 8, 200, 1));
        page.Unclip();
        page.Text(Paint.Ink, 15, 15, "beyond the page", 30);
        Assert.Equal(255, At(page, 2, 2));
        Assert.Equal(255, At(page, 2, 8));
        Assert.Equal(0, At(page, 8, 8));
    }

    [Fact]
    public void Text_stands_on_its_base_line_where_it_is_anchored()
    {
        (int left, int right, int top, int bottom) Ink(Anchor anchor, string text)
        {
            RasterCanvas page = Page(200, 60);
            page.Text(Paint.Of(Black), 100, 40, text, 20, anchor);
            Image image = page.ToImage();
            (int X, int Y)[] dark = [.. Enumerable.Range(0, 200 * 60).Where(i => image.Pixels[3 * i] < 128).Select(i => (i % 200, i / 200))];
            return (dark.Min(p => p.X), dark.Max(p => p.X), dark.Min(p => p.Y), dark.Max(p => p.Y));
        }
        var start = Ink(Anchor.Start, "HEH");
        Assert.InRange(start.left, 98, 101);
        Assert.InRange(start.bottom, 39, 41);
        Assert.InRange(start.bottom - start.top, 13, 17);                               // a capital is 0.72 of the size
        Assert.InRange(Ink(Anchor.End, "HEH").right, 98, 101);
        var middle = Ink(Anchor.Middle, "HEH");
        Assert.InRange(middle.left + middle.right, 197, 202);
    }

    [Fact]
    public void Every_sign_of_the_alphabet_is_its_own()
    {
        string signs = string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c)) + "−×²°→±μσλβαθπ";
        string[] drawn = [.. signs.Select(c => string.Join(';', StrokeFont.Lines(c.ToString())))];
        Assert.DoesNotContain("", drawn);
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
        Assert.NotEmpty(StrokeFont.Lines("☃"));
    }

    [Fact]
    public void Pictures_are_enlarged_to_squares()
    {
        RasterCanvas page = Page();
        page.Picture(new(2, 1, 1, [0, 200]), new(4, 4, 8, 4));
        Assert.Equal([255, 0, 0, 200, 200, 255], new[] { 3, 4, 7, 8, 11, 12 }.Select(x => At(page, x, 5)));
    }
}
