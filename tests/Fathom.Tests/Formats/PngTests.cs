using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck.Fluent;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class PngTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    // ---- a slow and simple writer of any PNG, to read back ----

    static byte[] Chunk(string type, params byte[] body)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. body], chunk = new byte[body.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        typed.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 8), Checksum(typed));
        return chunk;
    }

    /// <summary>CRC-32 by polynomial division, bit by bit.</summary>
    static uint Checksum(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            for (int bit = 0; bit < 8; bit++) crc = ((crc ^ (uint)(b >> bit)) & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        return ~crc;
    }

    static byte[] Ihdr(int width, int height, int depth, int colour, int interlace = 0)
    {
        byte[] body = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(body, width);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(4), height);
        (body[8], body[9], body[12]) = ((byte)depth, (byte)colour, (byte)interlace);
        return Chunk("IHDR", body);
    }

    static byte[] Idat(byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest)) zlib.Write(rows);
        return Chunk("IDAT", packed.ToArray());
    }

    static byte[] FileOf(params byte[][] chunks) => [0x89, .. "PNG\r\n\x1A\n"u8, .. chunks.SelectMany(c => c), .. Chunk("IEND")];

    static readonly (int X, int Y, int StepX, int StepY)[] Passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Packs samples into rows, each with a filter in turn.</summary>
    static byte[] Rows(int width, int height, int depth, int samples, bool interlaced, Func<int, int, int, int> sample)
    {
        List<byte> rows = [];
        foreach ((int x0, int y0, int stepX, int stepY) in interlaced ? Passes : [(0, 0, 1, 1)])
        {
            byte[] above = [];
            int line = 0;
            for (int y = y0; y < height; y += stepY)
            {
                var bits = new StringBuilder();
                for (int x = x0; x < width; x += stepX)
                    for (int c = 0; c < samples; c++) bits.Append(Convert.ToString(sample(x, y, c), 2).PadLeft(depth, '0'));
                if (bits.Length == 0) break;
                bits.Append('0', -bits.Length & 7);
                byte[] row = [.. bits.ToString().Chunk(8).Select(b => Convert.ToByte(new string(b), 2))];
                if (above.Length == 0) above = new byte[row.Length];
                int filter = line++ % 5, step = Math.Max(1, depth * samples / 8);
                rows.Add((byte)filter);
                for (int i = 0; i < row.Length; i++)
                {
                    int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
                    int nearest = new[] { a, b, c }.MinBy(v => Math.Abs(a + b - c - v));
                    rows.Add((byte)(row[i] - new[] { 0, a, b, (a + b) / 2, nearest }[filter]));
                }
                above = row;
            }
        }
        return [.. rows];
    }

    public static TheoryData<int, int, int, bool> Kinds()
    {
        TheoryData<int, int, int, bool> kinds = [];
        foreach ((int colour, int samples, int[] depths) in new[] { (0, 1, new[] { 1, 2, 4, 8, 16 }), (2, 3, [8, 16]), (3, 1, [1, 2, 4, 8]), (4, 2, [8, 16]), (6, 4, [8, 16]) })
            foreach (int depth in depths) { kinds.Add(colour, samples, depth, false); kinds.Add(colour, samples, depth, true); }
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reads_every_kind_at_every_small_size(int colour, int samples, int depth, bool interlaced)
    {
        foreach ((int width, int height) in new[] { (1, 1), (2, 1), (1, 5), (3, 3), (5, 2), (7, 9), (8, 8), (13, 11) })
        {
            int Stored(int x, int y, int c) => (x * 7919 + y * 104729 + c * 1299709 + x * y * 31) % (1 << depth);
            byte[] palette = [.. Enumerable.Range(0, (1 << depth) * 3).Select(i => (byte)(i * 37))];
            byte[] file = FileOf(Ihdr(width, height, depth, colour, interlaced ? 1 : 0), colour == 3 ? Chunk("PLTE", palette) : [], Chunk("tEXt", 1, 2),
                Idat(Rows(width, height, depth, samples, interlaced, Stored)));
            Image image = Png.Decode(file);
            int channels = colour == 3 ? 3 : samples;
            Assert.Equal((width, height, channels), (image.Width, image.Height, image.Channels));
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    for (int c = 0; c < channels; c++)
                    {
                        int expected = colour == 3 ? palette[Stored(x, y, 0) * 3 + c] : (int)Math.Round(Stored(x, y, c) * 255.0 / ((1 << depth) - 1));
                        Assert.Equal(expected, image.Pixels[(y * width + x) * channels + c]);
                    }
        }
    }

    [Fact]
    public void Transparency_becomes_an_alpha_channel()
    {
        byte[] grey = [0, 10, 20], rgb = [0, 1, 2, 3, 1, 2, 4], indices = [0, 0, 1, 2];
        Image image = Png.Decode(FileOf(Ihdr(2, 1, 8, 0), Chunk("tRNS", 0, 20), Idat(grey)));
        Assert.Equal([10, 255, 20, 0], image.Pixels);
        image = Png.Decode(FileOf(Ihdr(2, 1, 8, 2), Chunk("tRNS", 0, 1, 0, 2, 0, 4), Idat(rgb)));
        Assert.Equal([1, 2, 3, 255, 1, 2, 4, 0], image.Pixels);
        image = Png.Decode(FileOf(Ihdr(3, 1, 8, 3), Chunk("PLTE", 1, 1, 1, 2, 2, 2, 3, 3, 3), Chunk("tRNS", 7, 8), Idat(indices)));
        Assert.Equal([1, 1, 1, 7, 2, 2, 2, 8, 3, 3, 3, 255], image.Pixels);
    }

    [Fact]
    public void Data_split_over_chunks_is_joined()
    {
        byte[] idat = Idat([0, 5, 6]), packed = idat[8..^4];
        Image image = Png.Decode(FileOf(Ihdr(2, 1, 8, 0), Chunk("IDAT", packed[..3]), Chunk("IDAT"), Chunk("IDAT", packed[3..])));
        Assert.Equal([5, 6], image.Pixels);
    }

    [Fact]
    public void What_is_written_is_read() => Arrays.Check(
        from width in Gen.Choose(1, 20)
        from height in Gen.Choose(1, 20)
        from channels in Gen.Choose(1, 4)
        from pixels in Gen.ArrayOf(Gen.Choose(0, 255), width * height * channels)
        select new Image(width, height, channels, Array.ConvertAll(pixels, p => (byte)p)),
        image =>
        {
            Png.Write(_folder["a.png"], image);
            Image read = Png.Read(_folder["a.png"]);
            return (read.Width, read.Height, read.Channels) == (image.Width, image.Height, image.Channels) && read.Pixels.SequenceEqual(image.Pixels);
        });

    string Problem(byte[] file)
    {
        string path = _folder.Write("bad.png", file);
        var thrown = Assert.Throws<DataFormatException>(() => Png.Read(path));
        Assert.StartsWith(path, thrown.Message);
        return thrown.Message;
    }

    [Fact]
    public void Every_cut_and_every_flipped_bit_is_noticed()
    {
        byte[] whole = Png.Encode(new Image(5, 4, 3, [.. Enumerable.Range(0, 60).Select(i => (byte)(i * i))]));
        for (int length = 0; length < whole.Length; length++) Problem(whole[..length]);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 2;
            Problem(damaged);
        }
    }

    [Fact]
    public void Names_what_is_wrong()
    {
        byte[] idat = Idat([0, 5, 6]);
        Assert.Contains("a JPEG picture", Problem([0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0]));
        Assert.Contains("a GIF picture", Problem("GIF89a"u8.ToArray()));
        Assert.Contains("it is empty", Problem([]));
        Assert.Contains("begins with 68656C6C6F", Problem("hello"u8.ToArray()));
        Assert.Contains("1 to 134217728", Problem(FileOf(Ihdr(1 << 20, 1 << 20, 8, 0), idat)));
        Assert.Contains("0 x 1 pixels", Problem(FileOf(Ihdr(0, 1, 8, 0), idat)));
        Assert.Contains("4294967295 x 1 pixels", Problem(FileOf(Ihdr(-1, 1, 8, 0), idat)));
        Assert.Contains("cannot hold them", Problem(FileOf(Ihdr(10_000, 10_000, 8, 6), idat)));
        Assert.Contains("colour type 1 with 8 bits", Problem(FileOf(Ihdr(2, 1, 8, 1), idat)));
        Assert.Contains("colour type 2 with 4 bits", Problem(FileOf(Ihdr(2, 1, 4, 2), idat)));
        Assert.Contains("interlacing 2", Problem(FileOf(Ihdr(2, 1, 8, 0, 2), idat)));
        Assert.Contains("chunk 0 is IDAT", Problem(FileOf(idat)));
        Assert.Contains("chunk 1 is IHDR", Problem(FileOf(Ihdr(2, 1, 8, 0), Ihdr(2, 1, 8, 0), idat)));
        Assert.Contains("no picture data", Problem(FileOf(Ihdr(2, 1, 8, 0))));
        Assert.Contains("no palette", Problem(FileOf(Ihdr(2, 1, 8, 3), idat)));
        Assert.Contains("palette has 4 bytes", Problem(FileOf(Ihdr(2, 1, 8, 3), Chunk("PLTE", 1, 2, 3, 4), idat)));
        Assert.Contains("palette entry 5", Problem(FileOf(Ihdr(2, 1, 8, 3), Chunk("PLTE", 1, 2, 3), idat)));
        Assert.Contains("tRNS", Problem(FileOf(Ihdr(2, 1, 8, 0), Chunk("tRNS", 1), idat)));
        Assert.Contains("critical chunk ABCD", Problem(FileOf(Ihdr(2, 1, 8, 0), Chunk("ABCD"), idat)));
        Assert.Contains("other chunks lie between", Problem(FileOf(Ihdr(2, 1, 8, 0), idat, Chunk("tEXt"), idat)));
        Assert.Contains("filter 9", Problem(FileOf(Ihdr(2, 1, 8, 0), Idat([9, 5, 6]))));
        Assert.Contains("ends in row 0 of 1", Problem(FileOf(Ihdr(2, 1, 8, 0), Idat([0, 5]))));
        Assert.Contains("compressed picture data is damaged", Problem(FileOf(Ihdr(2, 1, 8, 0), Chunk("IDAT", [.. idat[8..^5], 1]))));
    }

    [Fact]
    public void Converts_to_grey_and_colour()
    {
        Assert.Equal([76, 150, 29, 255], new Image(4, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]).ToGrey().Pixels);
        Assert.Equal([0, 255, 128], new Image(3, 1, 2, [0, 255, 0, 0, 0, 127]).ToGrey().Pixels);
        Assert.Equal([0, 0, 0], new Image(3, 1, 2, [0, 255, 0, 0, 0, 127]).ToGrey(background: 0).Pixels);
        Assert.Equal([9, 9, 9], new Image(1, 1, 1, [9]).ToRgb().Pixels);
        Assert.Throws<ArgumentException>(() => new Image(2, 2, 3, new byte[11]));
    }
}
