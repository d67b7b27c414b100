namespace Fathom.Numerics.InitialValue;

/// <summary>One method for taking steps: holds the present point, tries a step, and knows how long the next should be.</summary>
abstract class Stepper
{
    protected Stepper(InitialValueProblem problem)
    {
        (Problem, T, Y) = (problem, problem.Start, problem.Initial.ToArray());
        (Slope, NewY, NewSlope) = (new double[Size], new double[Size], new double[Size]);
    }

    protected InitialValueProblem Problem { get; }

    protected int Size => Problem.Size;

    /// <summary>The sign of the way from start to end.</summary>
    protected double Direction => Problem.End > Problem.Start ? 1 : -1;

    internal double T { get; private set; }

    internal double[] Y { get; private set; }

    internal double[] Slope { get; private set; }

    internal double[] NewY { get; private set; }

    internal double[] NewSlope { get; private set; }

    internal int Evaluations { get; private set; }

    internal int Jacobians { get; private protected set; }

    internal int Factorisations { get; private protected set; }

    /// <summary>The length to try next, always positive.</summary>
    internal double NextStep { get; private protected set; }

    /// <summary>The error of the last step tried, as a part of what is allowed; not finite where it could not be computed.</summary>
    internal double Error { get; private protected set; }

    /// <summary>The method has seen that stability holds its steps down.</summary>
    internal bool Stiff { get; private protected set; }

    /// <summary>Evaluates the slope at the start and chooses the first step.</summary>
    internal abstract void Begin();

    /// <summary>Tries a step of signed length h; on success the new point is in NewY and NewSlope.</summary>
    internal abstract bool Try(double h);

    /// <summary>The solution within the step just tried.</summary>
    internal abstract Segment Dense(double h);

    /// <summary>Moves to the end of the step just tried.</summary>
    internal virtual void Accept(double h, double end)
    {
        T = end;
        (Y, NewY) = (NewY, Y);
        (Slope, NewSlope) = (NewSlope, Slope);
    }

    protected void Evaluate(double t, ReadOnlySpan<double> y, Span<double> slope)
    {
        Evaluations++;
        Problem.F(t, y, slope);
    }

    protected static bool Finite(ReadOnlySpan<double> values)
    {
        foreach (double v in values)
            if (!double.IsFinite(v)) return false;
        return true;
    }
}

/// <summary>What methods with an error estimate share: the norm that weighs errors by what is allowed, and the first step.</summary>
abstract class AdaptiveStepper(InitialValueProblem problem, AdaptiveOptions options) : Stepper(problem)
{
    protected AdaptiveOptions Options => options;

    /// <summary>The order of the error estimate.</summary>
    protected abstract int ErrorOrder { get; }

    internal override void Begin()
    {
        Evaluate(T, Y, Slope);
        NextStep = Math.Min(options.MaxStep, options.FirstStep ?? FirstStep());
    }

    protected double Scale(int i, double y0, double y1) => options.Absolute(i) + options.RelativeTolerance * Math.Max(Math.Abs(y0), Math.Abs(y1));

    /// <summary>The root mean square of errors, each as a part of what is allowed.</summary>
    protected double Norm(ReadOnlySpan<double> error, ReadOnlySpan<double> y0, ReadOnlySpan<double> y1)
    {
        double sum = 0;
        for (int i = 0; i < error.Length; i++)
        {
            double e = error[i] / Scale(i, y0[i], y1[i]);
            sum += e * e;
        }
        return Math.Sqrt(sum / error.Length);
    }

    // Hairer, Norsett and Wanner I, II.4: an explicit Euler step shows the size of the second derivative.
    double FirstStep()
    {
        if (!Finite(Slope)) return Math.Abs(Problem.End - Problem.Start);
        double size = Norm(Y, Y, Y), slope = Norm(Slope, Y, Y);
        double h0 = size < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * size / slope;
        h0 = Math.Min(h0, Math.Abs(Problem.End - Problem.Start));
        double[] y1 = new double[Size], f1 = new double[Size];
        for (int i = 0; i < Size; i++) y1[i] = Y[i] + Direction * h0 * Slope[i];
        Evaluate(T + Direction * h0, y1, f1);
        if (!Finite(f1)) return h0 * 1e-3;
        for (int i = 0; i < Size; i++) f1[i] -= Slope[i];
        double steepest = Math.Max(slope, Norm(f1, Y, Y) / h0);
        double h1 = steepest <= 1e-15 ? Math.Max(1e-6, h0 * 1e-3) : Math.Pow(0.01 / steepest, 1.0 / (ErrorOrder + 1));
        return Math.Min(100 * h0, h1);
    }
}
