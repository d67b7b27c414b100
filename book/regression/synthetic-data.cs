// # Synthetic regression data
//
// To see whether a method finds the right answer, the right answer must be known. So the first data set of this book is made by ourselves: inputs at random, targets
// from weights that we choose, and some noise.

using Fathom;
using Fathom.Data;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## Making the data
//
// A thousand samples to train with, a thousand to test with, two features each, drawn from the standard normal distribution. The targets are y = X w + b + e with
// noise e of standard deviation 0.01.

Tensor w = Tensor.From(new[,] { { 2f }, { -3.4f } });
const double b = 4.2, noise = 0.01;
Tensor X = Tensor.RandN(2000, 2);
Tensor y = X.MatMul(w) + b + noise * Tensor.RandN(2000, 1);
Console.WriteLine($"inputs {X.Shape}, targets {y.Shape}");
Console.WriteLine($"first input {X[0]}, first target {y[0]}");

// The second feature has the larger weight, with a minus. Against it, the targets fall along a line; what scatters is the part of the first feature.

LinePlot.Scatter(X[..500, 1], y[..500, 0], "second feature", "target").Show("synthetic-data");

// ## Batches
//
// Training takes a few samples at a time, a batch: the first 32 of a random order, then the next. In Python this is a generator; C# has `yield return`, and
// `foreach` walks through it.

static IEnumerable<(Tensor X, Tensor Y)> Batches(Tensor x, Tensor y, int size)
{
    Tensor order = Tensor.Permutation(x.Shape[0]);
    for (int i = 0; i < x.Shape[0]; i += size)
    {
        Tensor rows = order[i..Math.Min(i + size, x.Shape[0])];
        yield return (x[rows], y[rows]);
    }
}

(Tensor inputs, Tensor targets) = Batches(X[..1000], y[..1000], 32).First();
Console.WriteLine($"a batch: inputs {inputs.Shape}, targets {targets.Shape}");
int[] sizes = [.. Batches(X[..1000], y[..1000], 32).Select(batch => batch.X.Shape[0])];
Console.WriteLine($"{sizes.Length} batches, the first of {sizes[0]}, the last of {sizes[^1]}");

// Validation does not care about the order, and takes its samples in turn.

// ## The library's loader
//
// `TensorDataset` keeps the tensors together, `DataLoader` walks through them. It can do what our loop cannot: prepare batches on other threads while the model
// computes, repeat exactly the same order from the same seed, and say beforehand how many batches there are.

var samples = new TensorDataset(X[..1000], y[..1000]);
var loader = new DataLoader(samples, batchSize: 32, shuffle: true);
(inputs, targets) = loader.First();
Console.WriteLine($"a batch: inputs {inputs.Shape}, targets {targets.Shape}");
Console.WriteLine($"batches in an epoch: {loader.BatchCount}, samples {loader.SampleCount}");

// One walk through all samples is an epoch. The next walk has another order: no sample comes twice in an epoch, and none is missed.

float[] first = [.. loader.SelectMany(batch => batch.Target.ToArray<float>())];
float[] second = [.. loader.SelectMany(batch => batch.Target.ToArray<float>())];
Console.WriteLine($"same order: {first.SequenceEqual(second)}");
Console.WriteLine($"same samples: {first.Order().SequenceEqual(second.Order())}");

// ## All of it
//
// The next lessons use the same data ready-made.

var data = new SyntheticRegressionData(w: Tensor.From(2f, -3.4f), b: 4.2, batchSize: 32);
Console.WriteLine($"{data.X.Shape} inputs, {data.GetDataLoader(train: true).BatchCount} training "
    + $"and {data.GetDataLoader(train: false).BatchCount} validation batches");

// ## Exercises
//
// 1. What does `dropLast: true` change about the sizes of the batches? When does one want it?
// 2. A data set may be too large for memory. Which parts of `Batches` would have to change if `x` lay in a file?
// 3. Make data whose noise is 1 instead of 0.01, and draw them again. How well could any model predict such targets?
