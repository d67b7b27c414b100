// # Softmax regression, concise
//
// Two layers, and a loss that computes softmax and logarithm together. That they belong together is not only shorter, it is a matter of arithmetic.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// ## The model
//
// `Flatten` makes rows of images, `Linear` makes ten scores. There is no softmax: the model returns scores, also called logits.

var model = new Softmax10(learningRate: 0.1);
Console.WriteLine(model);

// ## Softmax without overflow
//
// A float ends at about 3.4 · 10³⁸, and exp(89) is beyond. Written as it stands, the softmax of large scores is infinity divided by infinity, which is not a number.

Tensor o = Tensor.From(new[,] { { 100f, 0, -100 } });
Tensor e = o.Exp();
Console.WriteLine($"as it stands: {e / e.Sum(1, keepDim: true)}");

// Subtracting the largest score from all of them changes nothing in the fraction. The largest exponent is then 0, and nothing can overflow.

Tensor shifted = o - o.Amax(1, keepDim: true);
e = shifted.Exp();
Console.WriteLine($"shifted: {e / e.Sum(1, keepDim: true)}");

// Now very small probabilities are rounded to 0, and the loss needs their logarithm:

Console.WriteLine($"logarithm of that: {(e / e.Sum(1, keepDim: true)).Log()}");

// The way out is not to compute the probabilities at all. The logarithm of the fraction is a difference,
//
//     log ŷⱼ = oⱼ - max o - log Σₖ exp(oₖ - max o),
//
// in which nothing overflows and nothing is lost. This is the log-sum-exp trick. `LogSoftmax` does it, and `Functional.CrossEntropy` is built on it: hence it wants scores, not
// probabilities.

Console.WriteLine($"log-softmax: {o.LogSoftmax(1)}");
foreach (long label in (long[])[0, 1, 2])
    Console.WriteLine($"loss if the class is {label}: {Functional.CrossEntropy(o, Tensor.From(label))}");

// ## Training

ImageData images = lesson.Clothes();
var data = new ImageDataModule(images, batchSize: images.Train.Count < 10_000 ? 32 : 256);
var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 3, usual: 10, full: 10) };
trainer.Fit(model, data);
model.Board.ToPlot().Show("softmax-concise");
EpochSummary last = trainer.History[^1];
Console.WriteLine($"after {last.Epoch} epochs: loss {last["train_loss"]:f3} in training, "
    + $"{last["val_loss"]:f3} in validation; accuracy {last["val_accuracy"]:f3}");

// It learns what the version from scratch has learned, with less to write and nothing to overflow.

// ## Exercises
//
// 1. Train for more epochs. At some point the loss in validation rises again while that in training still falls. What is happening?
// 2. Raise the learning rate to 1 and to 10. How do the curves change?
// 3. What are the largest and the smallest scores that the trained model gives on the test images? Would the softmax as it stands have been good enough for it?

// ## The class

sealed class Softmax10 : Classifier
{
    readonly double learningRate;

    public Softmax10(double learningRate)
    {
        this.learningRate = learningRate;
        Net = new Sequential(new Flatten(), new Linear(10));
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
