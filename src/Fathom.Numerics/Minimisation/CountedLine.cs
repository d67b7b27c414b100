namespace Fathom.Numerics.Minimisation;

/// <summary>A function of one variable that counts its evaluations, tells them, and remembers the lowest.</summary>
sealed class CountedLine(Func<double, double> f, MinimiseOptions? options)
{
    readonly Work work = new((options ??= new()).MaxEvaluations, options.Cancellation);
    readonly Action<MinimiseProgress>? tell = options.OnIteration;

    internal int Evaluations => work.Evaluations;

    internal double X { get; private set; } = double.NaN;

    internal double F { get; private set; } = double.PositiveInfinity;

    internal double Value(double x)
    {
        work.Spend();
        double value = f(x);
        if (double.IsNaN(value)) value = double.PositiveInfinity;
        if (value < F || double.IsNaN(X)) (X, F) = (x, value);
        tell?.Invoke(new(work.Evaluations, [x], value, work.Evaluations));
        return value;
    }
}
