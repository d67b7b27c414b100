// # Derivatives of lambda functions
//
// A C# lambda is a value: it can be stored, called and handed to a method. It can also be differentiated.

using Fathom;
using Fathom.Numerics;

// ## First derivatives
//
// `Derivative.Of` takes a lambda and returns its derivative, again something to call. Nothing is approximated: the rules of calculus (sum, product, chain)
// are applied to every step that the lambda takes. For f(x) = x³ - 2x the derivative is 3x² - 2, so 10 at x = 2.

Func<double, double> slope = Derivative.Of(x => Math.Pow(x, 3) - 2 * x);
Console.WriteLine($"f'(2) = {slope(2)}");

// ## Any order
//
// The second argument asks for a higher derivative. The derivatives of the sine go round in a circle of four.

for (int order = 1; order <= 4; order++)
    Console.WriteLine($"sine, derivative {order} at 0.5: {Derivative.Of(x => Math.Sin(x), order)(0.5):f12}");

// All derivatives at one point, together with the value, are the coefficients of the Taylor series, up to factorials. For e^x at 0 they are all 1.

Console.WriteLine($"e^x at 0: {string.Join(" ", Derivative.UpTo(x => Math.Exp(x), 0, 6))}");

// ## Branches and captured variables
//
// A lambda may choose with `?:` and may use variables from outside. The derivative is that of the branch that is taken.

double steepness = 3;
Func<double, double> ramp = Derivative.Of(x => x > 0 ? steepness * x : 0.1 * x);
Console.WriteLine($"ramp: {ramp(-1)} and {ramp(1)}");

// ## Several variables
//
// The gradient collects the first derivatives, the Hessian the second ones, the Jacobian the first derivatives of several values. Functions of many
// variables are written over a tensor.

double[] g = Derivative.Gradient((x, y) => x * x * y)(3, 2);
Console.WriteLine($"gradient of x²y at (3, 2): {string.Join(" ", g)}");
double[,] h = Derivative.Hessian(x => (x[0] * x[0] * x[1]))([3, 2]);
Console.WriteLine($"its Hessian: {h[0, 0]} {h[0, 1]} / {h[1, 0]} {h[1, 1]}");
double[,] j = Derivative.Jacobian(p => Tensor.Stack([p[0] * p[1].Cos(), p[0] * p[1].Sin()]))([2, 0]);
Console.Write("Jacobian of polar coordinates at r = 2, angle 0: ");
Console.WriteLine($"{j[0, 0]} {j[0, 1]} / {j[1, 0]} {j[1, 1]}");

// ## Beside difference quotients
//
// The definition of the derivative suggests (f(x + h) - f(x - h)) / 2h with a small h. How small? With h too large the quotient is not the tangent; with h
// too small the subtraction loses the digits that matter. Watch the error of the derivative of e^x at 1 fall, and rise again:

foreach (double step in (double[])[1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11])
{
    double quotient = (Math.Exp(1 + step) - Math.Exp(1 - step)) / (2 * step);
    double digits = Math.Ceiling(Math.Log10(Math.Abs(quotient - Math.E)));
    Console.WriteLine($"h = {step:0e+0}: error below {Math.Pow(10, digits):0e+0}");
}

// `FiniteDifference.Derivative` does better: it extrapolates quotients of several steps to h = 0 and says how far it trusts the result. It is for functions
// that can only be called. `Derivative.Compare` sets both side by side.

DerivativeComparison c = Derivative.Compare(x => Math.Exp(x) * Math.Sin(x), 0.8, 2);
Console.WriteLine($"automatic {c.Automatic:f10}, by differences {c.Numerical.Value:f8}, agree: {c.Agree}");
