using System.Buffers.Binary;

namespace Fathom.Formats;

/// <summary>How a PNG stores colour.</summary>
enum PngColour : byte { Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6 }

/// <summary>What the IHDR chunk says.</summary>
readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColour Colour, bool Interlaced)
{
    /// <summary>Samples a pixel in the file; a palette index counts as one.</summary>
    public int Samples => Colour switch { PngColour.Grey or PngColour.Palette => 1, PngColour.GreyAlpha => 2, PngColour.Rgb => 3, _ => 4 };

    /// <summary>Bits a pixel.</summary>
    public int BitsPerPixel => Samples * BitDepth;

    /// <summary>Bytes of a row of <paramref name="width"/> pixels, without its filter byte.</summary>
    public long RowBytes(int width) => ((long)width * BitsPerPixel + 7) / 8;

    /// <summary>The passes that the picture comes in: one, or the seven of Adam7 less those that hold no pixel.</summary>
    public IEnumerable<PngPass> Passes()
    {
        (int Width, int Height) size = (Width, Height);
        return Interlaced ? PngPass.Adam7.Where(p => p.Width(size.Width) > 0 && p.Height(size.Height) > 0) : [new PngPass(0, 0, 1, 1)];
    }

    /// <summary>Bytes of all rows with their filter bytes.</summary>
    public long UnpackedBytes()
    {
        long total = 0;
        foreach (PngPass pass in Passes()) total += pass.Height(Height) * (1 + RowBytes(pass.Width(Width)));
        return total;
    }

    /// <summary>Reads and checks IHDR.</summary>
    public static PngHeader Parse(ReadOnlySpan<byte> chunk, string name)
    {
        if (chunk.Length != 13) throw new DataFormatException(name, $"the PNG header has {chunk.Length} bytes", "13");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk), height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue || (long)width * height > Png.MaxPixels)
            throw new DataFormatException(name, $"the PNG header gives {width} x {height} pixels", $"1 to {Png.MaxPixels} in all");
        var header = new PngHeader((int)width, (int)height, chunk[8], (PngColour)chunk[9], chunk[12] == 1);
        if (!header.IsDefined) throw new DataFormatException(name, $"the PNG header gives colour type {chunk[9]} with {chunk[8]} bits", "a pair that PNG defines, as 2 with 8 (RGB)");
        if (chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
            throw new DataFormatException(name, $"the PNG header gives compression {chunk[10]}, filter {chunk[11]}, interlacing {chunk[12]}", "0, 0, and 0 or 1");
        return header;
    }

    bool IsDefined => Colour switch
    {
        PngColour.Grey => BitDepth is 1 or 2 or 4 or 8 or 16,
        PngColour.Palette => BitDepth is 1 or 2 or 4 or 8,
        PngColour.Rgb or PngColour.GreyAlpha or PngColour.Rgba => BitDepth is 8 or 16,
        _ => false,
    };
}

/// <summary>The pixels of one pass: every <paramref name="StepX"/>-th from column <paramref name="X"/>, and so for rows.</summary>
readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    public static readonly PngPass[] Adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];

    public int Width(int imageWidth) => (int)(((long)imageWidth - X + StepX - 1) / StepX);
    public int Height(int imageHeight) => (int)(((long)imageHeight - Y + StepY - 1) / StepY);
}
