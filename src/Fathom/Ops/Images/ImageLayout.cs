using Fathom.Autograd;

namespace Fathom.Ops;

/// <summary>The memory orders that image kernels take.</summary>
internal static class ImageLayout
{
    /// <summary>The tensor itself where it is row-major or channels-last, else a row-major copy.</summary>
    public static Tensor Dense(Tensor x) => x.Layout.IsContiguous || x.Layout.IsChannelsLast ? x : x.Contiguous();

    /// <summary>The tensor in the memory order of another, which the kernels share.</summary>
    public static Tensor InOrder(Tensor t, bool channelsLast)
    {
        if (channelsLast ? t.Layout.IsChannelsLast : t.IsContiguous) return t;
        return channelsLast ? t.Permute(0, 2, 3, 1).Contiguous().Permute(0, 3, 1, 2) : t.Contiguous();
    }

    /// <summary>An image result whose channels lie innermost, as convolution makes it without a copy.</summary>
    public static ResultSpec ChannelsLast(Shape shape, DType dtype) => new(Layout.ChannelsLast(shape), dtype);

    /// <summary>Checks that a tensor is a batch of images of floating-point type.</summary>
    public static Tensor Check(Tensor x, string op)
    {
        if (x.Rank != 4) throw ShapeException.For(op, $"needs images of shape (N, C, H, W); this tensor has shape {x.Shape}" + (x.Rank == 3 ? ". Use Unsqueeze(0) for a single image" : ""));
        if (!x.DType.IsFloating()) throw new InvalidOperationException($"[{op}] needs floating-point images, not {x.DType.Name()}; convert with .To(DType.Float32).");
        return Dense(x);
    }
}
