using System.Runtime.Intrinsics;
using Fathom.Devices.Cpu;

namespace Fathom.Data;

/// <summary>Bytes 0 to 255 to Float32 in [0, 1]: x / 255, rounded once. Float32 images pass unchanged. What torchvision calls ToTensor.</summary>
public sealed class ToFloat : Transform
{
    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, SampleStreams streams)
    {
        Require(images, DType.UInt8, DType.Float32);
        return images.DType == DType.Float32 ? images : Convert(images.Contiguous());
    }

    static unsafe Tensor Convert(Tensor images)
    {
        Tensor result = Tensor.Empty(images.Shape);
        var convert = new ConvertBytes(images.Ptr<byte>(), result.Ptr<float>(), images.Count);
        Threads.For((int)((images.Count + ConvertBytes.Part - 1) / ConvertBytes.Part), ref convert);
        GC.KeepAlive(images);
        GC.KeepAlive(result);
        return result;
    }

    /// <summary>Converts sixteen at a time; a division is rounded the same at any width.</summary>
    internal static unsafe void Bytes(byte* from, float* to, long count)
    {
        long i = 0;
        for (; i <= count - 16; i += 16)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(from + i));
            Store(low, to + i);
            Store(high, to + i + 8);
        }
        for (; i < count; i++) to[i] = from[i] / 255f;
    }

    static unsafe void Store(Vector128<ushort> bytes, float* to)
    {
        (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(bytes);
        (Vector128.ConvertToSingle(low.AsInt32()) / 255f).Store(to);
        (Vector128.ConvertToSingle(high.AsInt32()) / 255f).Store(to + 4);
    }

    readonly unsafe struct ConvertBytes(byte* from, float* to, long count) : IJob
    {
        public const int Part = 1 << 16;

        public void Run(int index)
        {
            long start = (long)index * Part;
            Bytes(from + start, to + start, Math.Min(Part, count - start));
        }
    }
}
