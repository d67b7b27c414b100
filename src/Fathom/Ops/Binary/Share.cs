namespace Fathom;

public partial class Tensor
{
    /// <summary>The share of a gradient that goes to this of two compared inputs: 1 where it won, 1/2 on a tie, 0 where it lost.</summary>
    internal Tensor Share(Tensor other, Tensor won) => won.To(DType) + Eq(other).To(DType) * 0.5;
}
