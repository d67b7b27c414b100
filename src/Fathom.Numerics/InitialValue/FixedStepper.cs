namespace Fathom.Numerics.InitialValue;

/// <summary>Explicit Runge-Kutta methods whose stages need the previous stage alone, at a fixed step: Euler, midpoint and the classical method.</summary>
sealed class FixedStepper : Stepper
{
    readonly double[] nodes, weights;
    readonly double[] stage, slope, sum;

    internal FixedStepper(InitialValueProblem problem, int steps, double[] nodes, double[] weights) : base(problem)
    {
        (this.nodes, this.weights) = (nodes, weights);
        (stage, slope, sum) = (new double[Size], new double[Size], new double[Size]);
        NextStep = Math.Abs(problem.End - problem.Start) / steps;
    }

    internal override void Begin() => Evaluate(T, Y, Slope);

    internal override bool Try(double h)
    {
        Slope.CopyTo(slope, 0);
        for (int i = 0; i < Size; i++) sum[i] = weights[0] * slope[i];
        for (int s = 1; s < nodes.Length; s++)
        {
            for (int i = 0; i < Size; i++) stage[i] = Y[i] + nodes[s] * h * slope[i];
            Evaluate(T + nodes[s] * h, stage, slope);
            for (int i = 0; i < Size; i++) sum[i] += weights[s] * slope[i];
        }
        for (int i = 0; i < Size; i++) NewY[i] = Y[i] + h * sum[i];
        Evaluate(T + h, NewY, NewSlope);
        Error = Finite(NewY) && Finite(NewSlope) ? 0 : double.NaN;
        return double.IsFinite(Error);
    }

    internal override Segment Dense(double h) => Segment.Hermite(T, h, Y, Slope, NewY, NewSlope);
}
