using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Sums of products named by their indices: <c>Einsum("ij,jk->ik", a, b)</c> is the matrix product. Letters name the axes of each operand; the result has the axes named
    /// after the arrow, and all others are summed over. Without an arrow the result has the letters that occur once, in alphabetical order. A letter that an
    /// operand repeats takes its diagonal, and <c>...</c> stands for any further axes, which broadcast.
    /// </summary>
    /// <exception cref="ArgumentException">The equation cannot be read.</exception>
    /// <exception cref="ShapeException">An operand has another number of axes than letters, or one letter has two sizes.</exception>
    public static Tensor Einsum(string equation, params ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(equation);
        return EinsumPlan.Read(equation, operands).Compute();
    }
}
