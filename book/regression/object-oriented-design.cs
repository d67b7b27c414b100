// # Object-oriented design
//
// A program that trains a network has three parts that change for different reasons: the model, the data, and the training itself. If each is an object, any model can be trained on any data by any trainer. This
// lesson builds small versions of the three classes, so that it is clear what the library's do, and looks at the tools around them.

using Fathom;
using Fathom.Data;
using Fathom.Nn;
using Fathom.Optim;
using Fathom.Training;

Lesson lesson = Lesson.Start(args);

// ## Adding to a class
//
// To explain a long class piece by piece, it helps to add methods after the class was defined. In Python one can hang functions onto a class while the program runs. C# classes are closed once compiled, but an
// `extension` block, new in C# 14, adds members from outside: `Do` below is not part of A, and is called as if it were. It sees only what is public. Inside one project a `partial` class, written in several places,
// is the other way.

new A().Do();

// ## Keeping hyper-parameters
//
// Learning rate, batch size, number of hidden units: what is chosen before training is called a hyper-parameter. Each is an argument of some constructor, and one wants to find them again: in print, beside the saved
// weights, to build the same model anew. Python's `save_hyperparameters` looks them up in the frame of the caller. C# looks at nothing while the program runs; the compiler passes on the name that stands in the call. So
// `Keep(a)` below keeps the value of a under "a". What is not kept, like c, is gone.

var b = new B(a: 1, b: 2, c: 3);
Console.WriteLine($"kept: {b.HyperParameters}");
Console.WriteLine($"as JSON: {b.HyperParameters.ToJson()}");

// ## A board for progress
//
// Training is watched by its curves. A board collects points by the names of curves, and can average several into one so that noise does not hide the course of things: here one point for 2 values of the sine,
// and one for 10 of the cosine.

var board = new ProgressBoard { XLabel = "x" };
for (int i = 0; i < 100; i++)
{
    double x = i / 10.0;
    board.Draw(x, Math.Sin(x), "sin", everyN: 2);
    board.Draw(x, Math.Cos(x), "cos", everyN: 10);
}
board.ToPlot().Show("object-oriented-design-board");
Console.WriteLine($"points: {board["sin"].Count} and {board["cos"].Count}");

// ## A model, data, a trainer
//
// See the three small classes at the end of the file. A `SmallModel` knows how to predict, how wrong a prediction is, and how it wants to be improved. `SmallData` gives batches. A `SmallTrainer` brings them together; it
// does not know what kind of model or data they are.
//
// The model to try them on is a line, y = w x + b, on points of the line y = 2x + 1.

var line = new Line(learningRate: 0.1);
new SmallTrainer(maxEpochs: 20).Fit(line, new Points());
Console.WriteLine($"w is {line.Weight.Item():f2}, b is {line.Bias.Item():f2}");
line.Board.ToPlot().Show("object-oriented-design-line");

// The teeth in the curve are the batches: the points come in order, so each batch sees a piece of the line only, and what helps there hurts elsewhere. Shuffling would even that out.

// ## The library's three
//
// The classes that all further lessons use have the same parts, and more of them.
//
// | class | says | you override |
// |---|---|---|
// | `TrainableModule` | a model: network, loss, optimiser, what to plot | `Loss`, `ConfigureOptimizers`; `Forward` unless `Net` is enough; `TrainingStep`, `ValidationStep` |
// | `DataModule` | the data of a task | `GetDataLoader(train)` |
// | `Trainer` | the loop: epochs, steps, validation, clipping, where to compute | seldom anything; `FitEpoch`, `TrainStep`, `Validate` |
//
// Their small cousins keep no secrets from them. Here is the line once more.

var model = new LibraryLine(learningRate: 0.1);
var trainer = new Trainer { MaxEpochs = 20 };
trainer.Fit(model, new LibraryPoints());
Console.WriteLine($"w is {model.Layer.Weight.Item():f2}, b is {model.Layer.Bias!.Item():f2}");
Console.WriteLine($"loss in the last epoch {trainer.History[^1]["train_loss"]:f5}");

// Its learning rate was kept, so the model prints it, and a checkpoint has it too.

Console.WriteLine(model);

// A trainer can be given ears instead of being rewritten: a callback is told what happens, and may ask to stop.

var early = new Trainer { MaxEpochs = 20, Callbacks = [new StopBelow(0.01)] };
early.Fit(new LibraryLine(learningRate: 0.1), new LibraryPoints());
Console.WriteLine($"stopped after {early.History.Count} epochs");

// ## Exercises
//
// 1. Give `SmallTrainer` a validation pass after each epoch. Which of the three classes must change?
// 2. Write an extension member for `Tensor` that returns the element-wise square root of its absolute value, and call it.
// 3. What does `Keep(2 * a)` say, and what does it take to keep that value?
// 4. Derive a class from `Trainer` whose `FitEpoch` prints the time that the epoch took.

// ## The classes
//
// First the one that is added to, and what is added.

sealed class A
{
    public int B { get; } = 1;
}

static class AExtensions
{
    extension(A a)
    {
        public void Do() => Console.WriteLine($"Class attribute \"b\" is {a.B}");
    }
}

// One that keeps two of its three arguments.

sealed class B
{
    public HyperParameters HyperParameters { get; } = new();

    public B(int a, int b, int c)
    {
        HyperParameters.Keep(a).Keep(b);
        Console.WriteLine($"a = {HyperParameters.Integer("a")} b = {HyperParameters.Integer("b")}");
        Console.WriteLine($"There is no c = {!HyperParameters.Has("c")}, although it was {c}");
    }
}

// The three small base classes.

abstract class SmallModel
{
    public ProgressBoard Board { get; } = new() { XLabel = "step" };

    public abstract Tensor Forward(Tensor x);

    public abstract Tensor Loss(Tensor prediction, Tensor target);

    public abstract IOptimizer ConfigureOptimizers();

    public virtual Tensor TrainingStep(Batch batch, int step)
    {
        Tensor loss = Loss(Forward(batch.Input), batch.Target);
        Board.Draw(step, loss.Item(), "loss");
        return loss;
    }
}

abstract class SmallData
{
    public abstract IEnumerable<Batch> Batches();
}

class SmallTrainer(int maxEpochs)
{
    public void Fit(SmallModel model, SmallData data)
    {
        IOptimizer optimizer = model.ConfigureOptimizers();
        int step = 0;
        for (int epoch = 0; epoch < maxEpochs; epoch++)
            foreach (Batch batch in data.Batches())
            {
                Tensor loss = model.TrainingStep(batch, step++);
                optimizer.ZeroGrad();
                loss.Backward();
                optimizer.Step();
            }
    }
}

// What the line and its points say to them.

sealed class Line(double learningRate) : SmallModel
{
    public Tensor Weight { get; } = Tensor.Zeros(1).WithGrad();
    public Tensor Bias { get; } = Tensor.Zeros(1).WithGrad();

    public override Tensor Forward(Tensor x) => x * Weight + Bias;

    public override Tensor Loss(Tensor prediction, Tensor target) =>
        (prediction - target).Square().Mean();

    public override IOptimizer ConfigureOptimizers() => new Sgd([Weight, Bias], learningRate);
}

sealed class Points : SmallData
{
    public static Tensor X { get; } = Tensor.Linspace(-1, 1, 40).Reshape(40, 1);
    public static Tensor Y { get; } = 2 * X + 1;

    public override IEnumerable<Batch> Batches() =>
        X.Split(10).Zip(Y.Split(10), (x, y) => new Batch(x, y));
}

// The same by the library's base classes.

sealed class LibraryLine : TrainableModule
{
    readonly double learningRate;

    public Linear Layer => (Linear)Net!;

    public LibraryLine(double learningRate)
    {
        this.learningRate = learningRate;
        HyperParameters.Keep(learningRate);
        Net = new Linear(1);
    }

    public override Tensor Loss(Tensor prediction, Tensor target) =>
        Functional.MeanSquaredError(prediction, target);

    public override IOptimizer ConfigureOptimizers() => new Sgd(Parameters, learningRate);
}

sealed class LibraryPoints : DataModule
{
    public override IDataLoader? GetDataLoader(bool train) =>
        train ? new DataLoader(new TensorDataset(Points.X, Points.Y), batchSize: 10, shuffle: true) : null;
}

sealed class StopBelow(double loss) : TrainerCallback
{
    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        if (summary["train_loss"] < loss) trainer.Stop();
    }
}
