using Fathom.Models;
using Fathom.Optim;
using Fathom.Training;

namespace Fathom.Cli.Bench;

/// <summary>A network, an input and an optimiser: what a training step is timed on. bench/peers/steps.py has the same ones in PyTorch.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Batch">Samples in a batch.</param>
/// <param name="Image">The shape of a sample, (C, H, W).</param>
/// <param name="Network">Makes the network; its lazy layers take their shapes from the input.</param>
/// <param name="MakeOptimizer">Makes the optimiser of its parameters.</param>
internal sealed record Workload(string Name, int Batch, Shape Image, Func<Classifier> Network, Func<IEnumerable<Tensor>, IOptimizer> MakeOptimizer)
{
    /// <summary>All networks tell ten classes apart.</summary>
    public const int Classes = 10;

    /// <summary>The workloads, small ones first.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("softmax-28-b256", 256, (1, 28, 28), () => new SoftmaxRegression(), p => new Sgd(p, 0.1)),
        new("mlp-28-b256", 256, (1, 28, 28), () => new Mlp(), p => new Sgd(p, 0.1)),
        new("mlp-28-b1", 1, (1, 28, 28), () => new Mlp(), p => new Sgd(p, 0.01)),
        new("dense512-28-b128-rmsprop", 128, (1, 28, 28), () => new Dense512(), p => new RmsProp(p, 1e-3)),
        new("lenet-28-b128", 128, (1, 28, 28), () => new LeNet(), p => new Sgd(p, 0.1)),
        new("resnet18-96-b32", 32, (1, 96, 96), () => new ResNet18(style: ModelStyle.Course), p => new Sgd(p, 0.01)),
        new("resnext18-96-b32", 32, (1, 96, 96), () => new ResNeXt18(), p => new Sgd(p, 0.01)),
        new("vgg-slim-224-b16", 16, (1, 224, 224), () => new VggSlim(), p => new Sgd(p, 0.01)),
    ];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(w => w.Name)];

    /// <summary>The shape of a batch, (N, C, H, W).</summary>
    public Shape Input => new([Batch, .. Image]);

    /// <summary>Makes the network for this input, in training mode.</summary>
    /// <exception cref="CliException">The network does not take such inputs.</exception>
    public Classifier Build()
    {
        Classifier network = Network();
        try { network.BuildFor(Input); }
        catch (ArgumentException e) { throw new CliException($"{Name} does not take inputs of {string.Join('x', Image)}: {e.Message}", inner: e); }
        network.Train();
        return network;
    }
}
