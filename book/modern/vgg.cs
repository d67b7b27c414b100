// # Networks using blocks (VGG)
//
// To design LeNet, every layer was chosen by itself. With twenty layers nobody wants to do that. The VGG networks of 2014 are made of blocks, all after one pattern, and a whole family of networks comes from changing a short list of numbers.

using Fathom;
using Fathom.Data;
using Fathom.Models;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Why small kernels
//
// Two convolutions of 3 × 3 see as much of the image as one of 5 × 5, and three as much as one of 7 × 7. They have fewer weights, and a rectifier more after each. For c channels in and out:

Console.WriteLine("channels   3 layers of 3 x 3   1 layer of 7 x 7");
foreach (int c in (int[])[16, 64, 256])
{
    Sequential deep = new(Enumerable.Range(0, 3).Select(_ => (Module)new Conv2d(c, kernel: 3, padding: 1, bias: false)).ToArray());
    Conv2d wide = new(c, kernel: 7, padding: 3, bias: false);
    long deepCount = LayerSummary.Of(deep, (1, c, 28, 28)).Parameters, wideCount = LayerSummary.Of(wide, (1, c, 28, 28)).Parameters;
    Console.WriteLine($"{c,8}{deepCount,20:N0}{wideCount,19:N0}");
}

// 27 c² against 49 c². Deep and narrow won over shallow and wide.

// ## A block
//
// A block has some convolutions of 3 × 3 that keep the size, each with a rectifier, and then a maximum pooling that halves it. It needs two numbers: how many convolutions, and how many channels.
//
// Convolutions begin by He's rule here. It makes up for the half of the signal that a rectifier takes away, so that the signal is as strong after ten layers as after one.

static Sequential Block(int convolutions, int channels)
{
    Sequential block = new();
    for (int i = 0; i < convolutions; i++)
    {
        block.Add(new Conv2d(channels, kernel: 3, padding: 1, init: Init.KaimingNormal()));
        block.Add(new ReLU());
    }
    block.Add(new MaxPool2d(2));
    return block;
}

Console.WriteLine(Block(2, 128));

// ## The network
//
// Five blocks halve an image of 224 pixels to 112, 56, 28, 14, 7. Then come three fully connected layers, two with dropout. With eight convolutions this makes 11 layers with weights: VGG-11. Its original has 1,000 classes; ours has 10, and grey images.

(int, int)[] vgg11 = [(1, 64), (1, 128), (2, 256), (2, 512), (2, 512)];
static VggNet Make((int, int)[] architecture, int hidden = 4096) =>
    new(architecture, Block, hidden, learningRate: 0.01);

LayerSummary table = LayerSummary.Of(Make(vgg11), (1, 1, 224, 224));
foreach (LayerRow layer in table.Layers.Where(l => l.Depth == 2)) Console.WriteLine($"{layer.Type,-12}{layer.Output}");
Console.WriteLine($"{table.Parameters:N0} parameters");

// Where are they? Nearly all in one matrix, from 25,088 numbers to 4,096.

long first = table.Layers.First(l => l.Type == "Linear").Parameters;
Console.WriteLine($"the first dense layer has {first:N0}, {(double)first / table.Parameters:p0}");

// The family differs in the list only. Parameters for colour images and 1,000 classes, as the paper counts them, in millions:

(string Name, TrainableModule Model)[] family =
    [("VGG-11", new Vgg11(1000)), ("VGG-13", new Vgg13(1000)), ("VGG-16", new Vgg16(1000)), ("VGG-19", new Vgg19(1000))];
foreach ((string name, TrainableModule model) in family)
    Console.WriteLine($"{name}: {LayerSummary.Of(model, (1, 3, 224, 224)).Parameters / 1e6:f1}");

// ## Training
//
// A quarter of the channels is enough for the small images of clothes. The course enlarges them to 224 × 224. That takes long, and adds nothing to what is in the images; unless this lesson is run with `--full` it takes 64 × 64, fewer images, and smaller dense layers.

int side = lesson.Pick(fast: 32, usual: 64, full: 224), hidden = lesson.Pick(fast: 64, usual: 512, full: 4096);
ImageData images = lesson.Clothes(train: lesson.Pick(fast: 512, usual: 3_000, full: 60_000));
var data = new ImageDataModule(images, batchSize: lesson.Pick(fast: 16, usual: 32, full: 128), transform: new Resize(side));

(int, int)[] slim = [(1, 16), (1, 32), (2, 64), (2, 128), (2, 128)];
VggNet network = Make(slim, hidden);
Console.WriteLine($"{LayerSummary.Of(network, (1, 1, side, side)).Parameters:N0} parameters");

int epochs = lesson.Pick(fast: 4, usual: images.Train.Count < 1_000 ? 15 : 5, full: 10);
var trainer = new Trainer { MaxEpochs = epochs };
trainer.Fit(network, data);
network.Board.ToPlot().Show("vgg");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// The loss in validation may well be below that in training. Dropout switches half of the units off while the network learns, and none when it is tested.

// ## Exercises
//
// 1. Print the table for an image of 32 × 32. What is the smallest image that five blocks can take?
// 2. Build VGG-16 from the list in the paper's table 1 and count its parameters against the number above.
// 3. Replace the three dense layers by one average over the image and a single dense layer. How many parameters are left, and what does it cost in accuracy?
// 4. Put a batch normalisation after each convolution, and raise the learning rate until training fails. Do the same without it.

// ## The class

sealed class VggNet : Classifier
{
    readonly double learningRate;

    public VggNet((int Convolutions, int Channels)[] architecture, Func<int, int, Sequential> block, int hidden, double learningRate)
    {
        this.learningRate = learningRate;
        Init xavier = Init.XavierUniform();
        Net = new Sequential(
        [
            .. architecture.Select(b => block(b.Convolutions, b.Channels)),
            new Flatten(),
            new Linear(hidden, init: xavier), new ReLU(), new Dropout(0.5),
            new Linear(hidden, init: xavier), new ReLU(), new Dropout(0.5),
            new Linear(10, init: xavier),
        ]);
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate, momentum: 0.9);
}
