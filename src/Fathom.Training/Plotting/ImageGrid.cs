using Fathom.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Training.Plotting;

/// <summary>Pictures in rows and columns, each with a title of its own where there is one.</summary>
public sealed record ImageGrid : Figure
{
    const double TitleSize = 11, Gap = 8, Margin = 20;

    /// <summary>The pictures, row by row.</summary>
    public IReadOnlyList<Image> Images { get; init; } = [];

    /// <summary>What stands above each picture; null for nothing. May be shorter than the pictures.</summary>
    public IReadOnlyList<string>? Titles { get; init; }

    /// <summary>Pictures in a row; null for up to eight.</summary>
    public int? Columns { get; init; }

    /// <summary>A grid of the images in a tensor.</summary>
    /// <param name="images">(N, C, H, W) with one or three channels, (N, H, W), or one image (H, W).</param>
    /// <param name="titles">What stands above each picture.</param>
    /// <param name="columns">Pictures in a row; null for up to eight.</param>
    /// <param name="limits">The values shown as black and as white; null for 0 and 255 in bytes, 0 and 1 in other types, or the least and greatest value where some lie outside.</param>
    /// <param name="title">The heading.</param>
    /// <exception cref="ShapeException">The tensor does not hold images.</exception>
    public static ImageGrid Of(Tensor images, IReadOnlyList<string>? titles = null, int? columns = null, (double Low, double High)? limits = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        int rank = images.Rank, channels = rank == 4 ? images.Shape[1] : 1;
        if (rank is < 2 or > 4 || channels is not (1 or 3) || images.Count == 0)
            throw ShapeException.For("image_grid", $"images of shape {images.Shape}: needs (N, C, H, W) with 1 or 3 channels, (N, H, W), or (H, W), and at least one pixel");
        (int height, int width) = (images.Shape[rank - 2], images.Shape[rank - 1]);
        double[] values = images.ToArray<double>();
        (double low, double high) = limits ?? Limits(values, images.DType);
        byte[] bytes = [.. values.Select(v => Shade(v, low, high))];
        int size = channels * height * width;
        return new()
        {
            Title = title, Titles = titles, Columns = columns,
            Images = [.. Enumerable.Range(0, bytes.Length / size).Select(i => new Image(width, height, channels, Interleaved(bytes.AsSpan(i * size, size), channels)))],
        };
    }

    static (double Low, double High) Limits(double[] values, DType dtype)
    {
        if (dtype == DType.UInt8) return (0, 255);
        double[] finite = [.. values.Where(double.IsFinite).DefaultIfEmpty(0)];
        (double low, double high) = (finite.Min(), finite.Max());
        return low >= 0 && high <= 1 ? (0, 1) : (low, high);
    }

    static byte Shade(double value, double low, double high) =>
        double.IsNaN(value) ? (byte)0 : (byte)Math.Round(255 * Math.Clamp((value - low) / Math.Max(high - low, double.Epsilon), 0, 1));

    /// <summary>Planes (C, H, W) as pixels (H, W, C).</summary>
    static byte[] Interleaved(ReadOnlySpan<byte> planes, int channels)
    {
        byte[] pixels = new byte[planes.Length];
        int area = planes.Length / channels;
        for (int i = 0; i < area; i++)
            for (int c = 0; c < channels; c++) pixels[i * channels + c] = planes[c * area + i];
        return pixels;
    }

    int Across => Math.Max(1, Columns ?? Math.Min(8, Images.Count));

    int Down => (Images.Count + Across - 1) / Across;

    double TitleHeight => Titles is { Count: > 0 } ? 18 : 0;

    string TitleOf(int i) => Titles is not null && i < Titles.Count ? Titles[i] : "";

    private protected override (int Width, int Height) NaturalSize
    {
        get
        {
            if (Images.Count == 0) throw new ArgumentException("[plot] an image grid without images: give at least one");
            (int w, int h) = (Images.Max(i => i.Width), Images.Max(i => i.Height));
            // Small pictures are enlarged by a whole number, so that their pixels stay squares of equal size.
            int enlarge = Math.Max(1, (int)Math.Ceiling(72.0 / Math.Max(w, h)));
            double pitch = Math.Max(w * enlarge, Titles?.Select(t => Canvas.TextWidth(t, TitleSize)).DefaultIfEmpty(0).Max() ?? 0) + Gap;
            return (Math.Max(160, (int)(Across * pitch - Gap + 2 * Margin)), Math.Max(120, (int)(Down * (h * enlarge + Gap + TitleHeight) + Margin + Head)));
        }
    }

    double Head => Title is null ? 16 : 40;

    internal override string Heading => Title ?? "Images";

    internal override string Describe() =>
        $"{Images.Count} {(Images.Count == 1 ? "picture" : "pictures")} of {Images[0].Width} x {Images[0].Height} pixels in {Down} {(Down == 1 ? "row" : "rows")} of {Across}"
        + (Titles is { Count: > 0 } ? $": {string.Join(", ", Titles)}." : ".");

    internal override void Draw(Canvas canvas, Box area)
    {
        if (Title is not null) canvas.Text(Paint.Ink, area.Left + Margin, area.Top + 26, Title, 15, bold: true);
        double across = (area.Width - 2 * Margin + Gap) / Across, down = (area.Height - Head - Margin) / Down;
        for (int i = 0; i < Images.Count; i++)
        {
            Image image = Images[i];
            (double left, double top) = (area.Left + Margin + i % Across * across, area.Top + Head + i / Across * down);
            double scale = Math.Min((across - Gap) / image.Width, (down - Gap - TitleHeight) / image.Height);
            (double w, double h) = (image.Width * scale, image.Height * scale);
            double middle = left + (across - Gap) / 2;
            if (TitleOf(i).Length > 0) canvas.Text(Paint.Ink, middle, top + 12, TitleOf(i), TitleSize, Anchor.Middle);
            canvas.Picture(image, new(middle - w / 2, top + TitleHeight, w, h));
        }
    }

    internal override IEnumerable<List<Segment>> Rows(int width, bool ascii, bool coloured)
    {
        if (Title is not null) yield return [TerminalText.Bold(Title, width)];
        int across = Math.Min(Across, Math.Max(1, (width + 1) / 9)), each = Math.Min((width + 1) / across - 1, 28);
        if (each < 4) yield break;
        for (int first = 0; first < Images.Count; first += across)
        {
            int[] row = [.. Enumerable.Range(first, Math.Min(across, Images.Count - first))];
            if (TitleHeight > 0) yield return [new(string.Join(' ', row.Select(i => TerminalText.Cut(TitleOf(i), each).PadRight(each))))];
            List<List<Segment>>[] pictures = [.. row.Select(i => TerminalPicture.Rows(Images[i], each, coloured && !ascii))];
            for (int line = 0; line < pictures.Max(p => p.Count); line++)
                yield return [.. pictures.SelectMany(p => (line < p.Count ? p[line] : [new Segment(new string(' ', each))]).Append(new(" ")))];
        }
    }
}
