namespace Fathom.Numerics.InitialValue;

/// <summary>Finds the constant that singles one solution of a first-order equation out of a family, from one known value.</summary>
public static class IntegrationConstant
{
    /// <summary>The constant c of y(x) = F(x) + c, where F is the antiderivative of the slope that is zero at <paramref name="origin"/>.</summary>
    /// <param name="slope">y' as a function of x alone.</param>
    /// <param name="x">Where y is known.</param>
    /// <param name="y">Its value there.</param>
    /// <param name="origin">Where F is zero; c is then the value of y there.</param>
    /// <param name="tolerance">The relative tolerance of the integral.</param>
    /// <exception cref="ArithmeticException">The integral from the origin to x does not exist, or not to this tolerance.</exception>
    public static double Of(Func<double, double> slope, double x, double y, double origin = 0, double tolerance = 1e-12)
    {
        ArgumentNullException.ThrowIfNull(slope);
        if (x == origin) return y;
        var options = new AdaptiveOptions { RelativeTolerance = tolerance, AbsoluteTolerance = tolerance, StiffnessCheck = 0 };
        IvpSolution solution = SolveIvp.DormandPrince(new((t, _) => slope(t), x, y, origin), options);
        return solution.Succeeded ? solution.Last[0] : throw new ArithmeticException($"[integration constant] from x = {x} to {origin}: {solution.Message}");
    }

    /// <summary>The constant c for which a family of solutions y(x; c) passes through a known value, by the secant method.</summary>
    /// <param name="family">The general solution: its value at x for a constant c.</param>
    /// <param name="x">Where y is known.</param>
    /// <param name="y">Its value there.</param>
    /// <param name="guess">A first value of c.</param>
    /// <exception cref="ArithmeticException">The family is not finite near the guess, does not depend on c there, or the method does not settle.</exception>
    public static double InFamily(Func<double, double, double> family, double x, double y, double guess = 1)
    {
        ArgumentNullException.ThrowIfNull(family);
        double a = guess, b = guess == 0 ? 1e-3 : guess * 1.001, fa = Miss(a), fb = Miss(b);
        for (int i = 0; i < 100 && fb != 0; i++)
        {
            if (fa == fb) throw new ArithmeticException($"[integration constant] at x = {x} the family does not depend on c near {b}: this known value says nothing, or try another guess");
            double next = b - fb * (b - a) / (fb - fa);
            if (Math.Abs(next - b) <= 4e-16 * Math.Abs(next)) return next;
            (a, fa, b) = (b, fb, next);
            fb = Miss(b);
            if (Math.Abs(b - a) <= 1e-13 * Math.Abs(b) && Math.Abs(fb) >= Math.Abs(fa)) return a;
        }
        return fb == 0 ? b : throw new ArithmeticException($"[integration constant] no constant found from the guess {guess}: the last was {b}, which misses y by {fb}; try a nearer guess");

        double Miss(double c)
        {
            double miss = family(x, c) - y;
            return double.IsFinite(miss) ? miss : throw new ArithmeticException($"[integration constant] the family at x = {x} is not finite for c = {c}: try another guess");
        }
    }
}
