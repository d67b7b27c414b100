using Fathom.Training;

namespace Fathom.Models;

/// <summary>What a model is trained with when nothing else is asked for.</summary>
/// <param name="Data">The data set's name.</param>
/// <param name="Epochs">Passes over the training data.</param>
/// <param name="BatchSize">Samples in a batch.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Optimizer">The optimiser's name, see <see cref="OptimizerRegistry"/>.</param>
/// <param name="Resize">The side in pixels that images are resized to; null leaves them as they are.</param>
/// <param name="Schedule">How the learning rate changes: "constant", "cosine" or "one-cycle".</param>
public sealed record TrainingDefaults(string Data, int Epochs, int BatchSize, double LearningRate, string Optimizer, int? Resize = null, string Schedule = "constant");

/// <summary>What can be chosen when a model is made.</summary>
/// <param name="Classes">The number of classes.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="Activation">The non-linearity, where the model leaves a choice; null for its own.</param>
/// <param name="Inputs">Numbers in a sample, for models from scratch, which must know.</param>
/// <param name="Width">A factor of all channels, for models with <see cref="ModelEntry.HasWidth"/>: 0.25 makes a slim one.</param>
public sealed record ModelOptions(int Classes, double LearningRate, string? Activation = null, int Inputs = 784, double Width = 1);

/// <summary>A model by name.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Activations">The non-linearities to choose from, the default first; empty where there is no choice.</param>
/// <param name="DefaultsFor">The defaults, given the activation or null.</param>
/// <param name="Make">Makes the model; see <see cref="Create"/>.</param>
/// <param name="IsClassifier">Whether it tells classes of images apart; else it fits numbers.</param>
/// <param name="HasWidth">Whether its channels can be scaled by <see cref="ModelOptions.Width"/>.</param>
public sealed record ModelEntry(string Name, string Description, IReadOnlyList<string> Activations,
    Func<string?, TrainingDefaults> DefaultsFor, Func<ModelOptions, TrainableModule> Make, bool IsClassifier = true, bool HasWidth = false)
{
    /// <summary>The defaults with the model's own activation.</summary>
    public TrainingDefaults Defaults => DefaultsFor(null);

    /// <summary>Makes the model from what its constructor kept, where that is more than <see cref="ModelOptions"/> can say; null where it is not.</summary>
    public Func<HyperParameters, TrainableModule>? FromHyperParameters { get; init; }

    /// <summary>Makes the model. Its <see cref="HyperParameters"/> are those its constructor kept, or else the options.</summary>
    /// <exception cref="ArgumentException">A width for a model whose channels cannot be scaled.</exception>
    public TrainableModule Create(ModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Width != 1 && !HasWidth) throw new ArgumentException($"{Name} has no channels to scale, so its width is 1, not {options.Width}.", nameof(options));
        TrainableModule model = Make(options);
        if (model.HyperParameters.Count > 0) return model;
        model.HyperParameters.Keep(options.Classes).Keep(options.LearningRate).Keep(options.Inputs).Keep(options.Width);
        if (options.Activation is { } activation) model.HyperParameters.Keep(activation);
        return model;
    }

    /// <summary>Makes the model again from what it was made with.</summary>
    /// <exception cref="KeyNotFoundException">Something is missing; the message says what.</exception>
    public TrainableModule Rebuild(HyperParameters made)
    {
        ArgumentNullException.ThrowIfNull(made);
        if (FromHyperParameters is { } make) return make(made);
        return Create(new(made.Integer("classes"), made.Number("learning_rate"), made.Has("activation") ? made.Text("activation") : null,
            made.Has("inputs") ? made.Integer("inputs") : 784, made.Has("width") ? made.Number("width") : 1));
    }
}

/// <summary>The models by name.</summary>
public static class ModelRegistry
{
    static readonly TrainingDefaults Plain = new("fashion-mnist", 10, 256, 0.1, "sgd");
    static readonly TrainingDefaults Deep = new("fashion-mnist", 2, 32, 0.01, "momentum", Resize: 96, Schedule: "cosine"), Deep224 = Deep with { Resize = 224 }, Vgg = Deep224 with { LearningRate = 0.005 };

    /// <summary>All models, simple ones first.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new("linear", "linear regression on synthetic data", [], _ => new("synthetic", 3, 32, 0.03, "sgd"), o => new LinearRegression(o.LearningRate), IsClassifier: false)
            { FromHyperParameters = h => new LinearRegression(h.Number("learning_rate")) },
        new("linear-scratch", "linear regression, everything written out", [], _ => new("synthetic", 3, 32, 0.03, "sgd"), o => new LinearRegressionScratch(o.Inputs, o.LearningRate), IsClassifier: false)
            { FromHyperParameters = h => new LinearRegressionScratch(h.Integer("inputs"), h.Number("learning_rate"), h.Number("sigma")) },
        new("softmax", "softmax regression: one linear layer", [], _ => Plain, o => new SoftmaxRegression(o.Classes, o.LearningRate)),
        new("softmax-scratch", "softmax regression, everything written out", [], _ => Plain, o => new SoftmaxRegressionScratch(o.Inputs, o.Classes, o.LearningRate))
            { FromHyperParameters = h => new SoftmaxRegressionScratch(h.Integer("inputs"), h.Integer("classes"), h.Number("learning_rate"), h.Number("sigma")) },
        new("mlp", "multilayer perceptron: 256 hidden units with ReLU", [], _ => Plain, o => new Mlp(o.Classes, learningRate: o.LearningRate))
            { FromHyperParameters = h => new Mlp(h.Integer("classes"), h.Integer("hidden"), h.Number("learning_rate")) },
        new("mlp-scratch", "multilayer perceptron, everything written out", [], _ => Plain, o => new MlpScratch(o.Inputs, o.Classes, learningRate: o.LearningRate))
            { FromHyperParameters = h => new MlpScratch(h.Integer("inputs"), h.Integer("classes"), h.Integer("hidden"), h.Number("learning_rate"), h.Number("sigma")) },
        new("dense512", "two dense layers, 512 hidden units with ReLU", [], _ => new("mnist", 5, 128, 1e-3, "rmsprop"), o => new Dense512(o.Classes, o.LearningRate)),
        new("highway", "highway network: nine gated blocks of 50 units", [], _ => new("fashion-mnist", 10, 64, 0.03, "momentum"), o => new Highway(o.Classes, learningRate: o.LearningRate)),
        new("lenet", "LeNet: two convolutions with pooling, three dense layers", ["sigmoid", "relu"],
            a => a == "relu" ? new("fashion-mnist", 10, 64, 0.1, "sgd") : new("fashion-mnist", 10, 128, 5e-3, "adam"),
            o => new LeNet(o.Classes, o.Activation == "relu" ? LeNetActivation.Relu : LeNetActivation.Sigmoid, o.LearningRate))
            { FromHyperParameters = h => new LeNet(h.Integer("classes"), h.Choice<LeNetActivation>("activation"), h.Number("learning_rate")) },
        new("lenet-bn", "LeNet with batch normalisation", [], _ => new("fashion-mnist", 10, 128, 0.1, "sgd"), o => new LeNetBatchNorm(o.Classes, o.LearningRate)),
        Net("alexnet", "AlexNet: five convolutions, three dense layers", Deep224, o => new AlexNet(o.Classes, o.LearningRate, width: o.Width)),
        Net("vgg11", "VGG-11: five blocks of 3x3 convolutions, three dense layers", Vgg, o => new Vgg11(o.Classes, o.LearningRate, width: o.Width)),
        Net("vgg13", "VGG-13", Vgg, o => new Vgg13(o.Classes, o.LearningRate, width: o.Width)),
        Net("vgg16", "VGG-16", Vgg, o => new Vgg16(o.Classes, o.LearningRate, width: o.Width)),
        Net("vgg19", "VGG-19", Vgg, o => new Vgg19(o.Classes, o.LearningRate, width: o.Width)),
        Net("vgg11-bn", "VGG-11 with batch normalisation", Vgg, o => new Vgg11(o.Classes, o.LearningRate, batchNorm: true, width: o.Width)),
        Net("vgg13-bn", "VGG-13 with batch normalisation", Vgg, o => new Vgg13(o.Classes, o.LearningRate, batchNorm: true, width: o.Width)),
        Net("vgg16-bn", "VGG-16 with batch normalisation", Vgg, o => new Vgg16(o.Classes, o.LearningRate, batchNorm: true, width: o.Width)),
        Net("vgg19-bn", "VGG-19 with batch normalisation", Vgg, o => new Vgg19(o.Classes, o.LearningRate, batchNorm: true, width: o.Width)),
        Net("vgg-slim", "VGG-11 with a quarter of the channels, the course's", Vgg, o => new VggSlim(o.Classes, o.LearningRate, o.Width)),
        Net("nin", "network in network: blocks of 1x1 convolutions, no dense layer", Deep224, o => new NiN(o.Classes, o.LearningRate, o.Width)),
        Net("googlenet", "GoogLeNet: nine Inception blocks", Deep, o => new GoogLeNet(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet18", "ResNet-18: eight residual blocks", Deep, o => new ResNet18(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet34", "ResNet-34: sixteen residual blocks", Deep, o => new ResNet34(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet50", "ResNet-50: sixteen bottleneck blocks", Deep, o => new ResNet50(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet101", "ResNet-101: 33 bottleneck blocks", Deep, o => new ResNet101(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet152", "ResNet-152: 50 bottleneck blocks", Deep, o => new ResNet152(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnet18-course", "ResNet-18 as the course has it, convolutions with biases", Deep, o => new ResNet18(o.Classes, o.LearningRate, ModelStyle.Course, o.Width)),
        Net("preact-resnet18", "ResNet-18 with normalisation before convolutions", Deep, o => new PreActResNet18(o.Classes, o.LearningRate, o.Width)),
        Net("preact-resnet50", "ResNet-50 with normalisation before convolutions", Deep, o => new PreActResNet50(o.Classes, o.LearningRate, o.Width)),
        Net("resnext18", "ResNeXt in the stages of ResNet-18: residual blocks with grouped convolutions", Deep, o => new ResNeXt18(o.Classes, o.LearningRate, o.Width)),
        Net("resnext50", "ResNeXt-50: 32 groups of 4 channels", Deep, o => new ResNeXt50(o.Classes, o.LearningRate, width: o.Width)),
        Net("resnext101", "ResNeXt-101: 32 groups of 8 channels", Deep, o => new ResNeXt101(o.Classes, o.LearningRate, width: o.Width)),
        Net("densenet121", "DenseNet-121: every layer sees all before it in its block", Deep, o => new DenseNet121(o.Classes, o.LearningRate, o.Width)),
        Net("densenet169", "DenseNet-169", Deep, o => new DenseNet169(o.Classes, o.LearningRate, o.Width)),
        Net("densenet201", "DenseNet-201", Deep, o => new DenseNet201(o.Classes, o.LearningRate, o.Width)),
        Net("densenet-small", "the course's DenseNet, four blocks of four layers", Deep, o => new DenseNetSmall(o.Classes, o.LearningRate, o.Width)),
        Net("regnetx32", "RegNetX with 32 layers, by AnyNet, the course's", Deep, o => new RegNetX32(o.Classes, o.LearningRate, o.Width)),
        Net("shiftresnet20", "a small residual network with shifts instead of 3x3 convolutions", Deep with { Resize = 32 }, o => new ShiftResNet20(o.Classes, learningRate: o.LearningRate, width: o.Width)),
    ];

    static ModelEntry Net(string name, string description, TrainingDefaults defaults, Func<ModelOptions, ConvNet> make) =>
        new(name, description, [], _ => defaults, make, HasWidth: true);

    /// <summary>Makes a model again from what it was made with, as its checkpoint keeps it.</summary>
    /// <example><code>ModelRegistry.Rebuild("mlp", Checkpoint.ReadHyperParameters("runs/mine/best.safetensors"))</code></example>
    /// <param name="name">The model's name in the registry.</param>
    /// <param name="hyperParameters">What it was made with.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    /// <exception cref="KeyNotFoundException">A hyper-parameter is missing; the message says which.</exception>
    public static TrainableModule Rebuild(string name, HyperParameters hyperParameters) =>
        (Find(name) ?? throw new ArgumentException($"There is no model '{name}'; there are {string.Join(", ", All.Select(m => m.Name))}.", nameof(name))).Rebuild(hyperParameters);

    /// <summary>The model of that name, null if there is none.</summary>
    public static ModelEntry? Find(string name) => All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase));
}
