namespace Fathom.Numerics;

/// <summary>The least and the greatest value of each variable; infinite where there is no bound.</summary>
public sealed record Bounds
{
    /// <summary>Bounds for each variable.</summary>
    /// <param name="lower">The least values.</param>
    /// <param name="upper">The greatest values, as many.</param>
    /// <exception cref="ArgumentException">The numbers of values differ, a value is not a number, or a lower bound lies above the upper.</exception>
    public Bounds(IReadOnlyList<double> lower, IReadOnlyList<double> upper)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        if (lower.Count != upper.Count) throw new ArgumentException($"[bounds] {lower.Count} lower and {upper.Count} upper bounds: give one of each for every variable");
        for (int i = 0; i < lower.Count; i++)
            if (!(lower[i] <= upper[i])) throw new ArgumentException($"[bounds] variable {i} is to lie between {lower[i]} and {upper[i]}: the lower bound must not be above the upper");
        (Lower, Upper) = (lower, upper);
    }

    /// <summary>The least values.</summary>
    public IReadOnlyList<double> Lower { get; }

    /// <summary>The greatest values.</summary>
    public IReadOnlyList<double> Upper { get; }

    /// <summary>The same bounds for n variables.</summary>
    public static Bounds All(int n, double lower, double upper) => new([.. Enumerable.Repeat(lower, n)], [.. Enumerable.Repeat(upper, n)]);

    internal bool Contains(double[] x) => !x.Where((v, i) => v < Lower[i] || v > Upper[i]).Any();

    internal double Clip(int i, double v) => Math.Clamp(v, Lower[i], Upper[i]);
}
