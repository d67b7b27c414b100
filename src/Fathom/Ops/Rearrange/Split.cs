namespace Fathom;

public partial class Tensor
{
    /// <summary>Views of <paramref name="size"/> along an axis, one after another; the last one may be smaller.</summary>
    /// <exception cref="ShapeException">There is no such axis, or the size is below 1.</exception>
    public Tensor[] Split(int size, int axis = 0)
    {
        if (size < 1) throw ShapeException.For("split", $"parts must have a size of 1 or more, not {size}");
        int n = Shape[Shape.Axis(axis)];
        var parts = new Tensor[Math.Max(1, (n + size - 1) / size)];
        for (int i = 0; i < parts.Length; i++) parts[i] = Slice(axis, i * size, Math.Min(n, (i + 1) * size));
        return parts;
    }

    /// <summary>Views of the given sizes along an axis, which they fill.</summary>
    /// <exception cref="ShapeException">There is no such axis, or the sizes do not add up to it.</exception>
    public Tensor[] Split(ReadOnlySpan<int> sizes, int axis = 0)
    {
        int n = Shape[Shape.Axis(axis)], at = 0;
        long sum = 0;
        foreach (int s in sizes) sum += s < 0 ? long.MinValue / 2 : s;
        if (sum != n) throw ShapeException.For("split", $"sizes ({string.Join(", ", sizes.ToArray())}) do not add up to axis {axis} of shape {Shape}, which is {n}");
        var parts = new Tensor[sizes.Length];
        for (int i = 0; i < parts.Length; i++, at += sizes[i - 1]) parts[i] = Slice(axis, at, at + sizes[i]);
        return parts;
    }

    /// <summary>Up to <paramref name="chunks"/> views of equal size along an axis; the last one may be smaller, and there may be fewer.</summary>
    /// <exception cref="ShapeException">There is no such axis, or fewer than 1 chunk is asked for.</exception>
    public Tensor[] Chunk(int chunks, int axis = 0)
    {
        if (chunks < 1) throw ShapeException.For("chunk", $"at least 1 chunk is needed, not {chunks}");
        return Split(Math.Max(1, (Shape[Shape.Axis(axis)] + chunks - 1) / chunks), axis);
    }

    /// <summary>Views of all slices along an axis, without that axis.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor[] Unbind(int axis = 0)
    {
        int a = Shape.Axis(axis);
        var parts = new Tensor[Shape[a]];
        for (int i = 0; i < parts.Length; i++) parts[i] = Slice(a, i, i + 1).Squeeze(a);
        return parts;
    }
}
