// # The gradient tape
//
// Another way to ask for gradients, known from TensorFlow: start a tape, compute, then ask the tape for the derivative of one thing by another. Nothing is stored with
// the tensors; gradients are returned.

using Fathom;
using Fathom.Autograd;
using Fathom.Training;

Lesson.Start(args);

// ## A scalar
//
// The derivative of 2x + 3 is 2. What is to be differentiated by must be watched, so that the tape knows which computations to keep. `using` ends the tape where the
// braces close, as Python's `with` does.

Tensor x = Tensor.Scalar(0f), y;
using (var tape = new GradientTape())
{
    tape.Watch(x);
    y = 2 * x + 3;
    Console.WriteLine(tape.Gradient(y, x));
}

// ## A matrix
//
// With a matrix in the place of x the result has four elements. The tape then gives the gradient of their sum, which has the shape of x: each element moves one
// element of the result, with slope 2.

Tensor square = Tensor.Rand(2, 2);
using (var tape = new GradientTape())
{
    tape.Watch(square);
    Console.WriteLine(tape.Gradient(2 * square + 3, square));
}

// ## Weights and bias of a layer
//
// A layer without activation computes x W + b. Tensors that require gradients by themselves, as the parameters of a model do, need not be watched. The two
// gradients come in one call.

Tensor w = Tensor.Rand(2, 2).WithGrad(), b = Tensor.Zeros(2).WithGrad();
Tensor input = Tensor.From(new[,] { { 0.5f, 0.25f }, { 0.75f, 0.125f } });
using (var tape = new GradientTape())
{
    y = input.MatMul(w) + b;
    Tensor?[] g = tape.Gradient(y, [w, b]);
    Console.WriteLine(g[0]);
    Console.WriteLine(g[1]);
}

// Row i of the first gradient is the sum of column i of the input, twice: 0.5 + 0.75, then 0.25 + 0.125. An entry of W in row i multiplies feature i of every sample, and
// enters one column of the result. W itself does not appear, since the layer is linear in W. The bias is added to both samples, so its gradient is 2.

// ## By two variables
//
// Take f(x, y) = x²y + xy + 3y. On paper: df/dx = 2xy + y, df/dy = x² + x + 3. At x = 2, y = 1 that is 5 and 9.

Tensor u = Tensor.Scalar(2f).WithGrad(), v = Tensor.Scalar(1f).WithGrad();
using (var tape = new GradientTape())
{
    Tensor f = u * u * v + u * v + 3 * v;
    Tensor?[] g = tape.Gradient(f, [u, v]);
    Console.WriteLine($"{g[0]} {g[1]}");
}

// ## One sample through a layer
//
// With a single sample (1, 4, 3) the gradient by W shows the sample itself in each column.

Tensor sample = Tensor.From(new[,] { { 1f, 4, 3 } });
Tensor weights = Tensor.From(new[,] { { 0.1f, 0.2f }, { 0.3f, 0.4f }, { 0.5f, 0.6f } }).WithGrad();
Tensor bias = Tensor.Zeros(2).WithGrad();
using (var tape = new GradientTape())
{
    Tensor?[] g = tape.Gradient(sample.MatMul(weights) + bias, [weights, bias]);
    Console.WriteLine(g[0]);
    Console.WriteLine(g[1]);
}

// Now the cube, (x W + b)³. The chain rule puts the factor 3 (x W + b)² in front: that is the gradient by b, and times 1, 4 and 3 it gives the rows of the gradient by W.

using (var tape = new GradientTape())
{
    Tensor z = (sample.MatMul(weights) + bias).Pow(3);
    Tensor?[] g = tape.Gradient(z, [weights, bias]);
    Console.WriteLine(g[0]);
    Console.WriteLine(g[1]);
    Console.WriteLine($"3 (xW + b)²: {3 * (sample.MatMul(weights) + bias).Detach().Square()}");
}

// ## Tapes in tapes
//
// While an outer tape is open, it also records how the inner one computes its gradient. So the second derivative is the derivative of the first: for x³ at 2 they are
// 12 and 12; for the sine at 0.5, its cosine and minus itself.

void TwoDerivatives(string name, Func<Tensor, Tensor> f, Tensor t)
{
    using var outer = new GradientTape();
    outer.Watch(t);
    Tensor first;
    using (var inner = new GradientTape())
    {
        inner.Watch(t);
        first = inner.Gradient(f(t), t);
    }
    Console.WriteLine($"{name}: first {first.Item():f4}, second {outer.Gradient(first, t).Item():f4}");
}

TwoDerivatives("cube", t => t * t * t, Tensor.Scalar(2f));
TwoDerivatives("sine", t => t.Sin(), Tensor.Scalar(0.5f));

// ## Exercises
//
// 1. Leave out a `Watch`. What does the error say?
// 2. Ask one tape for gradients twice. What must be changed so that it works?
// 3. A falling body is at 4.9 t² metres after t seconds. Get its speed and its acceleration at t = 2 from nested tapes.
// 4. Which entries of x W + b does W[0, 1] move? Find out from the tape, by passing weights for the elements as its third argument.
