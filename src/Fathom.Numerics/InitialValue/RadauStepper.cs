using System.Numerics;

namespace Fathom.Numerics.InitialValue;

/// <summary>The implicit Runge-Kutta method Radau IIA of order 5: three stages, L-stable, so stiffness does not shorten its steps. The stage equations are solved by a
/// simplified Newton iteration in the basis in which the method's matrix is one real and one complex number (Hairer and Wanner, Solving Ordinary Differential
/// Equations II, IV.8, from which the constants, the error estimate and the step control are taken).</summary>
sealed class RadauStepper : AdaptiveStepper
{
    const int MaxIterations = 6;
    const double Shrink = 0.2, Grow = 10;

    static readonly double S6 = Math.Sqrt(6), Third = Math.Cbrt(3), TwoThirds = Math.Cbrt(9);
    static readonly double[] C = [(4 - S6) / 10, (4 + S6) / 10, 1];

    // The eigenvalues of the inverse of the method's matrix.
    static readonly double RealMu = 3 + TwoThirds - Third;
    static readonly Complex ComplexMu = new(3 + 0.5 * (Third - TwoThirds), -0.5 * Math.Sqrt(3) * (Third + TwoThirds));

    // Its eigenvectors (real one, then real and imaginary part of the complex one), and their inverse.
    static readonly double[,] Basis =
    {
        { 0.09443876248897524, -0.14125529502095421, 0.03002919410514742 },
        { 0.25021312296533332, 0.20412935229379994, -0.38294211275726192 },
        { 1, 1, 0 },
    };

    static readonly double[,] Inverse =
    {
        { 4.17871859155190428, 0.32768282076106237, 0.52337644549944951 },
        { -4.17871859155190428, -0.32768282076106237, 0.47662355450055044 },
        { 0.50287263494578682, -2.57192694985560522, 0.59603920482822492 },
    };

    static readonly double[] ErrorWeights = [(-13 - 7 * S6) / 3, (-13 + 7 * S6) / 3, -1.0 / 3];

    // Stage values to the coefficients of x, x^2, x^3 of the collocation polynomial.
    static readonly double[,] Collocation =
    {
        { 13.0 / 3 + 7 * S6 / 3, -23.0 / 3 - 22 * S6 / 3, 10.0 / 3 + 5 * S6 },
        { 13.0 / 3 - 7 * S6 / 3, -23.0 / 3 + 22 * S6 / 3, 10.0 / 3 - 5 * S6 },
        { 1.0 / 3, -8.0 / 3, 10.0 / 3 },
    };

    readonly double[] jacobian;
    readonly double[][] z = new double[3][], w = new double[3][], stageSlope = new double[3][];
    readonly double[] state, error, stiffError;
    readonly Complex[] complexStep;
    readonly double newtonTolerance;

    DenseLu<double>? real;
    DenseLu<Complex>? complex;
    double factorisedStep, previousStep, previousError;
    bool jacobianIsCurrent, rejected;
    Segment? previous;
    int iterations;
    double rate;

    internal RadauStepper(InitialValueProblem problem, AdaptiveOptions options) : base(problem, options)
    {
        for (int s = 0; s < 3; s++) (z[s], w[s], stageSlope[s]) = (new double[Size], new double[Size], new double[Size]);
        (state, error, stiffError, complexStep) = (new double[Size], new double[Size], new double[Size], new Complex[Size]);
        jacobian = new double[Size * Size];
        newtonTolerance = Math.Max(10 * 2.2e-16 / options.RelativeTolerance, Math.Min(0.03, Math.Sqrt(options.RelativeTolerance)));
    }

    protected override int ErrorOrder => 3;

    internal override void Begin()
    {
        base.Begin();
        if (Finite(Slope)) TakeJacobian();
    }

    internal override bool Try(double h)
    {
        while (true)
        {
            if (!Factorise(h)) return Fail(h, double.NaN);
            Predict(h);
            if (SolveStages(h)) break;
            if (jacobianIsCurrent) return Fail(h, double.PositiveInfinity);
            TakeJacobian();
        }
        for (int i = 0; i < Size; i++) NewY[i] = Y[i] + z[2][i];
        Error = EstimateError(h);
        return double.IsFinite(Error) ? Judge(h) : Fail(h, double.NaN);
    }

    internal override Segment Dense(double h)
    {
        double[][] c = [[.. Y], new double[Size], new double[Size], new double[Size]];
        for (int power = 0; power < 3; power++)
            for (int i = 0; i < Size; i++)
                c[power + 1][i] = z[0][i] * Collocation[0, power] + z[1][i] * Collocation[1, power] + z[2][i] * Collocation[2, power];
        return new(T, h, c);
    }

    internal override void Accept(double h, double end)
    {
        previous = Dense(h);
        (previousStep, previousError) = (Math.Abs(h), Error);
        base.Accept(h, end);
        bool slow = iterations > 2 && rate > 1e-3;
        jacobianIsCurrent = false;
        if (slow && Finite(Slope)) TakeJacobian();
        else if (NextStep < 1.2 * previousStep && NextStep >= previousStep) NextStep = previousStep;     // keeps the factorisation
    }

    bool Judge(double h)
    {
        double length = Math.Abs(h), safety = 0.9 * (2 * MaxIterations + 1) / (2 * MaxIterations + iterations);
        double factor = safety * Predicted(length);
        if (Error > 1)
        {
            NextStep = length * Math.Max(Shrink, factor);
            rejected = true;
            return false;
        }
        Evaluate(T + h, NewY, NewSlope);
        if (!Finite(NewSlope)) return Fail(h, double.NaN);
        NextStep = length * Math.Min(rejected ? 1 : Grow, factor);
        rejected = false;
        return true;
    }

    // Gustafsson's predictive controller: the trend of the last two errors.
    double Predicted(double length)
    {
        if (Error == 0) return Grow;
        double trend = previousStep == 0 || previousError == 0 ? 1 : length / previousStep * Math.Pow(previousError / Error, 0.25);
        return Math.Min(1, trend) * Math.Pow(Error, -0.25);
    }

    bool Fail(double h, double seen)
    {
        (Error, NextStep, rejected) = (seen, 0.5 * Math.Abs(h), true);
        return false;
    }

    void Predict(double h)
    {
        for (int s = 0; s < 3; s++)
        {
            if (previous is null)
            {
                Array.Clear(z[s]);
                continue;
            }
            previous.Evaluate(T + C[s] * h, z[s]);
            for (int i = 0; i < Size; i++) z[s][i] -= Y[i];
        }
    }

    bool SolveStages(double h)
    {
        Transform(Inverse, z, w);
        double last = 0;
        rate = 0;
        for (iterations = 1; iterations <= MaxIterations; iterations++)
        {
            for (int s = 0; s < 3; s++)
            {
                for (int i = 0; i < Size; i++) state[i] = Y[i] + z[s][i];
                Evaluate(T + C[s] * h, state, stageSlope[s]);
                if (!Finite(stageSlope[s])) return false;
            }
            double size = NewtonStep(h);
            if (!double.IsFinite(size)) return false;
            if (iterations > 1)
            {
                rate = size / last;
                if (rate >= 1 || Math.Pow(rate, MaxIterations - iterations) / (1 - rate) * size > newtonTolerance) return false;
            }
            Transform(Basis, w, z);
            if (size == 0 || (iterations > 1 && rate / (1 - rate) * size < newtonTolerance)) return true;
            last = size;
        }
        return false;
    }

    /// <summary>Improves w; returns the size of the improvement.</summary>
    double NewtonStep(double h)
    {
        double mu = RealMu / h, sum = 0;
        Complex complexMu = ComplexMu / h;
        for (int i = 0; i < Size; i++)
        {
            double f0 = stageSlope[0][i], f1 = stageSlope[1][i], f2 = stageSlope[2][i];
            error[i] = Inverse[0, 0] * f0 + Inverse[0, 1] * f1 + Inverse[0, 2] * f2 - mu * w[0][i];
            complexStep[i] = new Complex(
                Inverse[1, 0] * f0 + Inverse[1, 1] * f1 + Inverse[1, 2] * f2,
                Inverse[2, 0] * f0 + Inverse[2, 1] * f1 + Inverse[2, 2] * f2) - complexMu * new Complex(w[1][i], w[2][i]);
        }
        real!.Solve(error);
        complex!.Solve(complexStep);
        for (int i = 0; i < Size; i++)
        {
            double scale = Scale(i, Y[i], Y[i]), a = error[i], b = complexStep[i].Real, c = complexStep[i].Imaginary;
            w[0][i] += a;
            w[1][i] += b;
            w[2][i] += c;
            sum += (a * a + b * b + c * c) / (scale * scale);
        }
        return Math.Sqrt(sum / (3 * Size));
    }

    double EstimateError(double h)
    {
        for (int i = 0; i < Size; i++)
        {
            stiffError[i] = (ErrorWeights[0] * z[0][i] + ErrorWeights[1] * z[1][i] + ErrorWeights[2] * z[2][i]) / h;
            error[i] = Slope[i] + stiffError[i];
        }
        real!.Solve(error);
        double size = Norm(error, Y, NewY);
        if (!(rejected || previous is null) || !(size > 1)) return size;
        // On the first step and after a rejection the estimate is filtered once more, so that stiff components do not dominate it.
        for (int i = 0; i < Size; i++) state[i] = Y[i] + error[i];
        Evaluate(T, state, error);
        for (int i = 0; i < Size; i++) error[i] += stiffError[i];
        real.Solve(error);
        return Norm(error, Y, NewY);
    }

    bool Factorise(double h)
    {
        if (real is not null && factorisedStep == h) return true;
        var (a, b) = (new double[Size * Size], new Complex[Size * Size]);
        for (int i = 0; i < a.Length; i++) (a[i], b[i]) = (-jacobian[i], -jacobian[i]);
        for (int i = 0; i < Size; i++)
        {
            a[i * Size + i] += RealMu / h;
            b[i * Size + i] += ComplexMu / h;
        }
        (real, complex, factorisedStep) = (new(a, Size), new(b, Size), h);
        Factorisations += 2;
        return !real.IsSingular && !complex.IsSingular;
    }

    void TakeJacobian()
    {
        if (Problem.Jacobian is { } given) given(T, Y, jacobian);
        else Differences();
        if (!Finite(jacobian)) throw new ArithmeticException($"[initial value] the Jacobian at t = {T} has values that are not finite: check the right-hand side's derivatives there");
        Jacobians++;
        (jacobianIsCurrent, real) = (true, null);
    }

    void Differences()
    {
        Y.CopyTo(state, 0);
        for (int j = 0; j < Size; j++)
        {
            double delta = Math.Sqrt(2.2e-16) * Math.Max(Math.Abs(Y[j]), Options.Absolute(j) / Options.RelativeTolerance);
            state[j] = Y[j] + delta;
            delta = state[j] - Y[j];
            Evaluate(T, state, error);
            for (int i = 0; i < Size; i++) jacobian[i * Size + j] = (error[i] - Slope[i]) / delta;
            state[j] = Y[j];
        }
    }

    void Transform(double[,] matrix, double[][] from, double[][] to)
    {
        for (int s = 0; s < 3; s++)
            for (int i = 0; i < Size; i++) to[s][i] = matrix[s, 0] * from[0][i] + matrix[s, 1] * from[1][i] + matrix[s, 2] * from[2][i];
    }
}
