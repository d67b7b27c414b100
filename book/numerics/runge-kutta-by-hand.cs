// # Runge-Kutta by hand
//
// We know y at one point and the slope y' = f(x, y) everywhere. How far has y come after a step h? Every method here answers with
// "h times a slope"; they differ in which slope.
//
// Our example is y' = x + y with y(0) = 1. Its solution is y = 2eˣ - x - 1, so that we can see every error.

using Fathom.Numerics.InitialValue;
using Fathom.Training.Plotting;

double F(double x, double y) => x + y;
double Exact(double x) => 2 * Math.Exp(x) - x - 1;

// ## One step of each method, h = 0.2
//
// *Euler* takes the slope at the start. It is too small here, because the curve gets steeper on the way.

double h = 0.2, x0 = 0, y0 = 1;
double k1 = F(x0, y0);
Console.WriteLine($"Euler:       k1 = {k1:f6}, y(0.2) = {y0 + h * k1:f6}");

// *The midpoint method* walks half a step with that slope, and takes the slope found there for the whole step.

double k2 = F(x0 + h / 2, y0 + h / 2 * k1);
Console.WriteLine($"Midpoint:    k2 = {k2:f6}, y(0.2) = {y0 + h * k2:f6}");

// *Runge-Kutta* looks in the middle once more with the better slope, then at the end, and takes the mean of the four slopes with weights 1, 2, 2, 1, as
// Simpson's rule weighs both ends and the middle.

double k3 = F(x0 + h / 2, y0 + h / 2 * k2), k4 = F(x0 + h, y0 + h * k3);
double step = y0 + h * (k1 + 2 * k2 + 2 * k3 + k4) / 6;
Console.WriteLine($"Runge-Kutta: k3 = {k3:f6}, k4 = {k4:f6}, y(0.2) = {step:f6}");
Console.WriteLine($"Solution:    y(0.2) = {Exact(0.2):f6}");

// The library's step is the same, to the last digit:

var once = new InitialValueProblem(F, 0, 1, 0.2);
double theirs = SolveIvp.RungeKutta4(once, 1).Last[0];
Console.WriteLine($"the library's step differs by {Math.Abs(theirs - step):g3}");

// ## The order shows when the step is halved
//
// Halving the step halves Euler's error, quarters the midpoint method's, and divides Runge-Kutta's by sixteen. That is what is meant by order 1, 2 and 4.

var problem = new InitialValueProblem(F, 0, 1, 2);
double Error(IvpSolution s) => Math.Abs(s.Last[0] - Exact(2));
int[] counts = [10, 20, 40, 80, 160];
double[][] errors =
[
    [.. counts.Select(n => Error(SolveIvp.Euler(problem, n)))],
    [.. counts.Select(n => Error(SolveIvp.Midpoint(problem, n)))],
    [.. counts.Select(n => Error(SolveIvp.RungeKutta4(problem, n)))],
];
Console.WriteLine();
Console.WriteLine("steps     Euler   midpoint  Runge-Kutta   errors at x = 2");
for (int i = 0; i < counts.Length; i++)
    Console.WriteLine($"{counts[i],5}  {errors[0][i]:e2}  {errors[1][i]:e2}  {errors[2][i]:e2}");
Console.WriteLine($"order  {Order(0),8:f2}  {Order(1),8:f2}  {Order(2),8:f2}");

double Order(int method) => Math.Log2(errors[method][^2] / errors[method][^1]);

// ## Letting the method choose its steps
//
// The method of Dormand and Prince computes six slopes a step and combines them in two ways, of order 5 and 4. The difference of the two says how large the error is: where it is
// too large the step is taken again, shorter; where it is small the next one is longer.

int taken = 0;
AdaptiveOptions options = new()
{
    RelativeTolerance = 1e-6,
    AbsoluteTolerance = 1e-6,
    OnStep = s => taken += s.Accepted ? 1 : 0,
};
IvpSolution adaptive = SolveIvp.DormandPrince(problem, options);
Console.WriteLine();
int slopes = adaptive.Work.Evaluations;
Console.WriteLine($"Dormand-Prince at 1e-6: {taken} steps, {slopes} slopes, error {Error(adaptive):e1}");

LinePlot plot = new()
{
    Title = "Error at x = 2 against the number of steps",
    XLabel = "steps",
    YLabel = "error",
    XScale = AxisScale.Log,
    YScale = AxisScale.Log,
    Series = [Curve("Euler", errors[0]), Curve("midpoint", errors[1]), Curve("Runge-Kutta", errors[2])],
};
plot.Show("runge-kutta-by-hand");

Series Curve(string name, double[] values) => new(name, [.. counts.Zip(values, (n, e) => new DataPoint(n, e))]);
