// # Multilayer perceptron from scratch
//
// Two weights, two biases and a maximum: a network with a hidden layer, written out. Everything else is as it was for [softmax regression](../classification/softmax-scratch.cs).

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Parameters
//
// 784 pixels, 256 hidden units, ten classes. The width of a hidden layer is free to choose; powers of 2 suit the machine. Each layer has a weight matrix and a bias vector. The class is
// at the end of the file.

var model = new ScratchPerceptron(inputs: 784, classes: 10, hidden: 256, learningRate: 0.1);
foreach ((string name, Parameter parameter) in model.NamedParameters())
    Console.WriteLine($"{name}: {parameter.Shape}");
Console.WriteLine($"{model.ParameterCount} parameters");

// Softmax regression had 7,850. Nearly all of the new ones stand between the pixels and the hidden layer.

// ## ReLU
//
// Element by element, the larger one of x and 0:

Console.WriteLine(ScratchPerceptron.Relu(Tensor.From(new[,] { { 1f, -2, 3 }, { -4, 5, -6 } })));

// ## Why the weights start at random
//
// A linear model may start with zeros. This one may not: with zeros the hidden layer is 0, and so is each gradient but that of the last bias. Give all weights the same value instead, and all
// hidden units are the same, get the same gradient, and remain the same for ever; 256 of them can do no more than one. Only chance tells them apart.

Tensor image = Tensor.Rand(8, 1, 28, 28), label = Tensor.RandInt(0, 10, 8);
foreach (double value in (double[])[0, 0.01])
{
    var same = new ScratchPerceptron(784, 10, 256, 0.1);
    same.Weight1.Detach().FillInPlace(value);
    same.Weight2.Detach().FillInPlace(value);
    same.Loss(same.Call(image), label).Backward();
    Tensor gradient = same.Weight1.Grad!;
    Console.WriteLine($"all weights {value}: hidden gradient zero {gradient.Abs().Max().Item() == 0}, "
        + $"same for all units {(gradient - gradient[.., ..1]).Abs().Max().Item() < 1e-9}");
}

// ## Training
//
// The loss is cross-entropy from scores, which every `Classifier` has; the loop is the trainer's. Not a line of it knows that there is a hidden layer now.

ImageData images = lesson.Clothes();
var data = new ImageDataModule(images, batchSize: images.Train.Count < 10_000 ? 32 : 256);
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 10, usual: 10, full: 10) };
trainer.Fit(model, data);

model.Board.ToPlot().Show("mlp-scratch");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// ## What the hidden units do
//
// A hidden unit that is 0 for an image takes no part in its answer. For each image some part of the layer is silent, and a different part for different images.

Batch batch = images.Test.Gather([.. Enumerable.Range(0, 128)]);
Tensor hidden = model.Hidden(batch.Input).Detach();
double active = (hidden > 0).To(DType.Float32).Mean().Item();
Console.WriteLine($"active on average: {active:p0} of the hidden units");

// Each unit looks for a pattern of its own, which is a column of the first weight. Here are those of the sixteen that move the scores most: bright where ink wakes the unit, dark where it
// keeps it silent.

Tensor strongest = model.Weight2.Detach().Norm(2, 1).ArgSort(descending: true)[..16];
Tensor patterns = model.Weight1.Detach().T.IndexSelect(0, strongest).Reshape(16, 28, 28);
ImageGrid.Of(patterns, columns: 8).Show("mlp-scratch-patterns");

// ## Exercises
//
// 1. Change the number of hidden units from 1 to 1024, and plot the accuracy in validation over it. Where does it stop to help?
// 2. Add a second hidden layer. Does it train with the same learning rate? What if the weights start with a deviation of 1 instead of 0.01?
// 3. Try learning rates 0.01, 0.1, 0.5 and 2, ten epochs each. How would you find the best one without trying them all?
// 4. Fill only `Weight2` with a constant and leave the first weight random. Does it learn?

// ## The class

sealed class ScratchPerceptron : Classifier
{
    readonly double learningRate;

    public Parameter Weight1 { get; set => field = Register(value); }
    public Parameter Bias1 { get; set => field = Register(value); }
    public Parameter Weight2 { get; set => field = Register(value); }
    public Parameter Bias2 { get; set => field = Register(value); }

    public ScratchPerceptron(
        int inputs, int classes, int hidden, double learningRate, double sigma = 0.01)
    {
        this.learningRate = learningRate;
        Weight1 = new Parameter(Tensor.Normal(0, sigma, (inputs, hidden)));
        Bias1 = new Parameter(Tensor.Zeros(hidden));
        Weight2 = new Parameter(Tensor.Normal(0, sigma, (hidden, classes)));
        Bias2 = new Parameter(Tensor.Zeros(classes));
    }

    public static Tensor Relu(Tensor x) => x.Maximum(0);

    public Tensor Hidden(Tensor x) =>
        Relu(x.Reshape(-1, Weight1.Shape[0]).MatMul(Weight1) + Bias1);

    public override Tensor Forward(Tensor x) => Hidden(x).MatMul(Weight2) + Bias2;

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
