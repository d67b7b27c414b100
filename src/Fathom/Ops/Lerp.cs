namespace Fathom;

public partial class Tensor
{
    /// <summary>Linear interpolation: this + weight (end - this), element by element, with broadcasting.</summary>
    /// <param name="end">What a weight of 1 gives.</param>
    /// <param name="weight">A number or a tensor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor Lerp(Tensor end, Tensor weight) => this + weight * (end - this);
}
