// # ResNet variants
//
// The exercises on residual networks, worked: the networks of the paper's table, the bottleneck, normalisation before convolution, the comparison with Inception, and the question why not everything is made as large as it can be.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Models;
using Fathom.Nn;
using Fathom.Numerics;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## The bottleneck
//
// A 3 × 3 convolution of 256 channels has 590,000 weights. The bottleneck goes down to 64 channels by a 1 × 1 convolution, does the 3 × 3 convolution there, and goes up again by another 1 × 1. It is the class `SmallBottleneck` below.

LayerSummary wide = LayerSummary.Of(new Residual(256), (1, 256, 14, 14));
LayerSummary narrow = LayerSummary.Of(new SmallBottleneck(256), (1, 256, 14, 14));
Console.WriteLine($"two 3 x 3: {wide.Parameters:N0} parameters, bottleneck: {narrow.Parameters:N0}");
foreach (LayerRow layer in narrow.Layers.Skip(1)) Console.WriteLine($"  {layer.Name,-6}{layer.Type,-13}{layer.Output,-18}{layer.Parameters,7:N0}");

// So the channels can be four times as many for about the price of a block of two 3 × 3 convolutions with 64:

Console.WriteLine($"two 3 x 3 of 64 channels: {LayerSummary.Of(new Residual(64), (1, 64, 14, 14)).Parameters:N0}");

// ## The table of the paper
//
// All networks have the same stem and four stages. Only the number of blocks differs, and whether they are bottlenecks. A network is named by its layers with weights: those in the blocks, the stem, and the dense layer.

(string Name, int[] Blocks, bool IsBottleneck)[] variants =
[
    ("ResNet-18", [2, 2, 2, 2], false), ("ResNet-34", [3, 4, 6, 3], false),
    ("ResNet-50", [3, 4, 6, 3], true), ("ResNet-101", [3, 4, 23, 3], true), ("ResNet-152", [3, 8, 36, 3], true),
];

static ResNet Build(int[] blocks, bool isBottleneck)
{
    int[] channels = isBottleneck ? [256, 512, 1024, 2048] : [64, 128, 256, 512];
    Func<int, bool, int, Module>? make = isBottleneck ? (c, project, stride) => new SmallBottleneck(c, project, stride) : null;
    return new ResNet([.. blocks.Zip(channels)], classes: 1000, block: make);
}

Console.WriteLine("network      blocks          layers   parameters");
foreach ((string name, int[] blocks, bool isBottleneck) in variants)
{
    int layers = blocks.Sum() * (isBottleneck ? 3 : 2) + 2;
    long parameters = LayerSummary.Of(Build(blocks, isBottleneck), (1, 3, 224, 224)).Parameters;
    Console.WriteLine($"{name,-13}{string.Join(", ", blocks),-15}{layers,7}{parameters,13:N0}");
}

// These are the numbers of the published weights. The stages of ResNet-50, with images of 224 × 224:

LayerSummary fifty = LayerSummary.Of(Build([3, 4, 6, 3], isBottleneck: true), (1, 3, 224, 224));
foreach (LayerRow layer in fifty.Layers.Where(l => l.Depth == 1)) Console.WriteLine($"{layer.Name,-9}{layer.Type,-19}{layer.Output}");

// ## Normalise, activate, convolve
//
// In the first version the sum of a block goes through a rectifier before the next block sees it. The second version moves normalisation and rectifier to the front of the convolutions. Then nothing at all stands between one sum and the next: x goes through the whole network unchanged, and each block
// adds something to it. The library calls it `PreActResidual`.
//
// Let us see it. With the last convolution of each block set to 0, a chain of ten blocks of the second kind is the identity for any x, while blocks of the first kind cut off what is negative.

static Sequential Chain(Func<Module> block) => new([.. Enumerable.Range(0, 10).Select(_ => block())]);

Tensor signal = Tensor.RandN(2, 4, 6, 6);
Sequential second = Chain(() => new PreActResidual(4)), first = Chain(() => new Residual(4));
foreach (Sequential chain in (Sequential[])[first, second]) chain.Call(signal);    // now the weights have shapes
using (GradMode.NoGrad())
{
    foreach (Residual block in first.OfType<Residual>()) block.Bn2.Weight!.FillInPlace(0);
    foreach (PreActResidual block in second.OfType<PreActResidual>()) block.Conv2.Weight.FillInPlace(0);
}
Console.WriteLine($"first kind: identity {IsIdentity(first)}, second kind: identity {IsIdentity(second)}");

bool IsIdentity(Sequential chain) => chain.Call(signal).Eq(signal).All().Item() == 1;

// ## Trained side by side
//
// Slim versions with two blocks a stage, on the same digits: a few hundred steps are too few to tell a winner, but they show that all of them learn.

ImageData digits = lesson.Digits(train: lesson.Pick(fast: 512, usual: 2_000, full: 60_000));
var data = new ImageDataModule(digits, batchSize: lesson.Pick(fast: 16, usual: 32, full: 128), transform: new Resize(lesson.Pick(fast: 32, usual: 64, full: 96)));
double width = lesson.Pick(fast: 0.125, usual: 0.25, full: 1);
(int, int)[] plain = [(2, 64), (2, 128), (2, 256), (2, 512)], fourfold = [(2, 256), (2, 512), (2, 1024), (2, 2048)];
(string Name, Func<Classifier> Make)[] contestants =
[
    ("two 3 x 3", () => new ResNet(plain, learningRate: 0.02, width: width)),
    ("bottleneck", () => new ResNet(fourfold, learningRate: 0.02, width: width, block: (c, project, stride) => new SmallBottleneck(c, project, stride))),
    ("normalise first", () => new PreActResNet(plain, learningRate: 0.02, width: width)),
];
List<Series> curves = [];
foreach ((string name, Func<Classifier> make) in contestants)
{
    Tensor.Seed(0);
    Classifier model = make();
    var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 2, usual: 4, full: 10) };
    trainer.Fit(model, data);
    curves.Add(Series.Of(name, trainer.History.Select(e => (double)e.Epoch), trainer.History.Select(e => e["train_loss"])));
    Console.WriteLine($"{name,-16}{model.ParameterCount,10:N0} parameters, loss {trainer.History[^1]["train_loss"]:f3}, accuracy {trainer.History[^1]["val_accuracy"]:f3}");
}
LinePlot lines = new() { XLabel = "epoch", YLabel = "training loss", Series = curves };
lines.Show("resnet-variants");

// ## Beside Inception
//
// GoogLeNet's Inception block also has several ways from input to output. There are four of them, with kernels of 1, 3 and 5 pixels and a pooling, and their channels are put side by side. A residual block has two ways, one of them without weights, and adds them up. Side by side the next layer can tell the
// ways apart, but the number of channels grows with each; added up it stays.

Tensor features = Tensor.RandN(1, 192, 28, 28);
Module inception = new Inception(64, (96, 128), (16, 32), 32, ModelStyle.Course), residual = new Residual(256, project: true), bottleneck = new SmallBottleneck(256, project: true);
foreach ((string name, Module module) in new[] { ("Inception", inception), ("two 3 x 3", residual), ("bottleneck", bottleneck) })
{
    LayerSummary s = LayerSummary.Of(module, features.Shape);
    Console.WriteLine($"{name,-12}192 to {s.Output[1]} channels, {s.Parameters,9:N0} parameters");
}

// Inception is thrifty, but has many numbers to choose. And it has no simple setting of its weights with which it does nothing, so making a network of such blocks deeper does not nest its functions.

// ## Why not without bound
//
// If larger classes contain the smaller ones, the best function for the *training data* can only get better. For other data it need not. Here is a small case: polynomials of degree 1 to 11, each class within the next, fitted to twelve points of a sine with noise. Its error is measured at the points, and at places between them.

double[] points = [.. Enumerable.Range(0, 12).Select(i => -1 + 2 * i / 11.0)];
double[] between = [.. Enumerable.Range(0, 11).Select(i => -1 + (2 * i + 1) / 11.0)];
static double Truth(double x) => Math.Sin(3 * x);
double[] values = [.. points.Select((x, i) => Truth(x) + (i % 3 - 1) * 0.2)];             // "noise" that repeats: -0.2, 0, 0.2

int[] degrees = [1, 3, 5, 7, 9, 11];
List<(double Train, double Test)> errors = [];
foreach (int degree in degrees)
{
    Polynomial fitted = Polynomial.Fit(points, values, degree).Polynomial;
    double train = Math.Sqrt(points.Zip(values, (x, y) => Math.Pow(fitted.Evaluate(x) - y, 2)).Average());
    double test = Math.Sqrt(between.Select(x => Math.Pow(fitted.Evaluate(x) - Truth(x), 2)).Average());
    errors.Add((train, test));
    Console.WriteLine($"degree {degree,2}: error at the points {train:f3}, between them {test:f3}");
}
LinePlot bound = new()
{
    XLabel = "degree", YLabel = "error",
    Series =
    [
        Series.Of("at the points", degrees.Select(d => (double)d), errors.Select(e => e.Train)),
        Series.Of("between them", degrees.Select(d => (double)d), errors.Select(e => e.Test)),
    ],
};
bound.Show("resnet-variants-bound");

// At the points the error falls to 0, as it must: a polynomial of degree 11 goes through all twelve of them, noise included. Between them it is best in the middle and gets worse again. Besides, a larger network costs time and memory, and the best function in its class still has to be found by gradient
// descent. Networks are made as large as data and machines allow, and no larger.

// ## Exercises
//
// 1. Write the pre-activation block with a bottleneck. Where do the three normalisations go?
// 2. Give the bottleneck its stride in the first 1 × 1 convolution, as the paper has it, instead of the 3 × 3. What is thrown away then?
// 3. Train a ResNet-34 and a ResNet-18 of the same width on 2,000 digits. Is the deeper one better? On which data?

// ## The class

sealed class SmallBottleneck : Module
{
    public Conv2d Conv1 { get; set => field = Register(value); }
    public BatchNorm2d Bn1 { get; set => field = Register(value); }
    public Conv2d Conv2 { get; set => field = Register(value); }
    public BatchNorm2d Bn2 { get; set => field = Register(value); }
    public Conv2d Conv3 { get; set => field = Register(value); }
    public BatchNorm2d Bn3 { get; set => field = Register(value); }
    public Sequential? Shortcut { get; set => field = Register(value); }

    public SmallBottleneck(int channels, bool project = false, int stride = 1)
    {
        (Conv1, Bn1) = (Convolution(channels / 4, kernel: 1), new BatchNorm2d());
        (Conv2, Bn2) = (Convolution(channels / 4, kernel: 3, stride), new BatchNorm2d());
        (Conv3, Bn3) = (Convolution(channels, kernel: 1), new BatchNorm2d());
        if (project) Shortcut = new Sequential(Convolution(channels, kernel: 1, stride), new BatchNorm2d());
    }

    // Without bias, since the normalisation that follows would take it away again.
    static Conv2d Convolution(int channels, int kernel, int stride = 1) =>
        new(channels, kernel, stride, padding: kernel / 2, bias: false, init: Init.KaimingNormal());

    public override Tensor Forward(Tensor x)
    {
        Tensor g = Bn1.Call(Conv1.Call(x)).Relu();
        g = Bn2.Call(Conv2.Call(g)).Relu();
        g = Bn3.Call(Conv3.Call(g));
        return (g + (Shortcut?.Call(x) ?? x)).Relu();
    }
}
