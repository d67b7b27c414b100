// # The base classification model
//
// All classifiers of this book share the same loss, the same way to judge them, and the same way to report. The class `Classifier` holds that, so that each model only says what
// is special to it.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// ## Accuracy
//
// The loss is what training minimises, because it is smooth: a small change of the weights changes it a little. What people want to know is how often the model is right. A
// prediction is the class with the highest score.

Tensor scores = Tensor.From(new[,] { { 0.1f, 0.3f, 0.6f }, { 0.3f, 0.2f, 0.5f } });
Tensor labels = Tensor.From(0L, 2);
Tensor predicted = scores.ArgMax(1);
Console.WriteLine($"predicted {predicted}, right {predicted.Eq(labels)}");

// Truth values become 0 and 1 when they are converted, and their mean is the accuracy.

Console.WriteLine(predicted.Eq(labels).To(DType.Float32).Mean());
Console.WriteLine(Measures.Accuracy(scores, labels));

// ## Loss and accuracy are not the same
//
// Here are three models on the same three samples of two classes, given by the probability of the right class. The first two are right equally often, but the second is sure where
// it is wrong, and its loss is larger. The third is right less often and has the smallest loss of all: it is nowhere far off.

void Judge(string name, params double[] right) =>
    Console.WriteLine($"{name}: accuracy {right.Average(p => p > 0.5 ? 1 : 0):f3}, "
        + $"loss {right.Average(p => -Math.Log(p)):f3}");

Judge("careful", 0.6, 0.6, 0.4);
Judge("sure", 0.9, 0.9, 0.01);
Judge("close", 0.99, 0.49, 0.49);

// ## The class
//
// `Classifier` is a `TrainableModule`. Its loss is the cross-entropy, computed from scores. In validation it plots loss and accuracy; in training only the loss, which is known
// anyway. What it leaves open is the network and the optimiser.

var model = new Linear10(learningRate: 0.1);
int batchSize = lesson.Pick(fast: 32, usual: 64, full: 256);
var data = new ImageDataModule(lesson.Digits(), batchSize);
Console.WriteLine(model);

// Before training a model of ten classes guesses: it is right once in ten times, and its loss is near log 10 = 2.30.

var trainer = new Trainer { MaxEpochs = lesson.Pick(fast: 3, usual: 5, full: 10) };
IReadOnlyDictionary<string, double> before = trainer.Evaluate(model, data);
Console.WriteLine($"before: loss {before["val_loss"]:f3}, accuracy {before["val_accuracy"]:f3}");

trainer.Fit(model, data);
IReadOnlyDictionary<string, double> after = trainer.Evaluate(model, data);
Console.WriteLine($"after: loss {after["val_loss"]:f3}, accuracy {after["val_accuracy"]:f3}");

// Batches of different sizes: the last one of an epoch is smaller. The trainer weighs each batch by its samples, so that the result is the accuracy over all of them. The mean of the
// batches' accuracies would be slightly off.

// ## Which are taken for which?
//
// One number hides much. The confusion matrix has a row for each true class and a column for each predicted one; what is right lies on the diagonal.

Batch all = data.Data.Test.Gather([.. Enumerable.Range(0, data.Data.Test.Count)]);
Tensor answers = model.Call(all.Input).ArgMax(1);
Tensor confusion = Measures.ConfusionMatrix(answers, all.Target, classes: 10);
Console.WriteLine(confusion);
Console.WriteLine($"on the diagonal {confusion.Trace().Item()} of {confusion.Sum().Item()}");

// ## Exercises
//
// 1. Which pair of digits is confused most often? Find it from the matrix with a few lines of code.
// 2. If there are a million classes, a model is often called right when the true class is among its five best. Write that accuracy with `TopK`.
// 3. If all mistakes cost the same, predicting the most probable class is best. Suppose that taking a 1 for a 7 costs ten times as much as any other mistake. How should one predict then?

// ## The model
//
// A linear layer from pixels to scores. What the next lessons call softmax regression.

sealed class Linear10 : Classifier
{
    readonly double learningRate;

    public Linear10(double learningRate)
    {
        this.learningRate = learningRate;
        Net = new Sequential(new Flatten(), new Linear(10));
    }

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
