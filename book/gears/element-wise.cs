// # Element-wise operations by hand
//
// A layer of a network computes relu(x W + b): a matrix product, an addition, and a function that sets what is negative to 0. The last two treat each
// element for itself. In this lesson we write them as loops, then let the library do it, and compare.

using System.Diagnostics;
using Fathom;
using Fathom.Training;

Lesson.Start(args);

// ## Relu as a loop
//
// A C# array with two axes, `long[,]`, is the plainest matrix there is. `GetLength` gives the size along an axis.

long[,] a = { { 1, 2, 3, -1 }, { 1, -1, -1, 0 } };
Console.WriteLine($"{a.GetLength(0)} rows, {a.GetLength(1)} columns");

static long[,] NaiveRelu(long[,] x)
{
    var y = (long[,])x.Clone();
    for (int i = 0; i < y.GetLength(0); i++)
        for (int j = 0; j < y.GetLength(1); j++) y[i, j] = Math.Max(y[i, j], 0);
    return y;
}

Print(NaiveRelu(a));

// Why the `Clone`? An array is an object, and `x` is only a name for it: without the copy the function would change the array of whoever called it. A
// function of mathematics leaves its argument as it is, and code is easier to reason about if ours does too.

Print(a);

// ## Addition as a loop
//
// Addition needs two matrices of one shape. Asking for that at the door is better than an exception from somewhere inside the loop, or a wrong result.

static long[,] NaiveAdd(long[,] x, long[,] y)
{
    if (x.GetLength(0) != y.GetLength(0) || x.GetLength(1) != y.GetLength(1))
        throw new ArgumentException("The two matrices differ in shape.");
    var z = (long[,])x.Clone();
    for (int i = 0; i < z.GetLength(0); i++)
        for (int j = 0; j < z.GetLength(1); j++) z[i, j] += y[i, j];
    return z;
}

long[,] p = { { 1, 5, 9, -12 }, { 1, -3, -5, 0 } }, q = { { 1, 5, 9, -14 }, { 1, -3, -5, 7 } };
Print(NaiveRelu(p));
Print(NaiveAdd(p, q));

// Subtraction, products and all other functions of single elements are written in the same way: only the line inside the loop changes.

// ## The library
//
// On tensors the loops are inside the operators.

Tensor s = Tensor.From(p), t = Tensor.From(q);
Console.WriteLine(s.Relu());
Console.WriteLine(s + t);

// ## How fast?
//
// A sum and a relu of matrices with 20 rows and 100 columns, a thousand times over, in three ways: loops over arrays, as above; loops that take each element out of a
// tensor and put it back; and the library's operators. Time is taken for a few rounds, several times; the best counts, since whatever else runs on the machine can
// only make it slower.

Tensor x = Tensor.Rand(20, 100), y = Tensor.Rand(20, 100);
float[,] u = x.ToArray2D<float>(), v = y.ToArray2D<float>();

double arrays = Milliseconds(() => Relu(Add(u, v)), 100);
double elements = Milliseconds(() => AddRelu(x, y), 1);
double operators = Milliseconds(() => (x + y).Relu(), 100);
Console.WriteLine($"loops over arrays: {arrays:f1} ms");
Console.WriteLine($"loops over elements of tensors: {elements:f0} ms");
Console.WriteLine($"operators: {operators:f1} ms");

static float[,] Add(float[,] x, float[,] y)
{
    var z = (float[,])x.Clone();
    for (int i = 0; i < z.GetLength(0); i++)
        for (int j = 0; j < z.GetLength(1); j++) z[i, j] += y[i, j];
    return z;
}

static float[,] Relu(float[,] x)
{
    var y = (float[,])x.Clone();
    for (int i = 0; i < y.GetLength(0); i++)
        for (int j = 0; j < y.GetLength(1); j++) y[i, j] = Math.Max(y[i, j], 0);
    return y;
}

static Tensor AddRelu(Tensor x, Tensor y)
{
    Tensor z = Tensor.ZerosLike(x);
    for (int i = 0; i < x.Shape[0]; i++)
        for (int j = 0; j < x.Shape[1]; j++)
            z[i, j] = Math.Max(x[i, j].Item() + y[i, j].Item(), 0);
    return z;
}

// Two things are seen. Single elements of a tensor are dear in any language: each access makes a tensor, checks the place, and converts, all for one addition. And
// plain C# loops are not bad, since they are compiled to machine code; in Python the same loops are interpreted, and take a hundred times as long as NumPy's
// operators. What remains to the library's advantage: it takes 8 or 16 numbers in one instruction, checks bounds once instead of at every element, and shares the work of
// large tensors among the cores of the processor.

static double Milliseconds(Action work, int rounds)             // of a thousand rounds
{
    double best = double.PositiveInfinity;
    for (int attempt = 0; attempt < 10; attempt++)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++) work();
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
    return best / rounds * 1000;
}

static void Print(long[,] x) => Console.WriteLine(Tensor.From(x));

// ## Exercises
//
// 1. Take `Clone` out of `NaiveRelu` and run the lesson. Which line of the output changes?
// 2. Write `NaiveMaximum(x, y)`, and use it to write relu in one line.
// 3. In `Add`, let `i` run in the inner loop and `j` in the outer one. The work is the same. Is the time? Try matrices of 2,000 × 2,000.
