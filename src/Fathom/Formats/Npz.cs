using System.IO.Compression;

namespace Fathom.Formats;

/// <summary>NumPy's .npz: a ZIP archive with one .npy file for each named array.</summary>
public static class Npz
{
    const string Extension = ".npy";

    /// <summary>No deflate stream unpacks to more than this many times its own length.</summary>
    const long MaxInflation = 1032;

    /// <summary>Reads a file: arrays in the order of the archive, under their names without ".npy".</summary>
    /// <exception cref="DataFormatException">It is damaged, cut short, no .npz file, or an array in it cannot be read.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OrderedDictionary<string, RawArray> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read);
            OrderedDictionary<string, RawArray> arrays = [];
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                string name = entry.FullName.EndsWith(Extension, StringComparison.Ordinal) ? entry.FullName[..^Extension.Length] : entry.FullName;
                if (!arrays.TryAdd(name, ReadEntry(entry, $"{path}, array '{name}'"))) throw new DataFormatException(path, $"the array '{name}' comes twice", "each name once");
            }
            return arrays;
        }
        catch (InvalidDataException e)
        {
            throw new DataFormatException(path, "no sound ZIP archive, or one that was cut short", "a .npz file as numpy.savez writes it", e);
        }
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="arrays">Names and arrays.</param>
    /// <param name="compress">Whether to deflate the arrays, as numpy.savez_compressed does.</param>
    /// <exception cref="ArgumentException">A name comes twice, or NumPy has no such element type.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, RawArray>> arrays, bool compress = false) => AtomicFile.Write(path, file =>
    {
        HashSet<string> names = [];
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach ((string name, RawArray array) in arrays)
        {
            if (!names.Add(name)) throw new ArgumentException($"There is an array called '{name}' already.", nameof(arrays));
            ZipArchiveEntry entry = archive.CreateEntry(name + Extension, compress ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);      // the same arrays give the same file
            using Stream stream = entry.Open();
            Npy.Write(stream, array);
        }
    });

    /// <summary>Reads a file into tensors; see <see cref="Read"/>, and <see cref="TensorBytes.ToTensor"/> for element types.</summary>
    public static OrderedDictionary<string, Tensor> Load(string path) => new(Read(path).Select(a => KeyValuePair.Create(a.Key, a.Value.ToTensor())));

    /// <summary>Writes named tensors; see <see cref="Write"/>.</summary>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, bool compress = false) =>
        Write(path, tensors.Select(t => KeyValuePair.Create(t.Key, t.Value.ToRawArray())), compress);

    /// <summary>The archive's reader does not compare checksums, so it is done here.</summary>
    static RawArray ReadEntry(ZipArchiveEntry entry, string name)
    {
        if (entry.Length / MaxInflation > entry.CompressedLength)
            throw new DataFormatException(name, $"{entry.CompressedLength} packed bytes are said to hold {entry.Length}", "an undamaged file");
        using Stream content = entry.Open();
        var summed = new Crc32Stream(content);
        RawArray array = Npy.Read(summed, entry.Length, name);
        if (summed.ReadByte() >= 0 || summed.Checksum != entry.Crc32) throw new DataFormatException(name, "its checksum is wrong", "an undamaged file");
        return array;
    }

    /// <summary>Sums the bytes that are read through it.</summary>
    sealed class Crc32Stream(Stream inner) : Stream
    {
        public uint Checksum { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            int n = inner.Read(buffer);
            Checksum = Crc32.Of(buffer[..n], Checksum);
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
