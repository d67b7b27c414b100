// # Softmax regression from scratch
//
// Softmax, model and loss are written out. The trainer of the last chapter does the rest.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## The softmax
//
// Sums along an axis, with the axis kept, so that the result still has two axes:

Tensor x = Tensor.From(new[,] { { 1f, 2, 3 }, { 4, 5, 6 } });
Console.WriteLine(x.Sum(0, keepDim: true));
Console.WriteLine(x.Sum(1, keepDim: true));

// The softmax takes three steps: the exponential of each score, the sum of each row, and a division in which the sum is broadcast along its row.

static Tensor Softmax(Tensor x)
{
    Tensor e = x.Exp();
    return e / e.Sum(1, keepDim: true);
}

// Whatever the scores are, rows become distributions: no entry is negative, and they add up to 1.

Tensor p = Softmax(Tensor.RandN(2, 5));
Console.WriteLine(p);
Console.WriteLine(p.Sum(1));

// This is the formula as it stands, and it has a weakness: the exponential of 100 is too large for a float. The next lesson mends that.

Console.WriteLine(Softmax(Tensor.From(new[,] { { 100f, 0, -100 } })));

// ## The loss
//
// To read off the probability of the right class for each sample, index with two lists: rows 0 and 1, and in each of them the column of its label.

Tensor y = Tensor.From(0L, 2);
Tensor yHat = Tensor.From(new[,] { { 0.1f, 0.3f, 0.6f }, { 0.3f, 0.2f, 0.5f } });
Console.WriteLine(yHat[new[] { 0, 1 }, y]);

// The cross-entropy is the mean of their negative logarithms. There is no loop over samples and no comparison with all the classes that are not right.

static Tensor CrossEntropy(Tensor yHat, Tensor y) =>
    -yHat[Tensor.Arange(y.Count), y].Log().Mean();

Console.WriteLine(CrossEntropy(yHat, y));

// ## Training
//
// An image becomes a row of 784 pixels; that neighbouring pixels belong together is lost, and will be made use of only by convolutions. Ten classes: the weight is 784 × 10. The class
// at the end of the file uses the two functions above.

ImageData images = lesson.Clothes();
var data = new ImageDataModule(images, batchSize: images.Train.Count < 10_000 ? 32 : 256);
var model = new ScratchSoftmax(Softmax, CrossEntropy, inputs: 784, classes: 10, learningRate: 0.1);
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 3, usual: 10, full: 10) };
trainer.Fit(model, data);

model.Board.ToPlot().Show("softmax-scratch");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// ## Prediction

Batch batch = images.Test.Gather([.. Enumerable.Range(0, 256)]);
Tensor predicted = model.Call(batch.Input).ArgMax(1);
Console.WriteLine($"predictions {predicted.Shape}");

// More telling than what is right is what is wrong. Above each picture stands its true class, then what the model took it for. Some of these mistakes are forgivable.

Tensor wrong = predicted.Ne(batch.Target);
Tensor missed = batch.Input[wrong];
Console.WriteLine($"wrong in this batch: {missed.Shape[0]} of {batch.Count}");

string[] Names(Tensor labels) =>
    [.. labels.ToArray<long>().Select(i => images.ClassNames[(int)i])];

string[] titles = [.. Names(batch.Target[wrong]).Zip(Names(predicted[wrong]), (a, b) => $"{a}, not {b}")];
ImageGrid.Of(missed[..8], titles[..8], columns: 4).Show("softmax-scratch-wrong");

// What has it learned? Each column of the weight has an entry for each pixel, so that it can be looked at like an image: bright where ink speaks for the class, dark where it speaks
// against it.

Tensor patterns = model.Weight.Detach().T.Reshape(10, 28, 28);
ImageGrid.Of(patterns, [.. images.ClassNames], columns: 5).Show("softmax-scratch-weights");

// ## Exercises
//
// 1. Compute `Softmax` of scores 50 and 100, and look at the loss and its gradient for either class. What would training do from there?
// 2. Rewrite `CrossEntropy` with a one-hot matrix: -Σ y log ŷ. What happens where ŷ is 0?
// 3. Is it always a good idea to return the most probable label? Think of a medical diagnosis.
// 4. Start from weights that are all 0. Why does this model learn all the same, while a network with hidden layers would not?

// ## The class

sealed class ScratchSoftmax : Classifier
{
    readonly Func<Tensor, Tensor> softmax;
    readonly Func<Tensor, Tensor, Tensor> crossEntropy;
    readonly double learningRate;

    public Parameter Weight { get; set => field = Register(value); }
    public Parameter Bias { get; set => field = Register(value); }

    public ScratchSoftmax(
        Func<Tensor, Tensor> softmax, Func<Tensor, Tensor, Tensor> crossEntropy,
        int inputs, int classes, double learningRate)
    {
        (this.softmax, this.crossEntropy, this.learningRate) = (softmax, crossEntropy, learningRate);
        Weight = new Parameter(Tensor.Normal(0, 0.01, (inputs, classes)));
        Bias = new Parameter(Tensor.Zeros(classes));
    }

    public override Tensor Forward(Tensor x) =>
        softmax(x.Reshape(-1, Weight.Shape[0]).MatMul(Weight) + Bias);

    public override Tensor Loss(Tensor prediction, Tensor target) =>
        crossEntropy(prediction, target);

    public override Tensor Probabilities(Tensor prediction) => prediction;

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
