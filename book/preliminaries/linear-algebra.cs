// # Linear algebra
//
// Scalars, vectors, matrices, and the few operations on them that nearly every model is built from: sums along axes, products, norms.

using Fathom;

// ## Scalars
//
// A scalar is a tensor without axes. It is not a C# `double`, but it computes like one.

Tensor x = Tensor.Scalar(3f), y = Tensor.Scalar(2f);
Console.WriteLine($"{x + y} {x * y} {x / y} {x.Pow(y)}");

// ## Vectors
//
// A vector has one axis. Places are counted from 0. `Shape[0]` is its length; the word dimension is best kept for that number, and axis for the
// directions of a tensor.

x = Tensor.Arange(3);
Console.WriteLine(x);
Console.WriteLine($"x[2] is {x[2]}, length {x.Shape[0]}, shape {x.Shape}");

// ## Matrices
//
// A matrix has rows (axis 0) and columns (axis 1). Its transpose `T` exchanges them. Nothing moves in memory: the transpose is a view that walks in another
// order.

Tensor a = Tensor.Arange(6).Reshape(3, 2);
Console.WriteLine(a);
Console.WriteLine(a.T);

// A symmetric matrix equals its transpose.

Tensor s = Tensor.From(new[,] { { 1, 2, 3 }, { 2, 0, 4 }, { 3, 4, 5 } });
Console.WriteLine(s.Eq(s.T));

// ## Tensors
//
// Three axes and more are read from the right: the last axis runs along a row, the one before down the rows, the one before that from block to block. A
// colour image has axes for channel, row and column; a batch of images one more in front.

Console.WriteLine(Tensor.Arange(24).Reshape(2, 3, 4));

// ## Arithmetic
//
// Tensors of one shape are added and multiplied element by element. The product of two matrices taken this way is called the Hadamard product; it is not
// the matrix product, which comes below. `Clone` makes a copy with memory of its own.

Tensor m = Tensor.Arange(6.0).Reshape(2, 3), copy = m.Clone();
Console.WriteLine(m);
Console.WriteLine(m + copy);
Console.WriteLine(m * copy);

// A number is added to, or multiplied with, each element; the shape stays.

Tensor block = Tensor.Arange(24).Reshape(2, 3, 4);
Console.WriteLine(2 + block);
Console.WriteLine((2 * block).Shape);

// ## Reduction
//
// `Sum` adds up all elements, of whatever shape.

Tensor v = Tensor.Arange(3.0);
Console.WriteLine($"{v} has the sum {v.Sum()}");
Console.WriteLine($"shape {m.Shape}, sum {m.Sum()}");

// With an axis it sums along it, and this axis disappears. Along axis 0 the rows are added up, so one row is left: shape (2, 3) becomes (3,).

Console.WriteLine($"along axis 0: {m.Sum(0)} of shape {m.Sum(0).Shape}");
Console.WriteLine($"along axis 1: {m.Sum(1)} of shape {m.Sum(1).Shape}");
Console.WriteLine($"along both, as along all: {m.Sum([0, 1]).Eq(m.Sum())}");

// The mean is the sum divided by the number of elements, over all or along an axis.

Console.WriteLine($"{m.Mean()} = {m.Sum() / m.Count}");
Console.WriteLine($"{m.Mean(0)} = {m.Sum(0) / m.Shape[0]}");

// ## Sums that keep their axis
//
// Sometimes the axis should stay, with size 1, so that the result still broadcasts against what it came from. Here each row is divided by its own sum.

Tensor sums = m.Sum(1, keepDim: true);
Console.WriteLine(sums);
Console.WriteLine(sums.Shape);
Console.WriteLine(m / sums);

// `CumSum` keeps all sums on the way: row by row, what has been added up so far.

Console.WriteLine(m.CumSum(0));

// ## Dot products
//
// The dot product of two vectors multiplies place by place and adds up. If the second holds weights that are not negative and add up to 1, it is a weighted
// average; if both have length 1, it is the cosine of the angle between them.

Tensor ones = Tensor.Ones(3);
Console.WriteLine($"{v} and {ones}: {v.Dot(ones)}");
Console.WriteLine((v * ones).Sum());

// ## Matrix times vector
//
// One dot product for each row of the matrix. The length of the vector must be the number of columns; the result has as many elements as there are rows.
// So a matrix is a machine that turns vectors of length 3 into vectors of length 2. Python writes `@`, C# has `MatMul`.

Console.WriteLine($"{m.Shape} times {v.Shape} gives {m.MatMul(v)}");

// ## Matrix times matrix
//
// One matrix-vector product for each column of the second matrix, put side by side: (2, 3) times (3, 4) gives (2, 4). The inner sizes must agree.

Console.WriteLine(m.MatMul(Tensor.Ones(3, 4)));
try { m.MatMul(Tensor.Ones(2, 4)); }
catch (ShapeException e) { Console.WriteLine(e.Message); }

// ## Norms
//
// A norm says how large a vector is. The usual one, by Pythagoras, is the root of the sum of squares. The sum of absolute values is another; single large
// elements weigh less in it.

Tensor u = Tensor.From(3f, -4);
Console.WriteLine($"length {u.Norm()}, sum of absolute values {u.Abs().Sum()}");

// For a matrix the same formula, over all elements, gives Frobenius's norm.

Console.WriteLine(Tensor.Ones(4, 9).Norm());

// Norms satisfy the triangle inequality: no way round is shorter than the straight one. Losses and penalties in later chapters are norms in disguise.

Tensor w = Tensor.From(-1f, 2);
Console.WriteLine($"|u + w| = {(u + w).Norm()}, |u| + |w| = {u.Norm() + w.Norm()}");

// ## Exercises
//
// 1. Check on a random matrix that the transpose of the transpose is the matrix itself, and that (A + B)ᵀ = Aᵀ + Bᵀ.
// 2. Why is A + Aᵀ symmetric for every square A?
// 3. `m / m.Sum(1)` fails for the (2, 3) matrix of this lesson. Why does `m / m.Sum(0)` not fail?
// 4. For matrices of shapes (1024, 65536), (65536, 32) and (32, 16384), in which order is the product A B C cheaper? Count the multiplications.
