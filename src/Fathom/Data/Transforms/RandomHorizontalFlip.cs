namespace Fathom.Data;

/// <summary>Mirrors each image, left for right, with a given probability.</summary>
public sealed class RandomHorizontalFlip : Transform
{
    readonly float _probability;

    /// <summary>Mirrors images.</summary>
    /// <param name="probability">Of each image to be mirrored, 0 to 1.</param>
    public RandomHorizontalFlip(double probability = 0.5)
    {
        if (!(probability is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), $"[RandomHorizontalFlip] a probability lies between 0 and 1; this is {probability}.");
        _probability = (float)probability;
    }

    /// <inheritdoc/>
    public override unsafe Tensor Apply(Tensor images, SampleStreams streams)
    {
        Require(images);
        Tensor result = Tensor.Empty(images.Shape, images.DType);
        result.CopyFrom(images);
        int width = images.Shape[3], rows = images.Shape[1] * images.Shape[2];
        for (int n = 0; n < images.Shape[0]; n++)
        {
            if (!streams.Draws(n).Chance(_probability)) continue;
            for (int y = 0; y < rows; y++) Mirror(result.Bytes(), ((long)n * rows + y) * width, width, images.DType.Size());
        }
        GC.KeepAlive(result);
        return result;
    }

    static unsafe void Mirror(byte* pixels, long first, int width, int size)
    {
        switch (size)
        {
            case 1: new Span<byte>(pixels + first, width).Reverse(); break;
            case 2: new Span<ushort>(pixels + first * 2, width).Reverse(); break;
            case 4: new Span<uint>(pixels + first * 4, width).Reverse(); break;
            default: new Span<ulong>(pixels + first * 8, width).Reverse(); break;
        }
    }
}
