// # A two-bar truss by Powell's method and a penalty
//
// Two equal bars of cross-section A meet at a joint that carries the load P = 50 kN. Their supports are b = 4 m apart in all, and each bar leans at the angle θ to the
// horizontal. Flat bars are short but pull hard; steep bars are strong but long. Which θ and A need the least material,
//
//     V = b A / cos θ,
//
// if the stress σ = P / (2 A sin θ) may be 150 MPa at most and the joint may sink by δ = P b / (2 E A sin 2θ sin θ), at most 5 mm, with E = 200 GPa?

using Fathom.Numerics;
using Fathom.Numerics.Minimisation;
using Fathom.Training.Plotting;

const double P = 50e3, B = 4, E = 200e9, MaxStress = 150e6, MaxSink = 5e-3;
double Volume(double theta, double area) => B * area / Math.Cos(theta);
double Stress(double theta, double area) => P / (2 * area * Math.Sin(theta));
double Sink(double theta, double area) => P * B / (2 * E * area * Math.Sin(2 * theta) * Math.Sin(theta));

// ## A first guess
//
// At θ = 30° each limit alone asks for an area; their mean is a guess to begin with.

double thirty = Math.PI / 6;
double forStress = Stress(thirty, 1) / MaxStress, forSink = Sink(thirty, 1) / MaxSink;
double guess = (forStress + forSink) / 2;
Console.WriteLine($"stress x area at 30 degrees: {Stress(thirty, 1):f0} N, so A >= {forStress:f6} m^2");
Console.WriteLine($"sink x area at 30 degrees: {Sink(thirty, 1):f6} m^3, so A >= {forSink:f6} m^2");
Console.WriteLine($"guess: A = {guess:f6} m^2");

// ## The penalty
//
// A method without constraints learns of them by paying: the squares of what exceeds a limit, times a weight λ, are added to the volume. We measure stress and
// sinking in parts of what is allowed, so that both limits are 1.

double Excess(double part) => Math.Pow(Math.Max(0, part - 1), 2);
double Price(double theta, double area, double weight) =>
    Volume(theta, area) + weight * (Excess(Stress(theta, area) / MaxStress) + Excess(Sink(theta, area) / MaxSink));

// With the area held at the guess, the angle alone is left to Powell's method: one direction, one search. Two weights give the same answer,

foreach (double weight in new[] { 1e5, 1e6 })
{
    Minimum m = Minimise.Powell(x => Price(x[0], guess, weight), [thirty]);
    double theta = m.X[0];
    Console.WriteLine($"lambda = {weight:f0}: theta = {theta:f3} rad, A = {guess:f6} m^2, V = {Volume(theta, guess):f4} m^3");
}

// but is it the lightest truss? It is the flattest at which bars of *this* area bear the load. If a search over both variables does not move the area (when its first step is of
// the size of the angle, 0.1, a step in the area is hundreds of times the area itself) this is where it comes to rest.
//
// ## Both variables, well scaled
//
// In units of the guess the area is about 1, like the angle, and so is the volume. Now the plain penalty can grow from round to round, and its progress be watched.

double unit = Volume(thirty, guess);
Objective volume = Objective.Of(x => Volume(x[0], x[1] * guess) / unit);
Constraint[] limits =
[
    Constraint.AtMostZero(x => Stress(x[0], x[1] * guess) / MaxStress - 1),
    Constraint.AtMostZero(x => Sink(x[0], x[1] * guess) / MaxSink - 1),
];
double[] start = [thirty, 1];
var bounds = new Bounds([0.1, 0.1], [1.5, 10]);

Console.WriteLine();
Console.WriteLine("plain penalty      theta   A (mm^2)   V (m^3)    stress (MPa)  sink (mm)");
ConstrainedOptions growing = new()
{
    Bounds = bounds,
    FirstPenalty = 1,
    Feasibility = 1e-6,
    OnRound = r => Row($"lambda = {r.Penalty,-8:g3}", r.X),
};
ConstrainedMinimum plain = Minimise.Penalty(volume, limits, start, growing, Minimise.Powell);

void Row(string name, IReadOnlyList<double> x)
{
    double area = x[1] * guess;
    Console.Write($"{name,-16}  {x[0]:f4}   {area * 1e6:f2}    {Volume(x[0], area):f7}   ");
    Console.WriteLine($"{Stress(x[0], area) / 1e6:f3}      {Sink(x[0], area) * 1e3:f3}");
}

// Every round is a little too light: it breaks the stress limit by what the weight does not yet forbid. The weight must grow by ten for each digit.
//
// ## The multiplier
//
// The augmented Lagrangian remembers. What a limit has cost in one round becomes its *multiplier* and is paid from the start in the next, so the limits are met without a
// huge weight. The multiplier settles at what easing the limit would save. The sink limit does not matter, and its multiplier stays 0.

Console.WriteLine();
Console.WriteLine("augmented Lagrangian   weight   multiplier of stress, of sink   violation");
var rounds = new List<ConstrainedProgress>();
ConstrainedOptions remembering = new() { Bounds = bounds, FirstPenalty = 1, Feasibility = 1e-7, OnRound = rounds.Add };
ConstrainedMinimum best = Minimise.AugmentedLagrangian(volume, limits, start, remembering, Minimise.Powell);
foreach (ConstrainedProgress r in rounds.Take(5))
{
    Console.Write($"round {r.Round}                {r.Penalty,6:f0}   ");
    Console.WriteLine($"{r.Multipliers[0]:f4}                {r.Multipliers[1]:f4}    {r.Violation:e0}");
}
(double degrees, double found) = (best.X[0] * 180 / Math.PI, best.X[1] * guess);
Console.WriteLine($"{best.Stop}: theta = {degrees:f2} degrees, A = {found * 1e6:f2} mm^2, V = {best.Value * unit:f6} m^3");

// By hand: where the stress limit decides, A = P / (2 · 150 MPa · sin θ), so V = bP / (150 MPa · sin 2θ), which is least at θ = 45°: V = 4 m · 50 kN / 150 MPa = 0.001333 m³.
// The bars are a sixth thinner than the guess, and the truss 4.7 % lighter than the one above.

double byHand = P / (2 * MaxStress * Math.Sin(Math.PI / 4));
Console.WriteLine($"by hand: 45 degrees, {byHand * 1e6:f2} mm^2, {B * P / MaxStress:f6} m^3");

LinePlot plot = new()
{
    Title = "The least volume for each angle",
    XLabel = "angle (degrees)",
    YLabel = "volume (litres)",
    Series =
    [
        Curve("stress decides", t => Stress(t, 1) / MaxStress),
        Curve("sinking decides", t => Sink(t, 1) / MaxSink),
        new Series("found", [new(degrees, best.Value * unit * 1e3)]),
    ],
};
plot.Show("two-bar-truss");

Series Curve(string name, Func<double, double> area) =>
    new(name, [.. Enumerable.Range(20, 51).Select(d => new DataPoint(d, Litres(d * Math.PI / 180, area)))]);

double Litres(double theta, Func<double, double> area) => 1e3 * Volume(theta, area(theta));
