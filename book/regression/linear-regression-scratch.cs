// # Linear regression from scratch
//
// Everything is written out here except the gradients: the model, the loss, the optimiser, and the loop. Once it has been seen there is no magic left in the short
// version of the next lesson.

using Fathom;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// The data are those of the last lesson: y = 2 x₁ - 3.4 x₂ + 4.2, with a little noise.

var data = new SyntheticRegressionData(w: Tensor.From(2f, -3.4f), b: 4.2);

// ## The model and the loop, bare
//
// Weights start as small random numbers, the bias as 0. Both are to be improved, so both want gradients.

Tensor w = Tensor.Normal(0, 0.01, (2, 1)).WithGrad(), b = Tensor.Zeros(1).WithGrad();

Tensor Predict(Tensor x) => x.MatMul(w) + b;

// The loss is half the squared difference, averaged over the batch. The half cancels the 2 that the derivative brings.

static Tensor Loss(Tensor prediction, Tensor target) => ((prediction - target).Square() / 2).Mean();

// Now three times through the data. For each batch: predict, compare, ask for the gradients, and move each parameter a small step against its gradient. The step
// itself must not be recorded, hence `NoGrad`; and it must change the tensor in place, since `w` and `b` are what the model uses. `w -= ...` does that.

const double learningRate = 0.03;
for (int epoch = 1; epoch <= 3; epoch++)
{
    foreach ((Tensor x, Tensor y) in data.GetDataLoader(train: true))
    {
        Loss(Predict(x), y).Backward();
        using (GradMode.NoGrad())
        {
            w -= learningRate * w.Grad!;
            b -= learningRate * b.Grad!;
        }
        w.ZeroGrad();
        b.ZeroGrad();
    }
    using (GradMode.NoGrad())
    {
        Tensor loss = Loss(Predict(data.X[1000..]), data.Y[1000..]);
        Console.WriteLine($"epoch {epoch}: loss on the validation samples {loss.Item():f4}");
    }
}

Console.WriteLine($"w is {w[0, 0].Item():f2} and {w[1, 0].Item():f2}, b is {b.Item():f2}; "
    + "true are 2, -3.4 and 4.2");

// That is all of it. What follows puts the same lines where they belong, so that another model, other data, or another optimiser can take their places.

// ## As a module
//
// The class is at the end of this file, as C# wants it. Its properties register the parameters; `Forward` is the model, `Loss` the loss, and
// `ConfigureOptimizers` says how to improve. It inherits from `TrainableModule`, so that a trainer knows what to do with it.

var model = new ScratchRegression(inputs: 2, learningRate: 0.03);
var trainer = new Trainer { MaxEpochs = 3 };
trainer.Fit(model, new RegressionDataModule(data));

// The trainer runs the loop above, and collects the two losses while it does. After three epochs they are small, and still falling: the noise alone would cost 0.00005.

model.Board.ToPlot().Show("linear-regression-scratch");
foreach (EpochSummary epoch in trainer.History)
    Console.WriteLine($"epoch {epoch.Epoch}: loss in training {epoch["train_loss"]:f4}, "
        + $"in validation {epoch["val_loss"]:f4}");

Console.WriteLine($"error in estimating w: {data.W - model.Weight.Detach().Reshape(2)}");
Console.WriteLine($"error in estimating b: {data.B - model.Bias.Detach()}");

// Do not expect the true weights in general. Here the model is of the right kind and the noise is small. With real data the aim is good predictions, and many
// different weights may give them.

// ## Exercises
//
// 1. Start with weights of zero. Does it still learn? Would it, if there were a second layer?
// 2. Try learning rates 0.001, 0.3 and 3 for `ScratchRegression`. What do the curves tell, and what does the trainer say to the last?
// 3. Replace the loss by the absolute difference. What happens near the end of training, and why?
// 4. Write `Loss` so that the last, smaller batch counts as much per sample as all others. Does it matter?

// ## The classes
//
// The model. `Register` in the setters is what makes a tensor a parameter of the module: it will be found by optimisers, saved with checkpoints and moved to devices.

sealed class ScratchRegression : TrainableModule
{
    readonly double learningRate;

    public Parameter Weight { get; set => field = Register(value); }
    public Parameter Bias { get; set => field = Register(value); }

    public ScratchRegression(int inputs, double learningRate, double sigma = 0.01)
    {
        this.learningRate = learningRate;
        Weight = new Parameter(Tensor.Normal(0, sigma, (inputs, 1)));
        Bias = new Parameter(Tensor.Zeros(1));
    }

    public override Tensor Forward(Tensor x) => x.MatMul(Weight) + Bias;

    public override Tensor Loss(Tensor prediction, Tensor target) =>
        ((prediction - target).Square() / 2).Mean();

    public override IOptimizer ConfigureOptimizers() =>
        new GradientDescent([Weight, Bias], learningRate);
}

// The optimiser: stochastic gradient descent, stochastic because each step sees only a random batch of the data. C# does not allow `p -= ...` on the variable of a `foreach`; `SubInPlace` is the same as a method.

sealed class GradientDescent(IReadOnlyList<Tensor> parameters, double learningRate) : IOptimizer
{
    public void Step()
    {
        using (GradMode.NoGrad())
            foreach (Tensor p in parameters) p.SubInPlace(learningRate * p.Grad!);
    }

    public void ZeroGrad()
    {
        foreach (Tensor p in parameters) p.ZeroGrad();
    }
}
