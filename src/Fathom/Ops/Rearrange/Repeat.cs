namespace Fathom;

public partial class Tensor
{
    /// <summary>The tensor written out several times along each axis: <c>Tensor.From(1, 2).Repeat(2, 3)</c> has shape (2, 6). More repeats than axes put new axes in front.</summary>
    /// <exception cref="ShapeException">There are fewer repeats than axes, or a negative one.</exception>
    public Tensor Repeat(params ReadOnlySpan<int> repeats)
    {
        if (repeats.Length < Rank) throw ShapeException.For("repeat", $"{repeats.Length} repeats for shape {Shape}; give one for each axis, or use Tile");
        int[] once = new int[2 * repeats.Length], spread = new int[once.Length], joined = new int[repeats.Length];
        for (int i = 0; i < repeats.Length; i++)
        {
            int axis = i - (repeats.Length - Rank), size = axis < 0 ? 1 : Shape.Span[axis];
            if (repeats[i] < 0) throw ShapeException.For("repeat", $"a repeat of {repeats[i]} is negative");
            (once[2 * i], once[2 * i + 1]) = (1, size);
            (spread[2 * i], spread[2 * i + 1]) = (repeats[i], size);
            joined[i] = checked(repeats[i] * size);
        }
        return Reshape(new Shape(once)).Expand(new Shape(spread)).Reshape(new Shape(joined));
    }

    /// <summary>As <see cref="Repeat"/>, but fewer repeats than axes count for the last axes.</summary>
    /// <exception cref="ShapeException">A repeat is negative.</exception>
    public Tensor Tile(params ReadOnlySpan<int> repeats)
    {
        int[] all = new int[Math.Max(Rank, repeats.Length)];
        Array.Fill(all, 1);
        repeats.CopyTo(all.AsSpan(all.Length - repeats.Length));
        return Repeat(all);
    }

    /// <summary>Every element, or slice along an axis, several times in a row: 1, 2 becomes 1, 1, 2, 2.</summary>
    /// <exception cref="ShapeException">There is no such axis, or the repeats are negative.</exception>
    public Tensor RepeatInterleave(int repeats, int axis)
    {
        int a = Shape.Axis(axis);
        if (repeats < 0) throw ShapeException.For("repeat_interleave", $"{repeats} repeats are negative");
        return Unsqueeze(a + 1).Expand(Shape.Insert(a + 1, repeats)).Reshape(Shape.With(a, checked(Shape[a] * repeats)));
    }

    /// <summary>Every slice along an axis as often as a vector of integers says.</summary>
    /// <exception cref="ShapeException">There is no such axis, the repeats are not a vector of its size, or one is negative.</exception>
    public Tensor RepeatInterleave(Tensor repeats, int axis)
    {
        int a = Shape.Axis(axis);
        if (repeats.IsNumber) return RepeatInterleave(repeats.Item<int>(), axis);
        if (repeats.Rank != 1 || repeats.Count != Shape[a]) throw ShapeException.For("repeat_interleave", $"repeats of shape {repeats.Shape} do not fit axis {axis} of shape {Shape}; give a vector of {Shape[a]}");
        long[] counts = repeats.ToArray<long>();
        if (counts.Any(c => c < 0)) throw ShapeException.For("repeat_interleave", $"{counts.Min()} repeats are negative");
        return IndexSelect(a, From<long>([.. counts.SelectMany((c, i) => Enumerable.Repeat((long)i, checked((int)c)))]));
    }
}
