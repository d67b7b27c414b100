using System.Buffers.Binary;
using System.Numerics;
using Fathom.Formats;
using Google.Protobuf;

namespace Fathom.Training;

/// <summary>
/// An event file as TensorBoard reads it: records of an 8-byte length, its checksum, a protocol buffer (tensorflow.Event), and its checksum; checksums are
/// CRC-32C, rotated by 15 bits and offset (TensorFlow, tsl/lib/hash/crc32c.h). Each record is handed to the system as it is written, so the file can be followed.
/// </summary>
public sealed class EventFile : IDisposable
{
    /// <summary>Buckets of a histogram.</summary>
    const int Buckets = 30;

    readonly FileStream file;
    readonly Lock gate = new();

    /// <summary>Makes a new file in a folder, under a name that TensorBoard finds.</summary>
    /// <param name="folder">The folder, made if need be.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public EventFile(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        FilePath = Path.Combine(folder, $"events.out.tfevents.{now}.{Environment.MachineName}.{Environment.ProcessId}.{Guid.NewGuid().ToString("N")[..6]}");
        file = new(FilePath, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        WriteEvent(0, e => e.Text(3, "brain.Event:2"));
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Writes a number.</summary>
    /// <param name="tag">What it is, such as <c>val/loss</c>; what stands before a slash groups.</param>
    /// <param name="value">The number; not-a-number is written as such.</param>
    /// <param name="step">When it was measured: batches or epochs.</param>
    public void Scalar(string tag, double value, long step) => WriteValue(tag, step, v => v.Float(2, (float)value));

    /// <summary>Writes how numbers are spread: their least and largest, count, sum, sum of squares, and how many fall into each of thirty buckets of one width.</summary>
    /// <param name="tag">What they are, such as <c>weights/net.0.weight</c>.</param>
    /// <param name="values">The numbers; those that are not finite are left out.</param>
    /// <param name="step">When they were what they are.</param>
    public void Histogram(string tag, Tensor values, long step)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] finite = [.. values.Detach().To(DType.Float64).ToArray<double>().Where(double.IsFinite)];
        if (finite.Length == 0) return;
        double low = finite.Min(), high = finite.Max(), width = high > low ? (high - low) / Buckets : 1;
        double[] counts = new double[Buckets], limits = [.. Enumerable.Range(1, Buckets).Select(i => i == Buckets && high > low ? high : low + width * i)];
        foreach (double x in finite) counts[Math.Min(Buckets - 1, (int)((x - low) / width))]++;
        WriteValue(tag, step, v => v.Message(5, h =>
        {
            h.Double(1, low);
            h.Double(2, high);
            h.Double(3, finite.Length);
            h.Double(4, finite.Sum());
            h.Double(5, finite.Sum(x => x * x));
            h.Doubles(6, limits);
            h.Doubles(7, counts);
        }));
    }

    /// <summary>Writes a picture.</summary>
    /// <param name="tag">What it shows.</param>
    /// <param name="image">The picture; written as PNG.</param>
    /// <param name="step">When it was made.</param>
    public void Image(string tag, Image image, long step)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte[] png = Png.Encode(image);
        WriteValue(tag, step, v => v.Message(4, i =>
        {
            i.Integer(1, image.Height);
            i.Integer(2, image.Width);
            i.Integer(3, image.Channels);
            i.Bytes(4, png);
        }));
    }

    void WriteValue(string tag, long step, Action<EventMessage> fill)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        WriteEvent(step, e => e.Message(5, summary => summary.Message(1, value =>
        {
            value.Text(1, tag);
            fill(value);
        })));
    }

    void WriteEvent(long step, Action<EventMessage> fill)
    {
        byte[] record = EventMessage.Of(e =>
        {
            e.Double(1, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
            e.Integer(2, step);
            fill(e);
        });
        byte[] framed = new byte[record.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(framed, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), MaskedChecksum(framed.AsSpan(0, 8)));
        record.CopyTo(framed, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(12 + record.Length), MaskedChecksum(record));
        lock (gate) file.Write(framed);
    }

    /// <summary>CRC-32C, masked so that checksums of checksums stay sound.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        crc = ~crc;
        return BitOperations.RotateRight(crc, 15) + 0xA282EAD8;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}

/// <summary>The fields of one protocol buffer message.</summary>
sealed class EventMessage
{
    readonly CodedOutputStream output;

    EventMessage(CodedOutputStream output) => this.output = output;

    public static byte[] Of(Action<EventMessage> fill)
    {
        using var bytes = new MemoryStream();
        using (var coded = new CodedOutputStream(bytes, leaveOpen: true)) fill(new(coded));
        return bytes.ToArray();
    }

    public void Double(int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    public void Float(int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    public void Integer(int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    public void Text(int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    public void Bytes(int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }

    public void Message(int field, Action<EventMessage> fill) => Bytes(field, Of(fill));

    public void Doubles(int field, double[] values)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength(values.Length * sizeof(double));
        foreach (double v in values) output.WriteDouble(v);
    }
}
