// # Linear regression
//
// What does a house cost, given its size and its age? Linear regression answers with a weighted sum of the features and a bias,
//
//     ŷ = w₁ x₁ + ... + w_d x_d + b,
//
// and with weights that make the squared differences from known prices small. It is the smallest network there is, one layer of one unit, and everything that large
// ones need is in it: data, a model, a loss, and a rule that improves the weights. This lesson looks at two things beforehand: why one computes with whole vectors,
// and why the squares.

using System.Diagnostics;
using Fathom;
using Fathom.Training;
using Fathom.Training.Plotting;

Lesson lesson = Lesson.Start(args);

// ## One feature row, and all of them
//
// For one house the sum is a dot product. For all houses at once, with a row of features for each, it is a matrix-vector product: ŷ = X w + b. The bias is
// broadcast.

Tensor houses = Tensor.From(new[,] { { 1.2f, 10 }, { 0.8f, 30 }, { 2f, 5 } });
Tensor w = Tensor.From(3f, -0.05f);
Console.WriteLine(houses[0].Dot(w) + 1);
Console.WriteLine(houses.MatVec(w) + 1);

// ## Vectorisation for speed
//
// Is it only shorter to write? Add two vectors of 10,000 elements, first element by element, then as wholes.

const int n = 10_000;
Tensor a = Tensor.Ones(n), b = Tensor.Ones(n), c = Tensor.Zeros(n);

Stopwatch watch = Stopwatch.StartNew();
for (int i = 0; i < n; i++) c[i] = a[i] + b[i];
double loop = watch.Elapsed.TotalSeconds;
Console.WriteLine($"loop over elements: {loop:f5} sec");

double whole = double.PositiveInfinity;
for (int attempt = 0; attempt < 5; attempt++)               // the first call compiles; take the best
{
    watch.Restart();
    Tensor d = a + b;
    whole = Math.Min(whole, watch.Elapsed.TotalSeconds);
}
Console.WriteLine($"one addition of vectors: {whole:f5} sec");
Console.WriteLine($"{loop / whole:f0} times as fast");

// Each `a[i]` makes a tensor that describes one number, and so does each sum. In one addition of wholes this is done once, and the processor adds 8 or 16 numbers in
// one instruction. The operations of a model are therefore written over whole batches, and loops over samples are a sign that something was missed. (A C# loop over
// arrays would be fast as well; see the chapter on the gears of neural networks.)

// ## The normal distribution
//
// Measurements scatter. Very often they scatter in the shape of a bell, the normal distribution, with a mean μ and a standard deviation σ:
//
//     p(x) = 1 / √(2πσ²) · exp(-(x - μ)² / 2σ²)

static double Normal(double x, double mean, double deviation) =>
    Math.Exp(-0.5 * Math.Pow((x - mean) / deviation, 2)) / (Math.Sqrt(2 * Math.PI) * deviation);

// Changing the mean shifts the bell along the axis. A larger deviation makes it wider and, since the area below is always 1, lower.

(double Mean, double Deviation)[] parameters = [(0, 1), (0, 2), (3, 1)];
new LinePlot
{
    XLabel = "x", YLabel = "p(x)",
    Series = [.. parameters.Select(p =>
        Series.Of($"mean {p.Mean}, std {p.Deviation}", x => Normal(x, p.Mean, p.Deviation), -7, 7))],
}.Show("normal-distribution");

// ## Squared loss
//
// Suppose that the price is the weighted sum plus normal noise. The probability of the prices that we have seen, as a function of w and b, is then a product of such
// bells, one a house, at the distances yᵢ - ŷᵢ. The best parameters are those under which the data are most probable. A product of many small numbers is awkward; its
// negative logarithm is a sum, and small where the product is large:
//
//     -log P = Σᵢ (yᵢ - ŷᵢ)² / 2σ² + n/2 · log(2πσ²)
//
// The last term does not depend on the model. So, with normal noise, to maximise the probability is to minimise the squares.
//
// Let us see it in the simplest case, a model that is only a bias. Take a hundred noisy measurements of 4.2, and try biases from 3 to 5.

Tensor y = 4.2 + 0.5 * Tensor.RandN(100);
double[] measured = y.ToArray<double>();
double[] biases = [.. Enumerable.Range(0, 201).Select(i => 3 + i * 0.01)];
double[] squares = [.. biases.Select(b => measured.Average(v => Math.Pow(v - b, 2) / 2))];
double[] surprise = [.. biases.Select(b => measured.Average(v => -Math.Log(Normal(v, b, 0.5))))];

Console.WriteLine($"least squares at {biases[Array.IndexOf(squares, squares.Min())]:f2}");
Console.WriteLine($"most probable at {biases[Array.IndexOf(surprise, surprise.Min())]:f2}");
Console.WriteLine($"mean of the measurements {y.Mean().Item():f2}");

new LinePlot
{
    XLabel = "bias", YLabel = "loss",
    Series =
    [
        Series.Of("half the mean square", biases, squares),
        Series.Of("negative log-likelihood", biases, surprise),
    ],
}.Show("squared-loss");

// Both curves have their lowest point at the same bias, the mean of the measurements. The course of every training in this book is the same as here: define a loss, go
// to where it is small. With more parameters than one the search cannot try all values, and follows the gradient instead.

// ## Exercises
//
// 1. Which number minimises the sum of absolute differences |yᵢ - b| instead? Try it in the last section, after adding a single measurement of 1,000.
// 2. Raise n to 100,000 and to 1,000,000. Which of the two times grows in proportion?
// 3. Suppose the noise follows p(e) = exp(-|e|) / 2. What does the negative logarithm become?
