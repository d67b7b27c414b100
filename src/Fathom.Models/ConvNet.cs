using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Models;

/// <summary>
/// A convolutional network for telling images apart: a chain of parts under names of their own, so that parameters are called <c>conv1.weight</c> or
/// <c>features.0.weight</c> as in published weights. Trained by gradient descent with momentum 0.9, as the papers do.
/// </summary>
public abstract class ConvNet : Classifier
{
    readonly List<Module> parts = [];
    readonly double learningRate;

    /// <summary>A network without parts yet.</summary>
    /// <param name="learningRate">The step size of gradient descent.</param>
    protected ConvNet(double learningRate) => this.learningRate = learningRate;

    /// <summary>Adds a part at the end of the chain; its parameters are named <c>name.weight</c>.</summary>
    protected void Add(string name, Module part) => parts.Add(Register(part, name));

    /// <summary>The parts one after the other, or <see cref="TrainableModule.Net"/> where the network is one sequence.</summary>
    public override Tensor Forward(Tensor x) => Net is null ? Sequential.Run(parts, x) : Net.Call(x);

    /// <inheritdoc/>
    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate, momentum: 0.9);
}
