using Fathom.Autograd;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Computes the gradients of this scalar for all leaves it depends on and adds them to their <see cref="Grad"/>.</summary>
    /// <param name="retainGraph">Keep what a second pass needs; by default it is released.</param>
    /// <param name="createGraph">Record the computation of the gradients, for gradients of gradients; implies <paramref name="retainGraph"/>.</param>
    /// <exception cref="ShapeException">This is not a scalar.</exception>
    /// <exception cref="InvalidOperationException">Nothing here requires gradients, or the graph was released.</exception>
    public void Backward(bool retainGraph = false, bool createGraph = false) => BackwardPass.Run(this, null, retainGraph || createGraph, createGraph);

    /// <summary>As <see cref="Backward(bool, bool)"/> for a result of any shape: <paramref name="gradient"/> holds the weight of each element.</summary>
    /// <exception cref="ShapeException">The gradient's shape differs from this tensor's.</exception>
    /// <exception cref="InvalidOperationException">Nothing here requires gradients, or the graph was released.</exception>
    public void Backward(Tensor gradient, bool retainGraph = false, bool createGraph = false) => BackwardPass.Run(this, gradient, retainGraph || createGraph, createGraph);
}
