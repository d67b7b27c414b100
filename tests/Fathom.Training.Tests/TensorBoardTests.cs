using System.Buffers.Binary;
using Fathom.Formats;
using Fathom.Models;
using Fathom.Tests;
using Google.Protobuf;

namespace Fathom.Training.Tests;

/// <summary>Event files are read back by code that shares nothing with what writes them: lengths, checksums bit by bit, fields.</summary>
public sealed class TensorBoardTests : IDisposable
{
    readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    sealed record Value(string Tag, long Step, float? Scalar, Dictionary<int, double[]>? Histogram, byte[]? Png);

    /// <summary>Bit by bit, by the reflected Castagnoli polynomial.</summary>
    static uint SlowMasked(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int k = 0; k < 8; k++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }
        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xA282EAD8;
    }

    /// <summary>The checksum of "123456789" by the definition of CRC-32C is 0xE3069283.</summary>
    [Fact]
    public void Checksums_are_the_masked_Castagnoli_ones()
    {
        uint masked = EventFile.MaskedChecksum("123456789"u8);
        uint unmasked = masked - 0xA282EAD8;
        Assert.Equal(0xE3069283, unmasked >> 17 | unmasked << 15);
        for (int n = 0; n < 40; n++)
        {
            byte[] bytes = [.. Enumerable.Range(0, n).Select(i => (byte)(i * 37))];
            Assert.Equal(SlowMasked(bytes), EventFile.MaskedChecksum(bytes));
        }
    }

    static List<Value> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        List<Value> values = [];
        bool first = true;
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(SlowMasked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] record = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(SlowMasked(record), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            at += length + 16;
            long step = 0;
            foreach ((int field, object content) in Fields(record))
            {
                if (first && field == 3) Assert.Equal("brain.Event:2", System.Text.Encoding.UTF8.GetString((byte[])content));
                if (field == 2) step = (long)content;
                if (field == 5) foreach ((_, object value) in Fields((byte[])content)) values.Add(One((byte[])value, step));
            }
            first = false;
        }
        return values;
    }

    static Value One(byte[] message, long step)
    {
        Value value = new("", step, null, null, null);
        foreach ((int field, object content) in Fields(message))
            value = field switch
            {
                1 => value with { Tag = System.Text.Encoding.UTF8.GetString((byte[])content) },
                2 => value with { Scalar = (float)content },
                4 => value with { Png = (byte[])Fields((byte[])content).Single(f => f.Field == 4).Content },
                5 => value with { Histogram = Fields((byte[])content).ToDictionary(f => f.Field, f => f.Content is double d ? [d] : Packed((byte[])f.Content)) },
                _ => value,
            };
        return value;
    }

    static double[] Packed(byte[] bytes) => [.. bytes.Chunk(8).Select(c => BitConverter.ToDouble(c))];

    static List<(int Field, object Content)> Fields(byte[] message)
    {
        List<(int, object)> fields = [];
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and uint tag)
            fields.Add((WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadInt64(),
                WireFormat.WireType.Fixed64 => input.ReadDouble(),
                WireFormat.WireType.Fixed32 => input.ReadFloat(),
                _ => (object)input.ReadBytes().ToByteArray(),
            }));
        return fields;
    }

    [Fact]
    public void Scalars_histograms_and_images_come_back()
    {
        string path;
        using (EventFile events = new(folder["tb"]))
        {
            path = events.FilePath;
            events.Scalar("val/loss", 0.25, 7);
            events.Histogram("w", Tensor.From(-1f, 0f, 0f, 3f, float.NaN), 8);
            events.Histogram("same", Tensor.Ones(5), 8);
            events.Image("digit", new Image(2, 1, 1, [0, 255]), 9);
        }
        List<Value> values = Read(path);
        Assert.Equal(["val/loss", "w", "same", "digit"], values.Select(v => v.Tag));
        Assert.Equal([7L, 8, 8, 9], values.Select(v => v.Step));
        Assert.Equal(0.25f, values[0].Scalar);
        Dictionary<int, double[]> h = values[1].Histogram!;
        Assert.Equal([-1, 3, 4, 2, 10], new[] { h[1][0], h[2][0], h[3][0], h[4][0], h[5][0] });
        Assert.Equal(4, h[7].Sum());
        Assert.Equal(3, h[6][^1]);
        Assert.Equal(5, values[2].Histogram![7].Sum());
        Assert.Equal([0, 255], Png.Decode(values[3].Png!).Pixels);
    }

    [Fact]
    public void Training_writes_what_a_dashboard_needs()
    {
        new Trainer { MaxEpochs = 2, Callbacks = [new TensorBoardReporter(folder["tb"], everySteps: 2)] }.Fit(new SoftmaxRegression(3), Samples.Stripes());
        List<Value> values = Read(Directory.GetFiles(folder["tb"]).Single());
        Assert.Equal([2L, 4, 6, 8, 10, 12], values.Where(v => v.Tag == "batch/loss").Select(v => v.Step));
        Assert.Equal([1L, 2], values.Where(v => v.Tag == "epoch/val_accuracy").Select(v => v.Step));
        Assert.Equal(8, values.Count(v => v.Png is not null));
        foreach (string tag in (string[])["weights/net.1.weight", "gradients/net.1.bias", "epoch/learning_rate"]) Assert.Contains(values, v => v.Tag == tag);
    }
}
