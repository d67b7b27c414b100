// # Limits: direct evaluation and analysis
//
// Dividing a number by itself gives 1, except that 0/0 has no value. Yet (x² - 1)/(x - 1) comes as close to 2 as one likes when x comes close to 1. That
// number is the limit. This lesson puts the point in directly, then analyses, side by side.

using Fathom.Numerics;

// ## Putting the point in
//
// Direct evaluation gives NaN ("not a number") for 0/0, and an infinity for 1/0. `Limit.Of` looks at the function along sequences of points that approach
// the place from both sides, extrapolates them, and estimates its error.

(string Name, Func<double, double> F, double At)[] forms =
[
    ("(x² - 1) / (x - 1)", x => (x * x - 1) / (x - 1), 1),
    ("(√x - 2) / (x - 4)", x => (Math.Sqrt(x) - 2) / (x - 4), 4),
    ("sin x / x", x => Math.Sin(x) / x, 0),
    ("(1 - cos x) / x²", x => (1 - Math.Cos(x)) / (x * x), 0),
    ("x sin(1/x)", x => x * Math.Sin(1 / x), 0),
    ("(1 + 1/n)^n", n => Math.Pow(1 + 1 / n, n), double.PositiveInfinity),
    ("ln x / x", x => Math.Log(x) / x, double.PositiveInfinity),
    ("1 / x²", x => 1 / (x * x), 0),
    ("|x| / x", x => Math.Abs(x) / x, 0),
    ("sin(1/x)", x => Math.Sin(1 / x), 0),
];

Console.WriteLine($"{"function",-20} {"at",8} {"direct",9}   limit");
foreach ((string name, Func<double, double> f, double at) in forms)
{
    LimitResult limit = Limit.Of(f, at);
    Console.WriteLine($"{name,-20} {at,8} {limit.Direct,9}   {Verdict(limit)}");
}

// The two columns disagree in three ways. Direct evaluation may have no answer (NaN) where there is a limit. It may have an answer that is not the limit: (1 + 1/n)^n at infinity is
// computed as 1^infinity. And an answer from it would not tell whether a limit exists at all, as the last two lines show.

// ## Why not just put in a point very close by?
//
// Because subtraction loses digits. (1 - cos x)/x² tends to 1/2, but a computer's cos x is exactly 1 for very small x, and the quotient 0:

foreach (double x in (double[])[1e-1, 1e-3, 1e-8, 1e-9])
    Console.WriteLine($"x = {x:0e+0}: {(1 - Math.Cos(x)) / (x * x):f6}");

// The analysis notices where rounding takes over and uses only what comes before.

// ## From one side
//
// A limit from the left and one from the right may exist and differ; then the two-sided limit does not exist.

LimitResult jump = Limit.Of(Math.Floor, 2);
double left = jump.Left!.Value.Value, right = jump.Right!.Value.Value;
Console.WriteLine($"floor at 2: from the left {left:f6}, from the right {right:f6}, both: {Verdict(jump)}");
Console.WriteLine($"tan at pi/2 from the left: {Verdict(Limit.Of(Math.Tan, Math.PI / 2, Side.Left))}");

// ## L'Hôpital's rule
//
// If numerator and denominator both vanish, their derivatives may take their places. With automatic derivatives that is exact: (1 - cos x)/x² needs two rounds,
// to cos x / 2 at 0.

QuotientLimit rule = Limit.OfQuotient(x => 1 - Math.Cos(x), x => x * x, 0);
Console.WriteLine($"(1 - cos x) / x² by l'Hôpital's rule, applied {rule.Order} times: {rule.Limit.Value}");
rule = Limit.OfQuotient(x => Math.Sqrt(x) - 2, x => x - 4, 4);
Console.WriteLine($"(√x - 2) / (x - 4), applied {rule.Order} time: {rule.Limit.Value}");

static string Verdict(LimitResult l) => l.Kind switch
{
    LimitKind.Finite => $"{Math.Round(l.Value, 9) + 0.0:0.#########}",
    LimitKind.Diverges when double.IsNaN(l.Value) => "diverges",
    LimitKind.Diverges => l.Value > 0 ? "diverges to +infinity" : "diverges to -infinity",
    LimitKind.DoesNotExist => "does not exist",
    _ => "undecided",
};
