namespace Fathom;

public partial class Tensor
{
    /// <summary>Class labels as rows of zeros with a one at the label: labels of shape (n) give (n, classes).</summary>
    /// <param name="classes">The number of classes; -1 takes the largest label plus one.</param>
    /// <param name="dtype">The element type of the result.</param>
    /// <exception cref="InvalidOperationException">The labels are not integers.</exception>
    /// <exception cref="ShapeException">A label is negative or not below the number of classes, or it is to be found out and there are no labels.</exception>
    public Tensor OneHot(int classes = -1, DType dtype = DType.Int64)
    {
        if (!DType.IsIntegral() || DType == DType.Bool) throw new InvalidOperationException($"[one_hot] labels must be integers, not {DType.Name()}; convert with .To(DType.Int64).");
        if (classes < 0 && Count == 0) throw ShapeException.For("one_hot", "there are no labels to find out the number of classes from; give it");
        if (classes < 0) classes = checked((int)(Max().Item<long>() + 1));
        if (Device.HasData && Count > 0 && (Min().Item<long>() < 0 || Max().Item<long>() >= classes))
            throw ShapeException.For("one_hot", $"labels run from {Min().Item<long>()} to {Max().Item<long>()}, but {classes} classes have labels 0 to {classes - 1}");
        return Unsqueeze(-1).Eq(Arange(classes).To(Device)).To(dtype);
    }

    /// <summary>The identity matrix, or a part of it that is not square.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns; as many as rows if left out.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="device">Where it lives; the CPU by default.</param>
    public static Tensor Eye(int rows, int? columns = null, DType dtype = DType.Float32, Devices.Device? device = null)
    {
        Tensor y = Zeros(new Shape(rows, columns ?? rows), dtype, device);
        y.Diagonal().FillInPlace(1);
        return y;
    }

    /// <summary>Coordinate matrices of a grid: for x of size m and y of size n, both results have shape (m, n); the first repeats x along columns, the second y along rows.</summary>
    /// <param name="axes">Vectors or scalars of coordinates, one for each axis of the grid.</param>
    /// <param name="xyFirst">Exchange the first two axes, as drawing wants it: shape (n, m).</param>
    /// <exception cref="ShapeException">An entry is neither a vector nor a scalar.</exception>
    public static Tensor[] MeshGrid(IReadOnlyList<Tensor> axes, bool xyFirst = false)
    {
        ArgumentNullException.ThrowIfNull(axes);
        foreach (Tensor t in axes)
            if (t.Rank > 1) throw ShapeException.For("mesh_grid", $"coordinates must be vectors; got shape {t.Shape}");
        Shape grid = new([.. axes.Select(t => checked((int)t.Count))]);
        Tensor[] result = [.. axes.Select((t, i) => t.Reshape(Line(i)).Expand(grid))];
        return xyFirst && axes.Count > 1 ? [.. result.Select(t => t.Transpose(0, 1))] : result;

        Shape Line(int axis)
        {
            int[] d = new int[grid.Rank];
            Array.Fill(d, 1);
            d[axis] = grid[axis];
            return new(d);
        }
    }
}
