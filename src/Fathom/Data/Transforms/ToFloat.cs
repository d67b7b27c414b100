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

    static readonly float[] Table = [.. Enumerable.Range(0, 256).Select(b => b / 255f)];

    /// <summary>Converts by a table, which is exact and takes about a cycle a byte.</summary>
    internal static unsafe void Bytes(byte* from, float* to, long count)
    {
        fixed (float* table = Table)
            for (long i = 0; i < count; i++) to[i] = table[from[i]];
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
