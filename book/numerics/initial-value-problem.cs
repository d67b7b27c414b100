// # A first-order initial value problem
//
// A differential equation of first order says how fast a quantity changes wherever it is. It does not say where it is: whole families of curves obey it. One known
// value picks one curve out of the family, by fixing the *constant of integration*.

using Fathom;
using Fathom.Numerics;
using Fathom.Numerics.InitialValue;
using Fathom.Training.Plotting;

// ## When the slope depends on x alone
//
// Let y' = 3x² - 4x + 1, and let y(2) = 5 be known. Integrating gives y = x³ - 2x² + x + c. At x = 2 the powers add up to 2, so c must be 3. The library
// finds the same number without the formula: it follows the curve from the known value back to x = 0, where all the powers vanish.

double c = IntegrationConstant.Of(x => 3 * x * x - 4 * x + 1, x: 2, y: 5);
Console.WriteLine($"y' = 3x^2 - 4x + 1 with y(2) = 5: c = {c:f6}");

// ## When it depends on y too
//
// Let y' = -2xy. Separating the variables gives dy / y = -2x dx and so y = c exp(-x²): here the constant *multiplies*. If y(1) = 2 is known,
// then c = 2e = 5.436564. Where the family cannot be solved for c by hand, the secant method does it.

Func<double, double, double> family = (x, constant) => constant * Math.Exp(-x * x);
double k = IntegrationConstant.InFamily(family, x: 1, y: 2);
Console.WriteLine($"y' = -2xy with y(1) = 2: c = {k:f6}, by hand 2e = {2 * Math.E:f6}");

// Is it really a solution? Differentiating tells: at x = 0.7 the derivative of the formula must be -2xy.

double derivative = Derivative.Of((Tensor x) => k * (-x * x).Exp())(0.7);
Console.WriteLine($"at x = 0.7: derivative {derivative:f6}, -2xy = {-2 * 0.7 * family(0.7, k):f6}");

// ## When there is no formula at all
//
// The known value is then all there is, and all that is needed: the equation is followed from it, to the right and to the left.

var options = new AdaptiveOptions { RelativeTolerance = 1e-9, AbsoluteTolerance = 1e-11 };
Func<double, double, double> slope = (x, y) => -2 * x * y;
IvpSolution right = SolveIvp.DormandPrince(new(slope, 1, 2, 3), options);
IvpSolution left = SolveIvp.DormandPrince(new(slope, 1, 2, -2), options);
Console.WriteLine();
Console.WriteLine("    x    followed      formula");
foreach (double x in new[] { -2.0, -1, 0, 1, 2, 3 })
{
    double y = (x < 1 ? left : right).At(x)[0];
    Console.WriteLine($"{x,5:f1}  {y:f8}  {family(x, k):f8}");
}
Console.WriteLine($"at x = 0 the curve passes through {left.At(0)[0]:f6}: the constant again");

// ## What the methods say when there is nothing to follow
//
// y' = y² from y(0) = 1 is y = 1 / (1 - x), which has no value at x = 1. The solver does not run for ever: it stops and says so.

IvpSolution pole = SolveIvp.DormandPrince(new((x, y) => y * y, 0, 1, 2));
Console.WriteLine();
Console.WriteLine($"y' = y^2 with y(0) = 1, followed to 2: {pole.Stop} at x = {pole.LastTime:f4}");

// ## The family and the one curve

double[] grid = [.. Enumerable.Range(0, 101).Select(i => -2 + i * 0.05)];
var plot = new LinePlot
{
    Title = "y' = -2xy: one known value picks one curve",
    XLabel = "x",
    YLabel = "y",
    Series =
    [
        .. new[] { 1.5, 3, 7 }.Select(v => Curve($"c = {v}", x => family(x, v), LineStyle.Dashed)),
        Curve("through (1, 2)", x => (x < 1 ? left : right).At(x)[0], LineStyle.Solid),
    ],
};
plot.Show("initial-value-problem");

Series Curve(string name, Func<double, double> f, LineStyle style) =>
    new(name, [.. grid.Select(x => new DataPoint(x, f(x)))], style);
