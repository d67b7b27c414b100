// # Linear regression, concise
//
// A layer, a loss and an optimiser of the library take the places of what the last lesson wrote by hand.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// ## The model
//
// A linear layer with one output. How many inputs it has need not be said: it finds out when the first batch comes. Until then its weight is a promise.

var model = new Regression(learningRate: 0.03);
Console.WriteLine(model);

// ## Training

var data = new SyntheticRegressionData(w: Tensor.From(2f, -3.4f), b: 4.2);
var trainer = new Trainer { MaxEpochs = 3 };
trainer.Fit(model, new RegressionDataModule(data));

Console.WriteLine(model);
model.Board.ToPlot().Show("linear-regression-concise");
foreach (EpochSummary epoch in trainer.History)
    Console.WriteLine($"epoch {epoch.Epoch}: loss in training {epoch["train_loss"]:f4}, "
        + $"in validation {epoch["val_loss"]:f4}");

// The errors are smaller than from scratch, although nothing is better here but one factor: the library's squared error has no half in it. Its gradient is twice as
// large, which amounts to twice the learning rate.

var layer = (Linear)model.Net!;
Console.WriteLine($"error in estimating w: {data.W - layer.Weight.Detach().Reshape(2)}");
Console.WriteLine($"error in estimating b: {data.B - layer.Bias!.Detach()}");

// ## Looking inside
//
// Parameters have names, made from the names of properties and places. They are the same names that PyTorch would give them.

foreach ((string name, Parameter p) in model.NamedParameters())
    Console.WriteLine($"{name}: {p.Shape}");

// ## Exercises
//
// 1. Use `new Adam(Parameters, 0.03)` in the place of `Sgd`. Is it faster here?
// 2. Plug in `Functional.Huber` as the loss. On data without outliers, what changes?
// 3. How would the learning rate have to change if the loss were summed over a batch instead of averaged?

// ## The class

sealed class Regression : TrainableModule
{
    readonly double learningRate;

    public Regression(double learningRate)
    {
        this.learningRate = learningRate;
        Net = new Linear(1, init: Init.Normal(0, 0.01));
    }

    public override Tensor Loss(Tensor prediction, Tensor target) =>
        Functional.MeanSquaredError(prediction, target);

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}
