// # Data manipulation
//
// Everything in this book is a tensor: a block of numbers with axes. A vector has one axis, a matrix two, a batch of colour images four. Before
// anything can learn, we must be able to make tensors, look into them, and compute with them.

using Fathom;

// ## Getting started
//
// `Arange` counts. The number 12.0 is a `double`, so the elements are floats; `Arange(12)` would give whole numbers. C# decides by the type of the
// argument, where Python asks for a `dtype`.

Tensor x = Tensor.Arange(12.0);
Console.WriteLine(x);

// `Count` is the number of elements, `Shape` the size along each axis.

Console.WriteLine($"count {x.Count}, shape {x.Shape}, type {x.DType.Name()}");

// `Reshape` lays the same elements out in rows. One size may be given as -1: it follows from the others, so `Reshape(-1, 4)` means the same here.

Tensor m = x.Reshape(3, 4);
Console.WriteLine(m);

// Tensors of zeros, of ones, and of random numbers from the standard normal distribution take a list of sizes. `Tensor.Seed` fixes where random
// numbers start, so that a run can be repeated. The same seed gives the same numbers on any number of threads.

Console.WriteLine(Tensor.Zeros(2, 3, 4));
Console.WriteLine(Tensor.Ones(2, 3, 4));
Tensor.Seed(1);
Console.WriteLine(Tensor.RandN(3, 4));

// Numbers known beforehand come from a C# array. A two-dimensional array literal becomes a matrix.

Console.WriteLine(Tensor.From(new[,] { { 2L, 1, 4, 3 }, { 1, 2, 3, 4 }, { 4, 3, 2, 1 } }));

// ## Indexing and slicing
//
// C# has its own notation for places and ranges, and tensors follow it: `^1` is the last one (Python writes -1), `1..3` means from 1 up to but
// without 3 (Python's 1:3), and `..` alone is a whole axis (Python's :).

Console.WriteLine(m[^1]);
Console.WriteLine(m[1..3]);

// Elements and slices can be written to. A single number fills all places of a slice.

m[1, 2] = 17;
Console.WriteLine(m);
m[..2, ..] = 12;
Console.WriteLine(m);

// ## Operations
//
// `Reshape` made no copy. `m` is another view of the memory of `x`, so what we wrote to `m` shows in `x`: eight of its elements are 12 now.
// Functions such as `Exp` work on each element.

Console.WriteLine(x.Exp());

// The operators `+`, `-`, `*` and `/` combine tensors element by element. C# has no power operator; `Pow` takes its place. `b` holds whole numbers:
// joined with floats, the result is floats.

Tensor a = Tensor.From(1f, 2, 4, 8), b = Tensor.From(2L, 2, 2, 2);
Console.WriteLine(a + b);
Console.WriteLine(a - b);
Console.WriteLine(a * b);
Console.WriteLine(a / b);
Console.WriteLine(a.Pow(b));

// `Cat` joins tensors along an axis: axis 0 puts rows below rows, axis 1 puts columns beside columns.

x = Tensor.Arange(12.0).Reshape(3, 4);
Tensor y = Tensor.From(new[,] { { 2f, 1, 4, 3 }, { 1, 2, 3, 4 }, { 4, 3, 2, 1 } });
Console.WriteLine(Tensor.Cat([x, y], 0));
Console.WriteLine(Tensor.Cat([x, y], 1));

// Comparisons give a tensor of truth values. `x < y` and `x > y` are operators. For equality use `Eq`, since `==` in C# asks whether two variables hold
// the same object.

Console.WriteLine(x.Eq(y));

// A sum over all elements is a tensor too, one without axes.

Console.WriteLine(x.Sum());

// ## Broadcasting
//
// Two tensors of different shapes can be combined when the sizes agree axis by axis, counted from the last, or one of them is 1. The axis of size 1 is
// then repeated, without copying. Here a column of three meets a row of two, and both become 3 × 2.

Tensor column = Tensor.Arange(3).Reshape(3, 1), row = Tensor.Arange(2).Reshape(1, 2);
Console.WriteLine(column);
Console.WriteLine(row);
Console.WriteLine(column + row);

// Sizes that do not fit are refused, with the shapes in the message. It is worth reading such messages slowly: a wrong shape is the most common
// mistake in this field.

try { Console.WriteLine(Tensor.Ones(2, 3) + Tensor.Ones(2)); }
catch (ShapeException e) { Console.WriteLine(e.Message); }

// ## Saving memory
//
// `y = y + x` computes a new tensor and lets `y` point to it. `ReferenceEquals` tells whether two variables hold the same object.

Tensor before = y;
y = y + x;
Console.WriteLine($"y = y + x, same tensor: {ReferenceEquals(before, y)}");

// A model has millions of parameters, updated many times a second: there it pays to write into memory that is there already. Assigning to `z[..]`
// fills the tensor `z`.

Tensor z = Tensor.ZerosLike(y);
before = z;
z[..] = x + y;
Console.WriteLine($"z[..] = x + y, same tensor: {ReferenceEquals(before, z)}");

// So do the compound operators: on tensors, `x += y` adds in place. (This needs C# 14; with older rules it meant `x = x + y`.) Every other variable
// that holds the tensor, and every view of it, sees the change. That is what one wants in an optimiser, and hardly anywhere else.

before = x;
x += y;
Console.WriteLine($"x += y, same tensor: {ReferenceEquals(before, x)}");

// ## To other C# objects and back
//
// `ToArray` copies the elements into an array, `From` copies an array into a tensor. `AsSpan` copies nothing: the span is a window onto the tensor's
// own memory.

float[] array = x.ToArray<float>();
Tensor back = Tensor.From(array, x.Shape);
Console.WriteLine($"an array of {array.Length} floats, and back a tensor of shape {back.Shape}");
x.AsSpan<float>()[0] = -1;
Console.WriteLine($"first element, written through the span: {x[0, 0]}; of the array: {array[0]}");

// A tensor of one element becomes a number with `Item`, in the type that is asked for.

Tensor one = Tensor.From(3.5f);
Console.WriteLine($"{one} {one.Item()} {one.Item<float>()} {one.Item<int>()}");

// ## Exercises
//
// 1. Print `x < y` and `x > y`. Is there a place where both are false?
// 2. Combine tensors of shapes (3, 1, 2) and (4, 1) by broadcasting. Write down the shape first, then look.
// 3. Let `Tensor s = x[.., 1]` and write 100 into `s[0]`. Does `x` change? Does it if you take `x[.., 1].Clone()`?
// 4. Which of `x * 2`, `x *= 2` and `x[..] = x * 2` make a new tensor that stays?
