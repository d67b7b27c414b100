namespace Fathom;

public partial class Tensor
{
    /// <summary>Matrices in the last two axes with zeros above a diagonal: 0 the main one, above 0 higher, below 0 lower.</summary>
    /// <exception cref="ShapeException">The rank is below 2.</exception>
    public Tensor Tril(int diagonal = 0) => Where(Columns("tril").Le(Rows() + diagonal), this, 0);

    /// <summary>Matrices in the last two axes with zeros below a diagonal: 0 the main one, above 0 higher, below 0 lower.</summary>
    /// <exception cref="ShapeException">The rank is below 2.</exception>
    public Tensor Triu(int diagonal = 0) => Where(Columns("triu").Ge(Rows() + diagonal), this, 0);

    Tensor Rows() => Arange(Shape[^2]).Unsqueeze(1).To(Device);

    Tensor Columns(string op)
    {
        if (Rank < 2) throw ShapeException.For(op, $"needs matrices; this tensor has shape {Shape}");
        return Arange(Shape[^1]).To(Device);
    }
}
