using Fathom.Training;

namespace Fathom.Models;

/// <summary>What a model is trained with when nothing else is asked for.</summary>
/// <param name="Data">The data set's name.</param>
/// <param name="Epochs">Passes over the training data.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Optimizer">The optimiser's name, see <see cref="OptimizerRegistry"/>.</param>
/// <param name="Resize">The side in pixels that images are resized to; null leaves them as they are.</param>
public sealed record TrainingDefaults(string Data, int Epochs, int BatchSize, double LearningRate, string Optimizer, int? Resize = null);

/// <summary>What can be chosen when a model is made.</summary>
/// <param name="Classes">The number of classes.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Activation">The non-linearity, where the model leaves a choice; null for its own.</param>
/// <param name="Inputs">Numbers in a sample, for models from scratch, which must know.</param>
public sealed record ModelOptions(int Classes, double LearningRate, string? Activation = null, int Inputs = 784);

/// <summary>A model by name.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Activations">The non-linearities to choose from, the default first; empty where there is no choice.</param>
/// <param name="DefaultsFor">The defaults, given the activation or null.</param>
/// <param name="Create">Makes the model.</param>
/// <param name="IsClassifier">Whether it tells classes of images apart; else it fits numbers.</param>
public sealed record ModelEntry(string Name, string Description, IReadOnlyList<string> Activations,
    Func<string?, TrainingDefaults> DefaultsFor, Func<ModelOptions, TrainableModule> Create, bool IsClassifier = true)
{
    /// <summary>The defaults with the model's own activation.</summary>
    public TrainingDefaults Defaults => DefaultsFor(null);
}

/// <summary>The models by name.</summary>
public static class ModelRegistry
{
    static readonly TrainingDefaults Plain = new("fashion-mnist", 10, 256, 0.1, "sgd");
    static readonly TrainingDefaults Deep = new("fashion-mnist", 10, 128, 0.01, "sgd", Resize: 96), Deep224 = Deep with { Resize = 224 };

    /// <summary>All models, simple ones first.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new("linear", "linear regression on synthetic data", [], _ => new("synthetic", 3, 32, 0.03, "sgd"), o => new LinearRegression(o.LearningRate), IsClassifier: false),
        new("linear-scratch", "linear regression, everything written out", [], _ => new("synthetic", 3, 32, 0.03, "sgd"), o => new LinearRegressionScratch(o.Inputs, o.LearningRate), IsClassifier: false),
        new("softmax", "softmax regression: one linear layer", [], _ => Plain, o => new SoftmaxRegression(o.Classes, o.LearningRate)),
        new("softmax-scratch", "softmax regression, everything written out", [], _ => Plain, o => new SoftmaxRegressionScratch(o.Inputs, o.Classes, o.LearningRate)),
        new("mlp", "multilayer perceptron: 256 hidden units with ReLU", [], _ => Plain, o => new Mlp(o.Classes, learningRate: o.LearningRate)),
        new("mlp-scratch", "multilayer perceptron, everything written out", [], _ => Plain, o => new MlpScratch(o.Inputs, o.Classes, learningRate: o.LearningRate)),
        new("dense512", "two dense layers, 512 hidden units with ReLU", [], _ => new("mnist", 5, 128, 1e-3, "rmsprop"), o => new Dense512(o.Classes, o.LearningRate)),
        new("lenet", "LeNet: two convolutions with pooling, three dense layers", ["sigmoid", "relu"],
            a => a == "relu" ? new("fashion-mnist", 10, 64, 0.1, "sgd") : new("fashion-mnist", 10, 128, 5e-3, "adam"),
            o => new LeNet(o.Classes, o.Activation == "relu" ? LeNetActivation.Relu : LeNetActivation.Sigmoid, o.LearningRate)),
        new("vgg11", "VGG-11: five blocks of 3x3 convolutions, three dense layers", [], _ => Deep224, o => new Vgg11(o.Classes, o.LearningRate)),
        new("vgg-slim", "VGG-11 with a quarter of the channels", [], _ => Deep224, o => new VggSlim(o.Classes, o.LearningRate)),
        new("resnet18", "ResNet-18: eight residual blocks", [], _ => Deep, o => new ResNet18(o.Classes, o.LearningRate)),
        new("resnext18", "ResNeXt in the stages of ResNet-18: residual blocks with grouped convolutions", [], _ => Deep, o => new ResNeXt18(o.Classes, o.LearningRate)),
    ];

    /// <summary>The model of that name, null if there is none.</summary>
    public static ModelEntry? Find(string name) => All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
}
