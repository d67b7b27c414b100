// # Automatic differentiation
//
// Training means: find out in which direction each parameter should move so that the loss falls. That direction is a gradient, and computing it by hand
// for millions of parameters is out of the question. Instead the library keeps record of what was computed, and walks back along the record by the chain rule.

using Fathom;
using Fathom.Autograd;

// ## A simple function
//
// Take y = 2 xᵀx, whose gradient is 4x.

Tensor x = Tensor.Arange(4.0);
Console.WriteLine(x);

// The gradient of a loss by x has the shape of x, and is kept with x, in `Grad`. Before that, x must be told that it is wanted. At first there is no
// gradient: the property is null.

x.RequiresGrad = true;
Console.WriteLine($"gradient yet? {x.Grad is not null}");

// What is computed from x knows where it came from. The last op, a multiplication, shows when the tensor is printed.

Tensor y = 2 * x.Dot(x);
Console.WriteLine(y);

// `Backward` goes the way back, from y to x.

y.Backward();
Console.WriteLine(x.Grad);
Console.WriteLine(x.Grad!.Eq(4 * x));

// Gradients add up from one backward pass to the next, which is of use when a loss is computed in portions. To start anew, forget the old one first. The
// gradient of a sum is 1 everywhere.

x.ZeroGrad();
x.Sum().Backward();
Console.WriteLine(x.Grad);

// ## Results that are not scalars
//
// The derivative of a vector by a vector is a matrix, the Jacobian. Seldom is the whole of it wanted; usually each element of the result belongs to a sample
// of a batch, and one asks for the gradient of the sum. So `Backward` of a vector needs to be told how much each element counts. With ones, it is the sum.

x.ZeroGrad();
y = x * x;
y.Backward(gradient: Tensor.Ones(4));
Console.WriteLine(x.Grad);

// Without the weights there is no telling what is meant, and the library says so.

try { (x * x).Backward(); }
catch (ShapeException e) { Console.WriteLine(e.Message); }

// ## Detaching
//
// Suppose z = x y and y = x². By the chain rule the derivative of z is 3x². To treat y as a given number instead, cut it off: `Detach` returns the same
// values without their history. The derivative of z = u x is then u.

x.ZeroGrad();
y = x * x;
Tensor u = y.Detach();
Tensor z = u * x;
z.Sum().Backward();
Console.WriteLine(x.Grad!.Eq(u));

// The history of y itself is still there.

x.ZeroGrad();
y.Sum().Backward();
Console.WriteLine(x.Grad!.Eq(2 * x));

// To record nothing at all, as when a trained model only predicts or an optimiser changes its parameters, open a scope.

using (GradMode.NoGrad()) Console.WriteLine($"recorded inside NoGrad? {(x * x).RequiresGrad}");

// ## Control flow
//
// Here is a function with a loop whose length depends on the values, and a branch. No formula could be written down for it beforehand. But whatever way the
// program takes, it takes through simple operations, and these are recorded.

static Tensor F(Tensor a)
{
    Tensor b = a * 2;
    while (b.Norm().Item() < 1000) b = b * 2;
    return b.Sum().Item() > 0 ? b : 100 * b;
}

// For every a, the function only multiplies a by some number k that depends on where a lies. So its derivative is k, and k is f(a) / a.

foreach (float start in (float[])[0.37f, -1.2f, 0.001f, -2500f])
{
    Tensor a = Tensor.Scalar(start).WithGrad();
    Tensor d = F(a);
    d.Backward();
    Console.WriteLine($"a = {start}: derivative {a.Grad}, equal to f(a) / a: {a.Grad!.Eq(d / a)}");
}

// ## Gradients as functions
//
// C# programs often prefer functions to objects that remember. `Differentiate.Grad` takes a function over tensors and returns the function that is its
// gradient. Nested, it gives higher derivatives: those of x³ are 3x², 6x and 6.

Func<Tensor, Tensor> cube = t => (t * t * t).Sum(), slope = Differentiate.Grad(cube);
Console.WriteLine(slope(Tensor.From(1f, 2, 3)));
Console.WriteLine(Differentiate.Derivative(t => t * t * t, order: 2)(2));

// ## Exercises
//
// 1. Call `y.Backward()` twice in a row and read the error. Then find in its text what makes a second call possible.
// 2. Take f(x) = sin x, and print f and its derivative at ten places from 0 to 2π, without writing a cosine.
// 3. Let f(x) = ((log x²) · sin x) + 1/x. Draw the graph of what depends on what, and check your derivative at x = 2 against the library's.
// 4. In the control-flow example, let a be a vector of three elements. What does `Backward` say, and what do you have to pass to it?
