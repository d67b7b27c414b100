// # Products by hand
//
// The dot product, the product of a matrix with a vector, and the product of two matrices, each built from the one before. Almost all time of a network is
// spent in the last.

using System.Diagnostics;
using Fathom;
using Fathom.Training;

Lesson.Start(args);

// ## Vector with vector
//
// Multiply place by place, add up. Two vectors of 32 elements give one number.

static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
{
    if (x.Length != y.Length)
        throw new ArgumentException($"Vectors of {x.Length} and {y.Length} elements have no dot product.");
    double sum = 0;
    for (int i = 0; i < x.Length; i++) sum += x[i] * y[i];
    return sum;
}

Tensor x = Tensor.Rand(32, DType.Float64), y = Tensor.Rand(32, DType.Float64);
Check("vector, vector", Tensor.Scalar(Dot(x.ToArray<double>(), y.ToArray<double>())), x.Dot(y));

// ## Matrix with vector
//
// One dot product a row. A jagged array `double[][]` holds its rows as arrays, which is handy here: a row is simply `x[i]`.

static double[] MatVec(double[][] x, double[] y)
{
    var z = new double[x.Length];
    for (int i = 0; i < z.Length; i++) z[i] = Dot(x[i], y);
    return z;
}

Tensor m = Tensor.Rand((20, 32), DType.Float64);
Check("matrix, vector", Tensor.From(MatVec(Rows(m), y.ToArray<double>())), m.MatVec(y));

// ## Matrix with matrix
//
// One dot product for each pair of a row of the first and a column of the second. So rows of x and columns of y must have equal length, and the result has as
// many rows as x and as many columns as y.
//
//     (a, b) times (b, c) gives (a, c)

static double[][] MatMul(double[][] x, double[][] y)
{
    if (x[0].Length != y.Length)
        throw new ArgumentException($"Rows of {x[0].Length} and columns of {y.Length} elements do not fit.");
    var z = new double[x.Length][];
    for (int i = 0; i < z.Length; i++)
    {
        z[i] = new double[y[0].Length];
        for (int j = 0; j < z[i].Length; j++) z[i][j] = Dot(x[i], Column(y, j));
    }
    return z;
}

static double[] Column(double[][] y, int j) => [.. y.Select(row => row[j])];

Tensor n = Tensor.Rand((32, 7), DType.Float64);
Check("matrix, matrix", Tensor.From(MatMul(Rows(m), Rows(n))), m.MatMul(n));
Console.WriteLine($"{m.Shape} times {n.Shape} gives {m.MatMul(n).Shape}");

// The order matters. The dot product does not care which vector comes first; the other two do, already for the reason that the shapes may not fit.

try { n.MatMul(m); }
catch (ShapeException e) { Console.WriteLine(e.Message); }

// ## Why not keep the loops?
//
// Each number of the matrices is used many times, and what decides is how often it must be fetched from memory. Our loops fetch, add, and fetch again. The library
// cuts the matrices into blocks that stay in the cache and in registers, computes 8 or 16 numbers at a time, and uses all cores.

const int size = 400;
Tensor p = Tensor.Rand((size, size), DType.Float64), q = Tensor.Rand((size, size), DType.Float64);
double[][] pr = Rows(p), qr = Rows(q);
double naive = Time(() => MatMul(pr, qr)), library = Time(() => p.MatMul(q));
double operations = 2.0 * size * size * size;
Console.WriteLine($"by hand {operations / naive / 1e9:f2} billion operations a second");
Console.WriteLine($"library {operations / library / 1e9:f1} billion operations a second");

static double[][] Rows(Tensor m) => [.. m.Unbind().Select(row => row.ToArray<double>())];

// The order in which a sum is added up changes its last digits. So results are compared within a tolerance, not with `Eq`.

static void Check(string what, Tensor byHand, Tensor library) =>
    Console.WriteLine($"{what}: differ by less than 1e-12: {(byHand - library).Abs().Max() < 1e-12}");

static double Time(Action work)
{
    work();
    double best = double.PositiveInfinity;
    for (int i = 0; i < 3; i++)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
    return best;
}

// ## Exercises
//
// 1. `Column` collects a column anew for each element of the result. Transpose y once instead. How much faster does that make `MatMul`?
// 2. Multiply matrices of shapes (1, 32) and (32, 1), then of (32, 1) and (1, 32). Both are made of the same 64 numbers; explain the two shapes.
// 3. Write the product with three nested loops over i, k, j in this order, adding x[i][k] * y[k][j] to z[i][j]. Why is this order fast?
