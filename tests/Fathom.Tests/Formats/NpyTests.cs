using System.Text;
using FsCheck.Fluent;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class NpyTests : IDisposable
{
    static readonly ElementType[] Types = [.. Enum.GetValues<ElementType>().Where(t => t is not (ElementType.BFloat16 or ElementType.Float8E4M3 or ElementType.Float8E5M2 or ElementType.Float8E8M0))];

    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    static byte[] FileOf(string dictionary, params byte[] data) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)dictionary.Length, (byte)(dictionary.Length >> 8), .. Encoding.ASCII.GetBytes(dictionary), .. data];

    static string Header(string descr = "<f4", string order = "False", string shape = "(1,)") => $"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}";

    string Problem(byte[] file)
    {
        string path = _folder.Write("bad.npy", file);
        var thrown = Assert.Throws<DataFormatException>(() => Npy.Read(path));
        Assert.StartsWith(path, thrown.Message);
        return thrown.Message;
    }

    // Bytes as numpy 1.24 writes them (np.lib.format.write_array), the padding of the header left out here.
    [Theory]
    [InlineData(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", "0000c03f000000c000004040000080400000a0400000c040", "Float32 (3, 2)", "0000C03F000000C000004040000080400000A0400000C040")]
    [InlineData(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }", "010004000200050003000600", "Int16 (2, 3)", "010002000300040005000600")]
    [InlineData(2, "{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }", "0000000100000102", "Int32 (2,)", "0100000002010000")]
    [InlineData(3, "{'descr': '|b1', 'fortran_order': False, 'shape': (), }", "01", "Bool ()", "01")]
    public void Reads_what_numpy_writes(int version, string header, string data, string type, string littleEndianRowMajor)
    {
        int prefix = version == 1 ? 10 : 12;
        header = header.PadRight(128 - prefix - 1) + "\n";
        byte[] length = version == 1 ? [(byte)header.Length, 0] : [(byte)header.Length, 0, 0, 0];
        RawArray array = Npy.Read(_folder.Write("a.npy", [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. Convert.FromHexString(data)]));
        Assert.Equal(type, array.ToString());
        Assert.Equal(littleEndianRowMajor, Convert.ToHexString(array.Data));
    }

    [Fact]
    public void Writes_the_bytes_that_numpy_writes()
    {
        string header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }".PadRight(117) + "\n";
        byte[] numpy = [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. Encoding.ASCII.GetBytes(header), 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0];
        Npy.Write(_folder["a.npy"], RawArray.From<short>([1, 2, 3, 4, 5, 6], 2, 3), fortranOrder: true);
        Assert.Equal(numpy, File.ReadAllBytes(_folder["a.npy"]));
    }

    [Fact]
    public void What_is_written_is_read() => Arrays.Check(Arrays.Of(Types), array =>
    {
        Npy.Write(_folder["c.npy"], array);
        Npy.Write(_folder["f.npy"], array, fortranOrder: true);
        return Arrays.Same(array, Npy.Read(_folder["c.npy"])) && Arrays.Same(array, Npy.Read(_folder["f.npy"]));
    });

    [Fact]
    public void Archives_written_are_read() => Arrays.Check(Gen.ListOf(Arrays.Of(Types)).Select(list => list.ToArray()), arrays =>
    {
        var named = arrays.Select((a, i) => KeyValuePair.Create($"arr_{i}", a)).ToList();
        bool same = true;
        foreach (bool compress in new[] { false, true })
        {
            Npz.Write(_folder["a.npz"], named, compress);
            var read = Npz.Read(_folder["a.npz"]);
            same &= read.Keys.SequenceEqual(named.Select(n => n.Key)) && read.Values.Zip(arrays).All(p => Arrays.Same(p.First, p.Second));
        }
        return same;
    });

    [Fact]
    public void Reads_an_archive_of_numpy()
    {
        const string savezCompressed = "504b030414000000080000002100f74012ea4c0000009800000005001400782e6e70790100100098000000000000004c000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46e"
            + "a5a06e9369a1aea3a09e965f54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a9a3a0ab50a14002e06286084d24c501a00504b030414000000080000002100614f129e"
            + "460000008000000005001400792e6e707901001000800000000000000046000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a05e536aa8aea3a09e965f54529498179f5f"
            + "94920a12774bcc294e058a17672416a402f91a463a0a069a3a0ab50a64032e00504b0102140314000000080000002100f74012ea4c0000009800000005000000000000000000000080010000"
            + "0000782e6e7079504b0102140314000000080000002100614f129e4600000080000000050000000000000000000000800183000000792e6e7079504b0506000000000200020066000000000100000000";
        var read = Npz.Read(_folder.Write("a.npz", Convert.FromHexString(savezCompressed)));
        Assert.Equal(["x", "y"], read.Keys);
        Assert.Equal([0L, 1, 2], read["x"].AsSpan<long>().ToArray());
        Assert.Equal("UInt8 (2, 0)", read["y"].ToString());
    }

    [Fact]
    public void A_damaged_archive_gives_the_format_exception_and_no_other()
    {
        Npz.Write(_folder["a.npz"], new Dictionary<string, RawArray> { ["x"] = RawArray.From([1f, 2f, 3f]), ["y"] = RawArray.From(new byte[300]) }, compress: true);
        byte[] whole = File.ReadAllBytes(_folder["a.npz"]);
        for (int length = 0; length < whole.Length; length += 7)
            Assert.Throws<DataFormatException>(() => Npz.Read(_folder.Write("cut.npz", whole.AsSpan(0, length))));
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            try { Npz.Read(_folder.Write("damaged.npz", damaged)); }
            catch (DataFormatException) { }
        }
        byte[] wrongData = [.. whole];
        Npz.Write(_folder["stored.npz"], new Dictionary<string, RawArray> { ["x"] = RawArray.From([1f, 2f, 3f]) });
        byte[] stored = File.ReadAllBytes(_folder["stored.npz"]);
        int three = stored.AsSpan().IndexOf(BitConverter.GetBytes(3f));
        stored[three] ^= 1;
        Assert.Contains("checksum", Assert.Throws<DataFormatException>(() => Npz.Read(_folder.Write("stored.npz", stored))).Message);
    }

    [Fact]
    public void Names_what_is_wrong()
    {
        byte[] one = [0, 0, 0x80, 0x3F];
        Assert.Equal([1f], Npy.Read(_folder.Write("a.npy", FileOf(Header(), one))).AsSpan<float>().ToArray());
        Assert.Contains("no .npy file", Problem("hello, world"u8.ToArray()));
        Assert.Contains("cut short", Problem("\u0093NUM"u8.ToArray()));
        Assert.Contains("cut short", Problem([0x93, .. "NUMPY"u8, 1, 0, 255, 0, 1]));
        Assert.Contains("version 9.0", Problem([0x93, .. "NUMPY"u8, 9, 0, 1, 0, 1, 1, 1, 1]));
        Assert.Contains("4294967295 bytes", Problem([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 255, 1]));
        Assert.Contains("5 bytes of data", Problem(FileOf(Header(), 1, 2, 3, 4, 5)));
        Assert.Contains("3 bytes of data", Problem(FileOf(Header(), 1, 2, 3)));
        Assert.Contains("bytes of data", Problem(FileOf(Header(shape: "(2147483647, 2147483647, 2147483647)"), one)));
        Assert.Contains("size '2147483648'", Problem(FileOf(Header(shape: "(2147483648,)"), one)));
        Assert.Contains("size '-1'", Problem(FileOf(Header(shape: "(-1,)"), one)));
        Assert.Contains("type '|O'", Problem(FileOf(Header(descr: "|O"), one)));
        Assert.Contains("records", Problem(FileOf("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", one)));
        Assert.Contains("fortran_order Maybe", Problem(FileOf(Header(order: "Maybe"), one)));
        Assert.Contains("incomplete", Problem(FileOf("{'descr': '<f4'}", one)));
        Assert.Contains("key 'extra'", Problem(FileOf("{'extra': 1}", one)));
        Assert.Contains("goes on", Problem(FileOf(Header() + "x", one)));
        Assert.Contains("'{'", Problem(FileOf("", one)));
        Assert.Throws<ArgumentException>(() => Npy.Write(_folder["b.npy"], new RawArray(ElementType.BFloat16, [1], [0, 0])));
        Assert.False(File.Exists(_folder["b.npy"]));
    }
}
