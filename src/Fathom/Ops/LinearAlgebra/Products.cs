namespace Fathom;

public partial class Tensor
{
    /// <summary>Dot product of two vectors.</summary>
    /// <exception cref="ShapeException">An operand is not a vector, or the sizes differ.</exception>
    public Tensor Dot(Tensor other)
    {
        if (Rank != 1 || other.Rank != 1) throw ShapeException.For("dot", $"{Shape} and {other.Shape}: both must be vectors; use MatMul for matrices");
        return MatMul(other);
    }

    /// <summary>Product of a matrix and a vector.</summary>
    /// <exception cref="ShapeException">This is not a matrix, the other not a vector, or the sizes differ.</exception>
    public Tensor MatVec(Tensor vector)
    {
        if (Rank != 2 || vector.Rank != 1) throw ShapeException.For("mat_vec", $"{Shape} and {vector.Shape}: needs a matrix and a vector");
        return MatMul(vector);
    }

    /// <summary>Outer product of two vectors: y[i, j] = this[i] other[j].</summary>
    /// <exception cref="ShapeException">An operand is not a vector.</exception>
    public Tensor Outer(Tensor other)
    {
        if (Rank != 1 || other.Rank != 1) throw ShapeException.For("outer", $"{Shape} and {other.Shape}: both must be vectors");
        return Unsqueeze(1) * other.Unsqueeze(0);
    }
}
