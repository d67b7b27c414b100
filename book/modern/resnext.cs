// # ResNeXt
//
// More channels let more information through, but the cost of a convolution grows with channels in times channels out. ResNeXt cuts the channels into groups that do not see each other, and has many more of them for the same price.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Models;
using Fathom.Nn;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Grouped convolution
//
// With g groups, each is a small convolution from cᵢ/g to cₒ/g channels. So there are g · (cᵢ/g) · (cₒ/g) = cᵢcₒ/g weights for each pixel of the kernel: 1/g of them, and 1/g of the work.

foreach (int groups in (int[])[1, 4, 16, 64])
{
    var layer = new Conv2d(64, kernel: 3, padding: 1, groups: groups, bias: false, inputs: 64);
    Console.WriteLine($"{groups,2} groups of {64 / groups,2} channels: {layer.Weight.Count,6:N0} weights");
}

// It does what separate convolutions of the slices would do:

Tensor x = Tensor.RandN(2, 8, 5, 5), weight = Tensor.RandN(8, 2, 3, 3);
Tensor grouped = Functional.Conv2d(x, weight, padding: 1, groups: 4);
Tensor separate = Tensor.Cat([.. Enumerable.Range(0, 4).Select(i =>
    Functional.Conv2d(x[.., (2 * i)..(2 * i + 2)], weight[(2 * i)..(2 * i + 2)], padding: 1))], axis: 1);
Console.WriteLine($"the same: {(grouped - separate).Abs().Max().Item() < 1e-4}");

// Or look at it from the other side. A plain convolution has a matrix of weights, outputs by inputs, for each pixel of the kernel. Groups leave only blocks on its diagonal; everything else is 0. The gradient of each output by each input, for a kernel of one pixel, shows the matrix.

Tensor ones = Tensor.Ones(16, 4, 1, 1);
Tensor matrix = Differentiate.Jacobian(v => Functional.Conv2d(v.Reshape(1, 16, 1, 1), ones, groups: 4).Reshape(16), Tensor.Zeros(16));
Console.WriteLine($"matrix {matrix.Shape}, {matrix.CountNonZero().Item()} entries are not 0");
(HeatMap.Of(matrix, "input channel", "output channel") with { ShowValues = false }).Show("resnext-blocks");

// ## The block
//
// Groups that never meet would be several networks beside each other. So a ResNeXt block puts the grouped 3 × 3 convolution between two of 1 × 1, which let all channels meet. They can also make the middle narrower or wider than the outside: by the bottleneck multiplier. The rest is a residual block.
// `GroupedBlock`, at the end of the file, is written out; the library's is `ResNeXtBlock`.

var block = new GroupedBlock(32, groups: 16, multiplier: 1);
Tensor y = Tensor.RandN(4, 32, 96, 96);
Console.WriteLine(block.Call(y).Shape);
Console.WriteLine(new GroupedBlock(64, groups: 16, multiplier: 1, project: true, stride: 2).Call(y).Shape);
Console.WriteLine(block);

// `groups` is the number of groups. The course's code passes the number of channels *in* a group under that name; both are in use, so look twice.

// ## What it buys
//
// Blocks of 256 channels at equal price: the plain bottleneck squeezes to 64 channels, the grouped one has 128 in its middle, in 32 groups of 4. It is the comparison of the paper's figure 1.

(string Name, Module Block)[] blocks =
[
    ("two 3 x 3", new Residual(256)),
    ("bottleneck of 64", new Bottleneck(256, groups: 1, bottleneckMultiplier: 0.25)),
    ("32 groups of 4", new ResNeXtBlock(256, groups: 32, bottleneckMultiplier: 0.5)),
];
foreach ((string name, Module b) in blocks)
    Console.WriteLine($"{name,-18}{LayerSummary.Of(b, (1, 256, 24, 24)).Parameters,10:N0} parameters");

// The same for whole networks, for colour images and 1,000 classes:

(string, TrainableModule)[] networks = [("ResNet-50", new ResNet50(1000)), ("ResNeXt-50, 32 groups of 4", new ResNeXt50(1000))];
foreach ((string name, TrainableModule network) in networks)
    Console.WriteLine($"{name,-28}{LayerSummary.Of(network, (1, 3, 224, 224)).Parameters,12:N0}");

// ## Training
//
// The stages of ResNet-18 with ResNeXt blocks in groups of 16 channels have less than a sixth of its parameters.

LayerSummary table = LayerSummary.Of(new ResNeXt18(), (1, 1, 96, 96));
foreach (LayerRow layer in table.Layers.Where(l => l.Depth == 2)) Console.WriteLine($"{layer.Type,-12}{layer.Output}");
Console.WriteLine($"{table.Parameters:N0} parameters; ResNet-18 has {LayerSummary.Of(new ResNet18(style: ModelStyle.Course), (1, 1, 96, 96)).Parameters:N0}");

ImageData images = lesson.Clothes(train: lesson.Pick(fast: 512, usual: 2_000, full: 60_000));
var data = new ImageDataModule(images, batchSize: lesson.Pick(fast: 16, usual: 32, full: 128), transform: new Resize(lesson.Pick(fast: 32, usual: 96, full: 96)));
var model = new ResNeXt18(learningRate: 0.02, width: lesson.Pick(fast: 0.25, usual: 1, full: 1));
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 4, usual: images.Train.Count < 1_000 ? 10 : 4, full: 10) };
trainer.Fit(model, data);
model.Board.ToPlot().Show("resnext");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// ## Exercises
//
// 1. Keep the parameters of the block of 256 channels at about 70,000 and vary the number of groups. Which multiplier belongs to which?
// 2. Take the groups to their limit: as many as channels. What does the 3 × 3 convolution still do, and what do the 1 × 1 ones?
// 3. Between two grouped convolutions, shuffle the channels so that the groups mix: `Reshape`, `Transpose`, `Reshape`. Can the 1 × 1 convolutions then go?
// 4. A grouped convolution has 1/g of the work. Measure how its time falls with g. Why not as fast?

// ## The class

sealed class GroupedBlock : Module
{
    public Conv2d Conv1 { get; set => field = Register(value); }
    public BatchNorm2d Bn1 { get; set => field = Register(value); }
    public Conv2d Conv2 { get; set => field = Register(value); }
    public BatchNorm2d Bn2 { get; set => field = Register(value); }
    public Conv2d Conv3 { get; set => field = Register(value); }
    public BatchNorm2d Bn3 { get; set => field = Register(value); }
    public Sequential? Shortcut { get; set => field = Register(value); }

    public GroupedBlock(int channels, int groups, double multiplier, bool project = false, int stride = 1)
    {
        int middle = (int)Math.Round(channels * multiplier);
        (Conv1, Bn1) = (new Conv2d(middle, kernel: 1), new BatchNorm2d());
        (Conv2, Bn2) = (new Conv2d(middle, kernel: 3, stride: stride, padding: 1, groups: groups), new BatchNorm2d());
        (Conv3, Bn3) = (new Conv2d(channels, kernel: 1), new BatchNorm2d());
        if (project) Shortcut = new Sequential(new Conv2d(channels, kernel: 1, stride: stride), new BatchNorm2d());
    }

    public override Tensor Forward(Tensor x)
    {
        Tensor g = Bn1.Call(Conv1.Call(x)).Relu();
        g = Bn2.Call(Conv2.Call(g)).Relu();
        g = Bn3.Call(Conv3.Call(g));
        return (g + (Shortcut?.Call(x) ?? x)).Relu();
    }
}
