// # Broadcasting by hand
//
// In relu(x W + b), the product x W is a matrix and the bias b a vector. How can they be added? The vector is laid over each row of the matrix. This is
// called broadcasting, and here we do it step by step.

using Fathom;
using Fathom.Training;

Lesson.Start(args);

// ## A vector meets a matrix

Tensor x = Tensor.From(1L, 2, 3, 4, 5), y = Tensor.Ones((2, 5), DType.Int64);
Console.WriteLine($"{x.Shape} and {y.Shape}");
Console.WriteLine(x + y);

// ## The two steps behind it
//
// First, the smaller tensor gets axes in front until both have equally many. `Unsqueeze(0)` puts in an axis of size 1 in place 0.

Tensor b = Tensor.Rand(10);
Tensor row = b.Unsqueeze(0);
Console.WriteLine($"{b.Shape} becomes {row.Shape}");

// (A trap for users of notebooks: run a line such as `b = b.Unsqueeze(0)` five times, and there are five axes. Here the result has a name of its own.)
//
// Second, it is repeated along the new axis until the sizes agree.

Tensor repeated = Tensor.Cat([.. Enumerable.Repeat(row, 32)], 0);
Console.WriteLine($"{row.Shape} repeated 32 times: {repeated.Shape}");

// The library takes neither step. It only counts as if: for an axis of size 1 the stride is 0, so that going one place further along it leads to the same
// number in memory. `Expand` shows such a view.

Tensor view = row.Expand(32, 10);
Console.WriteLine($"expanded: {view.Shape} with strides {view.Stride(0)} and {view.Stride(1)}");
Console.WriteLine($"equal to the copies: {view.Eq(repeated).All()}");

// ## As a loop
//
// With the loops written out, broadcasting is a missing index: `y[j]` does not depend on the row.

static double[,] AddVector(double[,] x, double[] y)
{
    if (x.GetLength(1) != y.Length)
        throw new ArgumentException($"A vector of {y.Length} does not fit rows of {x.GetLength(1)}.");
    var z = (double[,])x.Clone();
    for (int i = 0; i < z.GetLength(0); i++)
        for (int j = 0; j < z.GetLength(1); j++) z[i, j] += y[j];
    return z;
}

Tensor m = Tensor.Rand((32, 10), DType.Float64), v = Tensor.Rand(10, DType.Float64);
Tensor byLoop = Tensor.From(AddVector(m.ToArray2D<double>(), v.ToArray<double>()));
Console.WriteLine($"the loop and the library agree: {byLoop.Eq(m + v).All()}");

// ## More axes
//
// The same holds for any number of axes, and for any operation of two operands. Here a maximum of 64 × 3 blocks with one block.

Console.WriteLine(Tensor.Rand(64, 3, 32, 10).Maximum(Tensor.Rand(32, 10)).Shape);

// ## An example of one's own
//
// The vector 1 to 5, repeated by hand, and added to a matrix; then the same without the hand.

Tensor two = Tensor.Cat([x.Unsqueeze(0), x.Unsqueeze(0)], 0);
Tensor other = Tensor.From(new[,] { { 2L, 4, 5, 3, 2 }, { 2, 9, 11, 31, 48 } });
Console.WriteLine(two);
Console.WriteLine(two + other);
Console.WriteLine((two + other).Eq(x + other).All());

// ## Exercises
//
// 1. Which of these pairs of shapes can be added, and what comes out: (3, 4) and (3,); (3, 4) and (3, 1); (5, 1, 4) and (3, 1)?
// 2. A column of shape (n, 1) minus a row of shape (1, n) gives all differences of n numbers. Use it to find the two of ten random numbers that are nearest
//    to each other.
// 3. (n,) and (n, 1) broadcast to (n, n), without any error. Why is that dangerous in a loss? See what `Functional.MeanSquaredError` does about it.
