// # Tensor reshaping
//
// A network of dense layers wants a row of numbers for each image, but images come as squares. Nothing has to be computed for that: the same numbers are only
// cut into rows differently.

using Fathom;
using Fathom.Data;

// ## Images into rows
//
// Digits of 28 × 28 pixels: here a few that the library draws by itself, a thousand to train with. One row of 784 pixels each is what a dense layer can take.

LabeledImages digits = ImageData.Glyphs(train: 1000, test: 0).Train;
Tensor images = digits.Gather([.. Enumerable.Range(0, digits.Count)]).Input;
Tensor rows = images.Reshape(1000, 28 * 28);
Console.WriteLine($"{images.Shape} becomes {rows.Shape}");

// `Flatten(1)` joins all axes from axis 1 on, so that the number of images need not be written.

Console.WriteLine(images.Flatten(1).Shape);

// ## Order is kept
//
// Elements keep their order, row by row. Only the ends of the rows move. The number of elements cannot change.

Tensor x = Tensor.From(new[,] { { 0.0, 1 }, { 2, 3 }, { 4, 5 } }).To(DType.Float32);
Console.WriteLine(x.Shape);
Console.WriteLine(x.Reshape(6, 1));
Console.WriteLine(x.Reshape(2, 3));
try { x.Reshape(4, 2); }
catch (ShapeException e) { Console.WriteLine(e.Message); }

// ## Views
//
// Reshaping costs nothing, since no number moves: both tensors look at the same memory. So a change made through one is seen in the other.

Tensor column = x.Reshape(6, 1);
column[5, 0] = 50;
Console.WriteLine(x);

// ## Transposing is something else
//
// Transposing exchanges rows and columns, so the order changes: read row by row, the elements come in another sequence. (3, 2) reshaped to (2, 3) and (3, 2)
// transposed have equal shapes and different contents.

x = Tensor.Arange(6.0).Reshape(3, 2);
Console.WriteLine(x.Reshape(2, 3));
Console.WriteLine(x.T);
Console.WriteLine(Tensor.Zeros(300, 20).T.Shape);
Console.WriteLine(x.Reshape(6, 1).T.Shape);

// It is a view nonetheless. What changes are the strides, the steps in memory from one element to the next along each axis.

Console.WriteLine($"strides of x: {x.Stride(0)} and {x.Stride(1)}");
Console.WriteLine($"of its transpose: {x.T.Stride(0)} and {x.T.Stride(1)}");

// ## Exercises
//
// 1. Reshape `Arange(24)` to (2, 3, 4) and exchange the first and last axes by `Transpose(0, 2)`. Where is the number 1 now, and where 23?
// 2. `Permute(0, 2, 3, 1)` turns images (N, C, H, W) into (N, H, W, C). Check on one pixel that it does what the name says, and that `Reshape` to that shape does
//    not.
// 3. Can a transposed matrix be reshaped into a vector without copying? Print what `x.T.Reshape(6)` gives, write into it, and look at x.
