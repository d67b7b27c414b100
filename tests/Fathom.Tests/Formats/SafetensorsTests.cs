using System.Buffers.Binary;
using System.Text;
using FsCheck.Fluent;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

public sealed class SafetensorsTests : IDisposable
{
    readonly TempFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    static byte[] FileOf(string header, params byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), file = new byte[8 + text.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        data.CopyTo(file, 8 + text.Length);
        return file;
    }

    static string Entry(string name, string type, string shape, string offsets) => $$"""
        "{{name}}":{"dtype":"{{type}}","shape":{{shape}},"data_offsets":{{offsets}}}
        """;

    string Problem(byte[] file)
    {
        string path = _folder.Write("bad.safetensors", file);
        var thrown = Assert.Throws<DataFormatException>(() => Safetensors.Read(path));
        Assert.StartsWith(path, thrown.Message);
        return thrown.Message;
    }

    string Problem(string header, params byte[] data) => Problem(FileOf(header, data));

    [Fact]
    public void Reads_known_bytes()
    {
        string path = _folder.Write("a.safetensors", FileOf(
            """{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},"b":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}   """,
            0x80, 0x3F, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0));
        using var reader = new SafetensorsReader(path);
        Assert.Equal(["w", "b"], reader.Entries.Select(e => e.Name));
        Assert.Equal("pt", reader.Metadata["format"]);
        Assert.Equal([1.5f, -2f], reader.Read(reader.Find("w")!).AsSpan<float>().ToArray());
        Assert.Equal("BFloat16 ()", reader.Read(reader.Find("b")!).ToString());
        Assert.Null(reader.Find("v"));
        byte[] half = new byte[4];
        reader.Read(reader.Entries[0], half, from: 4);
        Assert.Equal(-2f, BitConverter.ToSingle(half));
        Assert.Throws<ArgumentException>(() => reader.Read(reader.Entries[0], half, from: 5));
    }

    [Fact]
    public void What_is_written_is_read() => Arrays.Check(
        Gen.ListOf(Arrays.Of(Enum.GetValues<ElementType>())).Select(list => list.ToArray()),
        arrays =>
        {
            var tensors = arrays.Select((a, i) => KeyValuePair.Create($"layer.{i} \"ä\"", a)).ToList();
            Safetensors.Write(_folder["a.safetensors"], tensors, new Dictionary<string, string> { ["epoch"] = "3" });
            var read = Safetensors.Read(_folder["a.safetensors"]);
            return read.Keys.SequenceEqual(tensors.Select(t => t.Key)) && read.Values.Zip(arrays).All(p => Arrays.Same(p.First, p.Second));
        });

    [Fact]
    public void Tensors_lie_aligned()
    {
        Safetensors.Write(_folder["a.safetensors"], new Dictionary<string, RawArray> { ["flag"] = RawArray.From([true]), ["w"] = RawArray.From([1f]), ["n"] = RawArray.From([7L]) });
        byte[] file = File.ReadAllBytes(_folder["a.safetensors"]);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(file) % 8);
        using var reader = new SafetensorsReader(_folder["a.safetensors"]);
        Assert.All(reader.Entries, e => Assert.Equal(0, e.Offset % e.Type.Size()));
        Assert.Equal(["flag", "w", "n"], reader.Entries.Select(e => e.Name));
    }

    [Fact]
    public void Every_cut_is_noticed()
    {
        byte[] whole = FileOf($"{{{Entry("w", "F32", "[2]", "[0,8]")}}}", 1, 2, 3, 4, 5, 6, 7, 8);
        Safetensors.Read(_folder.Write("a", whole));
        for (int length = 0; length < whole.Length; length++) Problem(whole[..length]);
    }

    [Fact]
    public void Refuses_wrong_lengths_and_places()
    {
        Assert.Contains("promise a header of 18446744073709551615", Problem([255, 255, 255, 255, 255, 255, 255, 255, (byte)'{']));
        Assert.Contains("more than the tensors take", Problem($"{{{Entry("w", "U8", "[1]", "[0,1]")}}}", 1, 2));
        Assert.Contains("cut short", Problem($"{{{Entry("w", "U8", "[3]", "[0,3]")}}}", 1, 2));
        Assert.Contains("is given 3 bytes", Problem($"{{{Entry("w", "F32", "[1]", "[0,3]")}}}", 1, 2, 3));
        Assert.Contains("gap", Problem($"{{{Entry("a", "U8", "[1]", "[0,1]")},{Entry("b", "U8", "[1]", "[2,3]")}}}", 1, 2, 3));
        Assert.Contains("gap", Problem($"{{{Entry("a", "U8", "[1]", "[1,2]")}}}", 1, 2));
        Assert.Contains("inside", Problem($"{{{Entry("a", "U8", "[2]", "[0,2]")},{Entry("b", "U8", "[2]", "[1,3]")}}}", 1, 2, 3));
        Assert.Contains("inside", Problem($"{{{Entry("a", "U8", "[2]", "[0,2]")},{Entry("b", "U8", "[2]", "[0,2]")}}}", 1, 2));
        Assert.Contains("begin <= end", Problem($"{{{Entry("a", "U8", "[2]", "[2,0]")}}}", 1, 2));
        Assert.Contains("begin <= end", Problem($"{{{Entry("a", "U8", "[2]", "[0]")}}}", 1, 2));
        Assert.Contains("more elements than can be counted", Problem($"{{{Entry("a", "F64", "[2147483647,2147483647,2147483647]", "[0,8]")}}}", new byte[8]));
        Assert.Contains("dimension of size 9223372036854775807", Problem($"{{{Entry("a", "U8", "[9223372036854775807,0]", "[0,0]")}}}"));
        Assert.Contains("whole numbers", Problem($"{{{Entry("a", "U8", "[18446744073709551616]", "[0,1]")}}}", 1));
        Assert.Contains("whole numbers", Problem($"{{{Entry("a", "U8", "[-1]", "[0,1]")}}}", 1));
        Assert.Contains("whole numbers", Problem($"{{{Entry("a", "U8", "[1.5]", "[0,1]")}}}", 1));
    }

    [Fact]
    public void Refuses_headers_that_are_not_what_they_should_be()
    {
        Assert.Contains("no JSON object", Problem("[]"));
        Assert.Contains("no JSON object", Problem(""));
        Assert.Contains("no sound JSON", Problem("{"));
        Assert.Contains("no sound JSON", Problem("{} x"));
        Assert.Contains("is no object", Problem("{\"a\":" + new string('[', 100_000)));
        Assert.Contains("no sound JSON", Problem("{" + Entry("a", "U8", "[[[1]]]", "[0,1]") + "}", 1));
        Assert.Contains("'a' comes twice", Problem($"{{{Entry("a", "U8", "[1]", "[0,1]")},{Entry("a", "U8", "[1]", "[1,2]")}}}", 1, 2));
        Assert.Contains("comes twice", Problem("""{"__metadata__":{},"__metadata__":{}}"""));
        Assert.Contains("comes twice", Problem("""{"__metadata__":{"a":"1","a":"2"}}"""));
        Assert.Contains("a text", Problem("""{"__metadata__":{"a":1}}"""));
        Assert.Contains("'dtype' twice", Problem("""{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1));
        Assert.Contains("key 'extra'", Problem("""{"a":{"dtype":"U8","extra":1,"shape":[1],"data_offsets":[0,1]}}""", 1));
        Assert.Contains("lacks shape", Problem("""{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1));
        Assert.Contains("unknown dtype 'F5'", Problem($"{{{Entry("a", "F5", "[1]", "[0,1]")}}}", 1));
        Assert.Contains("an object", Problem("""{"a":3}"""));
        Assert.Contains("no sound", Problem([6, 0, 0, 0, 0, 0, 0, 0, .. "{\""u8, 0xFF, 0xFE, .. "\":"u8]));
    }

    [Fact]
    public void A_header_beyond_the_limit_is_refused_before_it_is_read()
    {
        string path = _folder["big.safetensors"];
        using (var file = new FileStream(path, FileMode.CreateNew))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, Safetensors.MaxHeaderBytes + 1);
            file.Write(length);
            file.SetLength(Safetensors.MaxHeaderBytes + 100L);       // sparse: takes no space
        }
        Assert.Contains("at most 100000000", Assert.Throws<DataFormatException>(() => Safetensors.Read(path)).Message);
    }

    [Fact]
    public void Garbage_of_any_kind_gives_the_format_exception_and_no_other()
    {
        byte[] whole = FileOf($$"""{"__metadata__":{"k":"v"},{{Entry("w", "F32", "[2,1]", "[0,8]")}},{{Entry("v", "U8", "[2]", "[8,10]")}}}""", new byte[10]);
        Arrays.Check(Gen.ArrayOf(Gen.Choose(0, whole.Length * 256 - 1), 3), edits =>
        {
            byte[] damaged = [.. whole];
            foreach (int e in edits) damaged[e / 256] = (byte)e;
            try { Safetensors.Read(_folder.Write("fuzz", damaged)); }
            catch (DataFormatException) { }
            return true;
        });
    }

    [Fact]
    public void A_failed_save_leaves_the_old_file()
    {
        string path = _folder["a.safetensors"];
        Safetensors.Write(path, new Dictionary<string, RawArray> { ["w"] = RawArray.From([1f]) });
        var writer = new SafetensorsWriter();
        writer.Add("w", ElementType.Float32, [1], _ => throw new IOException("No space left on device"));
        Assert.Throws<IOException>(() => writer.Save(path));
        Assert.Equal([1f], Safetensors.Read(path)["w"].AsSpan<float>().ToArray());
        Assert.Equal(["a.safetensors"], _folder.Files);
    }

    [Fact]
    public void Refuses_to_write_what_no_one_could_read()
    {
        var writer = new SafetensorsWriter();
        writer.Add("w", ElementType.Float32, [2], s => s.Write(new byte[4]));
        Assert.Contains("'w'", Assert.Throws<ArgumentException>(() => writer.Add("w", ElementType.Float32, [1], _ => { })).Message);
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", ElementType.Float32, [1], _ => { }));
        Assert.Contains("takes 8 bytes, but 4", Assert.Throws<InvalidOperationException>(() => writer.Save(_folder["a"])).Message);
        Assert.Empty(_folder.Files);
    }
}
