using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Fathom.Formats;

namespace Fathom.Tests.Formats;

/// <summary>
/// The cases by which the format's own implementation, the Rust crate safetensors, checks itself: files as it writes them, byte for byte, and files that it refuses. Ours
/// reads the former exactly, writes the same bytes, and refuses the latter.
/// </summary>
public sealed class SafetensorsReferenceTests : IDisposable
{
    const string Square = """{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A file whose header says it is so long.</summary>
    static byte[] FileOf(ulong length, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        byte[] file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        header.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + header.Length));
        return file;
    }

    static byte[] FileOf(string header, params byte[] data) => FileOf((ulong)header.Length, Encoding.ASCII.GetBytes(header), data);

    static readonly byte[] ZeroToFive = MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5]).ToArray();

    /// <summary>The header is filled up with blanks to a multiple of eight bytes, so that the tensors lie aligned.</summary>
    public static TheoryData<string, string, int[]> Written => new()
    {
        { """{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}""", "attn.0", [1, 2, 3] },
        { """{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       """, "attn0", [1, 1, 2, 3] },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void A_file_is_read_exactly_and_written_with_the_same_bytes(string header, string name, int[] shape)
    {
        byte[] reference = FileOf(header, ZeroToFive);
        RawArray read = Assert.Single(Safetensors.Read(_folder.Write("reference", reference))).Value;
        Assert.Equal(shape, read.Shape);
        Assert.Equal([0, 1, 2, 3, 4, 5], read.AsSpan<float>().ToArray());
        Safetensors.Write(_folder["ours"], [KeyValuePair.Create(name, RawArray.From([0f, 1, 2, 3, 4, 5], shape))]);
        Assert.Equal(reference, File.ReadAllBytes(_folder["ours"]));
    }

    [Theory]
    [InlineData("{}      ", null)]
    [InlineData("""{"__metadata__":{"framework":"pt"}}     """, "pt")]
    public void A_file_without_tensors_is_one_too(string header, string? framework)
    {
        byte[] reference = FileOf(header);
        using (var reader = new SafetensorsReader(_folder.Write("reference", reference)))
        {
            Assert.Empty(reader.Entries);
            Assert.Equal(framework, reader.Metadata.GetValueOrDefault("framework"));
        }
        Safetensors.Write(_folder["ours"], [], framework is null ? null : new Dictionary<string, string> { ["framework"] = framework });
        Assert.Equal(reference, File.ReadAllBytes(_folder["ours"]));
    }

    [Fact]
    public void A_scalar_and_a_tensor_without_elements_are_read()
    {
        RawArray scalar = Safetensors.Read(_folder.Write("scalar", FileOf("""{"test":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}""", 0, 0, 0, 0)))["test"];
        Assert.Equal((ElementType.Int32, 0, 4), (scalar.Type, scalar.Shape.Length, scalar.Data.Length));
        RawArray empty = Safetensors.Read(_folder.Write("empty", FileOf("""{"test":{"dtype":"I32","shape":[2,0],"data_offsets":[0, 0]}}""")))["test"];
        Assert.Equal((2, 0, 0), (empty.Shape[0], empty.Shape[1], empty.Data.Length));
    }

    /// <summary>Whoever wants the tensors to begin on a page fills up the header, in front or behind.</summary>
    [Theory]
    [InlineData("{}\r \t\n")]
    [InlineData("\t\n{}\r ")]
    public void White_space_around_the_header_is_passed_over(string header) => Assert.Empty(Safetensors.Read(_folder.Write("padded", FileOf(header))));

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "ten tensors in the same bytes", FileOf($"{{{string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"w{i}\":{{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}"))}}}", new byte[16]), "inside the one before it" },
        { "another file's bytes behind the tensors", FileOf(Square, [.. new byte[16], .. "PK and so on"u8]), "more than the tensors take" },
        { "two bytes missing", FileOf(Square, new byte[14]), "cut short" },
        { "a header longer than any may be", FileOf(0xFFFFFF000000003C, Encoding.ASCII.GetBytes(Square), new byte[16]), "header of" },
        { "nothing", [], "0 bytes" },
        { "a length and no header", FileOf(60, [], []), "header of 60" },
        { "a header that is no UTF-8", FileOf(1, [0xFF], []), "no JSON object" },
        { "a header that is no JSON", FileOf(1, "{"u8, []), "no sound JSON" },
        { "a shape that the offsets do not fit", FileOf("""{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0, 4]}}"""), "is given 4 bytes" },
        { "a shape whose elements overflow", FileOf("""{"test":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}""", new byte[16]), "whole numbers from 0" },
        { "a shape whose bytes overflow", FileOf("""{"test":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}""", new byte[16]), "dimension of size 9223372036854775807" },
        { "elements of less than a byte that do not fill bytes", FileOf("""{"attn.0":{"dtype":"F4","shape":[1,3],"data_offsets":[0,2]}}""", 0, 1), "unknown dtype 'F4'" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_the_format_forbids_is_refused(string what, byte[] file, string message)
    {
        string path = _folder.Write("bad", file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var thrown = Assert.Throws<DataFormatException>(() => Safetensors.Read(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20, $"{what}: allocated more than a file of {file.Length} bytes can need");
        Assert.Contains(message, thrown.Message);
    }

    [Fact]
    public void A_header_that_no_one_would_read_is_not_written()
    {
        var metadata = new Dictionary<string, string> { ["long"] = new('a', Safetensors.MaxHeaderBytes) };
        Assert.Contains($"{Safetensors.MaxHeaderBytes}", Assert.ThrowsAny<Exception>(() => Safetensors.Write(_folder["a"], [], metadata)).Message);
        Assert.False(File.Exists(_folder["a"]));
    }
}
