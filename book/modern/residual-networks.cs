// # Residual networks (ResNet)
//
// If deeper is better, why not take a hundred layers? Because they train worse, even on the training data. Residual networks changed that in 2015 with one addition.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Models;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Classes of functions
//
// A network of a given shape can be any of the functions that some choice of weights gives. Training looks for the best of them. A larger class of functions need not have a better one in it: it may lie elsewhere. Only if the larger class contains the smaller one can nothing be lost.
//
// So a layer that is added should be able to do nothing. Then the deeper network can at least be what the shallower one was. To do nothing is not easy for a layer of weights, though: it has to learn the identity, a very particular matrix. It is easy if the layer's result is *added* to its
// input, f(x) = x + g(x). Then nothing means g = 0, and small weights are close to it.

// ## The residual block
//
// Two convolutions of 3 × 3 with batch normalisation compute g(x), the residual. The sum with x goes through the last rectifier. Where the block changes the number of channels or the size, the sum needs x in the same shape, and a convolution of 1 × 1 brings it there. The class
// `ResidualBlock` is at the end of the file.

Tensor x = Tensor.RandN(4, 3, 6, 6);
Console.WriteLine(new ResidualBlock(3).Call(x).Shape);
Console.WriteLine(new ResidualBlock(6, project: true, stride: 2).Call(x).Shape);

// Can it do nothing? Set the scale of its last normalisation to 0, and g is 0. What is left is the rectifier, which lets x pass if x is not negative. Images, and what comes out of another block, are not.

var block = new ResidualBlock(3);
Tensor image = Tensor.Rand(4, 3, 6, 6);
block.Call(image);                                     // now its weights have shapes
using (GradMode.NoGrad()) block.Bn2.Weight!.FillInPlace(0);
Console.WriteLine($"nothing changed: {block.Call(image).Eq(image).All().Item() == 1}");

// ## Deep without and with
//
// Two networks of the same layers learn the same digits: 20 blocks of two convolutions, 8 channels each, once without the addition and once with it. Neither has more weights than the other.

ImageData digits = lesson.Digits(train: lesson.Pick(fast: 512, usual: 2_000, full: 6_000));
var small = new ImageDataModule(digits, batchSize: lesson.Pick(fast: 16, usual: 32, full: 32), transform: new Resize(14));
int blocks = lesson.Pick(fast: 8, usual: 20, full: 20);

Trainer Compare(bool adds)
{
    Tensor.Seed(1);
    var model = new DeepNet(blocks, adds, learningRate: 0.02);
    var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 3, usual: 4, full: 10) };
    trainer.Fit(model, small);
    string name = adds ? "with addition" : "without";
    Console.WriteLine($"{2 * blocks} convolutions {name}: {model.ParameterCount:N0} parameters, "
        + $"loss {trainer.History[^1]["train_loss"]:f3}, accuracy {trainer.History[^1]["val_accuracy"]:f3}");
    return trainer;
}

Trainer without = Compare(adds: false), with = Compare(adds: true);
static Series Losses(string name, Trainer trainer) =>
    Series.Of(name, trainer.History.Select(e => (double)e.Epoch), trainer.History.Select(e => e["train_loss"]));
LinePlot losses = new() { XLabel = "epoch", YLabel = "training loss", Series = [Losses("without", without), Losses("with addition", with)] };
losses.Show("residual-networks-depth");

// It is the loss in *training* that is shown. The deep network without additions does not overfit. It simply is not found by gradient descent.

// ## ResNet-18
//
// A stem shrinks the image to a quarter: a convolution of 7 × 7 with stride 2, batch normalisation, pooling with stride 2. Four stages of two blocks each follow. All but the first begin by halving the size and doubling the channels. An average over the whole image and one dense layer end it.
// That is 1 + 4 · 2 · 2 + 1 = 18 layers with weights; those of 1 × 1 are not counted.

(int, int)[] stages = [(2, 64), (2, 128), (2, 256), (2, 512)];
LayerSummary table = LayerSummary.Of(new SmallResNet(stages, learningRate: 0.01), (1, 1, 96, 96));
foreach (LayerRow layer in table.Layers.Where(l => l.Depth == 2)) Console.WriteLine($"{layer.Type,-12}{layer.Output}");
Console.WriteLine($"{table.Parameters:N0} parameters");

// The library's `ResNet18` in the course's style is the same network. Its usual style has no bias before a normalisation, which would subtract it again, and normalises the 1 × 1 convolutions too; its parameters bear the names of published weights.

foreach (ModelStyle style in (ModelStyle[])[ModelStyle.Course, ModelStyle.Torchvision])
    Console.WriteLine($"{style}: {LayerSummary.Of(new ResNet18(style: style), (1, 1, 96, 96)).Parameters:N0} parameters");

// One stage in full:

foreach (LayerRow layer in table.Layers.Where(l => l.Name.StartsWith("net.2.0", StringComparison.Ordinal)))
    Console.WriteLine($"{layer.Name,-16}{layer.Type,-15}{layer.Output,-18}{layer.Parameters,8:N0}");

// ## Training
//
// The course trains on the clothes, enlarged to 96 × 96. Without `--full` it is done on fewer images, and in tests with smaller ones and a slim network.

ImageData images = lesson.Clothes(train: lesson.Pick(fast: 512, usual: 2_000, full: 60_000));
var data = new ImageDataModule(images, batchSize: lesson.Pick(fast: 16, usual: 32, full: 128), transform: new Resize(lesson.Pick(fast: 32, usual: 96, full: 96)));
(int, int)[] sized = lesson.Pick(fast: [(1, 8), (1, 16), (1, 32)], usual: stages, full: stages);
var model = new SmallResNet(sized, learningRate: 0.01);
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 4, usual: images.Train.Count < 1_000 ? 8 : 3, full: 10) };
trainer.Fit(model, data);
model.Board.ToPlot().Show("residual-networks");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// Train on, and the loss in training falls far below that in validation. Eleven million parameters can remember a few thousand pictures.

// ## Exercises
//
// 1. Set the scale of the last normalisation of *every* block to 0 at the start. How does the curve of the deep network change?
// 2. Move the last rectifier: relu(g(x)) + x. Which functions can such a block no longer be?
// 3. How deep can the network without additions become until it does not learn any more? Try 2, 4, 8 and 16 blocks.
// 4. If larger classes of functions can only be better as long as they are nested, why not make them as large as memory allows?
//
// [ResNet variants](../modern/resnet-variants.cs) works out the course's exercises: deeper networks, bottlenecks, and normalisation before convolution.

// ## The classes
//
// The block.

sealed class ResidualBlock : Module
{
    public Conv2d Conv1 { get; set => field = Register(value); }
    public BatchNorm2d Bn1 { get; set => field = Register(value); }
    public Conv2d Conv2 { get; set => field = Register(value); }
    public BatchNorm2d Bn2 { get; set => field = Register(value); }
    public Conv2d? Conv3 { get; set => field = Register(value); }

    public ResidualBlock(int channels, bool project = false, int stride = 1)
    {
        Init xavier = Init.XavierUniform();
        (Conv1, Bn1) = (new Conv2d(channels, kernel: 3, stride: stride, padding: 1, init: xavier), new BatchNorm2d());
        (Conv2, Bn2) = (new Conv2d(channels, kernel: 3, padding: 1, init: xavier), new BatchNorm2d());
        if (project) Conv3 = new Conv2d(channels, kernel: 1, stride: stride, init: xavier);
    }

    public override Tensor Forward(Tensor x)
    {
        Tensor g = Bn2.Call(Conv2.Call(Bn1.Call(Conv1.Call(x)).Relu()));
        return (g + (Conv3?.Call(x) ?? x)).Relu();
    }
}

// The network of stem, stages and head.

sealed class SmallResNet : Classifier
{
    readonly double learningRate;

    public SmallResNet((int Blocks, int Channels)[] stages, double learningRate)
    {
        this.learningRate = learningRate;
        Init xavier = Init.XavierUniform();
        Sequential stem = new(
            new Conv2d(stages[0].Channels, kernel: 7, stride: 2, padding: 3, init: xavier), new BatchNorm2d(), new ReLU(),
            new MaxPool2d(3, stride: 2, padding: 1));
        Sequential head = new(new AdaptiveAvgPool2d(1), new Flatten(), new Linear(10, init: xavier));
        Net = new Sequential([stem, .. stages.Select((s, i) => Stage(s.Blocks, s.Channels, isFirst: i == 0)), head]);
    }

    static Sequential Stage(int blocks, int channels, bool isFirst)
    {
        Sequential stage = new();
        for (int i = 0; i < blocks; i++)
        {
            bool shrinks = i == 0 && !isFirst;
            stage.Add(new ResidualBlock(channels, project: shrinks, stride: shrinks ? 2 : 1));
        }
        return stage;
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate, momentum: 0.9);
}

// The deep network, with additions or without.

sealed class DeepNet : Classifier
{
    readonly double learningRate;

    public DeepNet(int blocks, bool adds, double learningRate)
    {
        this.learningRate = learningRate;
        Sequential net = new(new Conv2d(8, kernel: 3, padding: 1), new BatchNorm2d(), new ReLU());
        for (int i = 0; i < blocks; i++) net.Add(adds ? new ResidualBlock(8) : new PlainBlock(8));
        net.Add(new AdaptiveAvgPool2d(2));
        net.Add(new Flatten());
        net.Add(new Linear(10));
        Net = net;
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate, momentum: 0.9);
}

// The layers of the residual block without its addition.

sealed class PlainBlock : Module
{
    public Sequential Layers { get; set => field = Register(value); }

    public PlainBlock(int channels)
    {
        Init xavier = Init.XavierUniform();
        Layers = new Sequential(
            new Conv2d(channels, kernel: 3, padding: 1, init: xavier), new BatchNorm2d(), new ReLU(),
            new Conv2d(channels, kernel: 3, padding: 1, init: xavier), new BatchNorm2d(), new ReLU());
    }

    public override Tensor Forward(Tensor x) => Layers.Call(x);
}
