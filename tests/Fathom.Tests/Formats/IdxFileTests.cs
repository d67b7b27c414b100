using System.IO.Compression;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class IdxFileTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    static readonly byte[] TwoByTwo = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4];

    static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(bytes);
        return packed.ToArray();
    }

    string Problem(ReadOnlySpan<byte> file)
    {
        string path = _folder.Write("bad-idx", file);
        var thrown = Assert.Throws<DataFormatException>(() => IdxFile.Read(path));
        Assert.StartsWith(path, thrown.Message);
        return thrown.Message;
    }

    [Fact]
    public void Reads_known_bytes_plain_and_packed()
    {
        foreach (byte[] file in new[] { TwoByTwo, Gzip(TwoByTwo), [.. Gzip(TwoByTwo.AsSpan(..7)), .. Gzip(TwoByTwo.AsSpan(7..))] })
        {
            RawArray array = IdxFile.Read(_folder.Write("idx", file));
            Assert.Equal("UInt8 (2, 2)", array.ToString());
            Assert.Equal([1, 2, 3, 4], array.Data);
        }
    }

    [Fact]
    public void Reads_big_endian_numbers()
    {
        RawArray ints = IdxFile.Read(_folder.Write("idx", [0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFE]));
        Assert.Equal([258, -2], ints.AsSpan<int>().ToArray());
        RawArray floats = IdxFile.Read(_folder.Write("idx", [0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0]));
        Assert.Equal([1.5f], floats.AsSpan<float>().ToArray());
    }

    [Fact]
    public void What_is_written_is_read() => Arrays.Check(
        Arrays.Of([ElementType.UInt8, ElementType.Int8, ElementType.Int16, ElementType.Int32, ElementType.Float32, ElementType.Float64], smallest: 1),
        array =>
        {
            IdxFile.Write(_folder["idx"], array);
            IdxFile.Write(_folder["idx.gz"], array);
            return Arrays.Same(array, IdxFile.Read(_folder["idx"])) && Arrays.Same(array, IdxFile.Read(_folder["idx.gz"]))
                && File.ReadAllBytes(_folder["idx.gz"])[0] == 0x1F;
        });

    [Fact]
    public void Every_cut_of_a_packed_file_is_noticed()
    {
        byte[] idx = [0, 0, 8, 1, 0, 0, 1, 0, .. Enumerable.Range(0, 256).Select(i => (byte)(i * i))];
        byte[] packed = Gzip(idx);
        for (int length = 0; length < packed.Length; length++) Problem(packed.AsSpan(0, length));
    }

    [Fact]
    public void Every_cut_of_a_plain_file_is_noticed()
    {
        for (int length = 0; length < TwoByTwo.Length; length++) Problem(TwoByTwo.AsSpan(0, length));
    }

    [Fact]
    public void A_flipped_bit_in_a_packed_file_is_noticed()
    {
        byte[] packed = Gzip([0, 0, 8, 1, 0, 0, 1, 0, .. Enumerable.Range(0, 256).Select(i => (byte)(i * i))]);
        for (int at = 10; at < packed.Length; at++)         // the ten bytes before hold a date and the like
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 4;
            Problem(damaged);
        }
    }

    [Fact]
    public void Names_what_is_wrong()
    {
        Assert.Contains("begins with 89504E47", Problem([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0]));
        Assert.Contains("magic number", Problem([0, 0, 7, 1, 0, 0, 0, 1, 9]));
        Assert.Contains("0 dimensions", Problem([0, 0, 8, 0]));
        Assert.Contains("dimension 1 the size 0", Problem([0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 0]));
        Assert.Contains("dimension 0 the size 4294967295", Problem([0, 0, 8, 1, 255, 255, 255, 255, 1]));
        Assert.Contains("UInt8 (2, 3)", Problem([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1]));
        Assert.Contains("more bytes follow", Problem([.. TwoByTwo, 0]));
        Assert.Contains("more bytes follow", Problem(Gzip([.. TwoByTwo, 0])));
        Assert.Contains("promises", Problem([0, 0, 8, 2, 0x7F, 255, 255, 255, 0x7F, 255, 255, 255]));
        Assert.Contains("more than can be counted", Problem([0, 0, 0x0E, 3, 0x7F, 255, 255, 255, 0x7F, 255, 255, 255, 0x7F, 255, 255, 255]));
        Assert.Contains("promises", Problem(Gzip([0, 0, 8, 1, 0x10, 0, 0, 0])));     // refused before 256 MB are taken
        Assert.Contains("gzip", Problem([.. Gzip(TwoByTwo), 1, 2, 3]));
    }

    [Fact]
    public void Refuses_to_write_what_the_format_cannot_hold()
    {
        Assert.Throws<ArgumentException>(() => IdxFile.Write(_folder["idx"], RawArray.From([1L])));
        Assert.Throws<ArgumentException>(() => IdxFile.Write(_folder["idx"], new RawArray(ElementType.UInt8, [0], [])));
        Assert.Throws<ArgumentException>(() => IdxFile.Write(_folder["idx"], new RawArray(ElementType.UInt8, [], [1])));
        Assert.Empty(_folder.Files);
    }
}
