namespace Fathom.Numerics.InitialValue;

/// <summary>The explicit method of order 5 with an error estimate of order 4 by Dormand and Prince (1980), its dense output of order 4, proportional-integral step
/// control and a test for stiffness as in Hairer, Norsett and Wanner, Solving Ordinary Differential Equations I, II.4 to II.6 and volume II, IV.2.</summary>
sealed class DormandPrinceStepper : AdaptiveStepper
{
    static readonly double[] C = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    static readonly double[][] A =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    // Fifth-order weights less fourth-order weights.
    static readonly double[] E = [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    // The fourth-degree term of the dense output.
    static readonly double[] D =
    [
        -12715105075.0 / 11282082432, 0, 87487479700.0 / 32700410799, -10690763975.0 / 1880347072,
        701980252875.0 / 199316789632, -1453857185.0 / 822651844, 69997945.0 / 29380423,
    ];

    const double Safety = 0.9, Shrink = 0.2, Grow = 10, Beta = 0.04, Alpha = 0.2 - 0.75 * Beta;

    readonly double[][] k = new double[7][];
    readonly double[] stage, error;
    double lastError = 1e-4;
    bool rejected;
    int stiffSigns, easySigns, accepted;

    internal DormandPrinceStepper(InitialValueProblem problem, AdaptiveOptions options) : base(problem, options)
    {
        for (int i = 0; i < k.Length; i++) k[i] = new double[Size];
        (stage, error) = (new double[Size], new double[Size]);
    }

    protected override int ErrorOrder => 4;

    internal override bool Try(double h)
    {
        Slope.CopyTo(k[0], 0);
        for (int s = 1; s < 7; s++)
        {
            double[] at = s == 6 ? NewY : stage;
            Combine(A[s], h, Y, at);
            Evaluate(T + C[s] * h, at, k[s]);
            if (!Finite(k[s])) return Fail(h);
        }
        k[6].CopyTo(NewSlope, 0);
        for (int i = 0; i < Size; i++) error[i] = h * Sum(E, i);
        Error = Norm(error, Y, NewY);
        return double.IsFinite(Error) ? Judge(h) : Fail(h);
    }

    internal override Segment Dense(double h)
    {
        // Hairer's form y0 + x (d1 + (1 - x) (d2 + x (d3 + (1 - x) d4))), multiplied out.
        var c = new double[5][];
        for (int j = 0; j < 5; j++) c[j] = new double[Size];
        for (int i = 0; i < Size; i++)
        {
            double d1 = NewY[i] - Y[i], d2 = h * k[0][i] - d1, d3 = d1 - h * k[6][i] - d2, d4 = h * Sum(D, i);
            (c[0][i], c[1][i], c[2][i], c[3][i], c[4][i]) = (Y[i], d1 + d2, d3 - d2 + d4, -d3 - 2 * d4, d4);
        }
        return new(T, h, c);
    }

    internal override void Accept(double h, double end)
    {
        accepted++;
        if (Options.StiffnessCheck > 0 && (accepted % Options.StiffnessCheck == 0 || stiffSigns > 0)) LookForStiffness(h);
        base.Accept(h, end);
    }

    bool Judge(double h)
    {
        double length = Math.Abs(h), raw = Math.Pow(Error, Alpha);
        if (Error > 1)
        {
            NextStep = length * Math.Max(Shrink, Safety / raw);
            rejected = true;
            return false;
        }
        double factor = Error == 0 ? Grow : Math.Clamp(Safety * Math.Pow(lastError, Beta) / raw, Shrink, Grow);
        NextStep = length * (rejected ? Math.Min(1, factor) : factor);
        (lastError, rejected) = (Math.Max(Error, 1e-4), false);
        return true;
    }

    bool Fail(double h)
    {
        (Error, NextStep, rejected) = (double.NaN, 0.1 * Math.Abs(h), true);
        return false;
    }

    // Stages 6 and 7 lie at the same time: their slopes' difference over their states' shows the dominant eigenvalue (Hairer and Wanner II, IV.2).
    void LookForStiffness(double h)
    {
        double slopes = 0, states = 0;
        for (int i = 0; i < Size; i++)
        {
            slopes += Square(k[6][i] - k[5][i]);
            states += Square(NewY[i] - stage[i]);
        }
        if (states == 0) return;
        if (Math.Abs(h) * Math.Sqrt(slopes / states) > 3.25)
        {
            easySigns = 0;
            Stiff = ++stiffSigns >= 15;
        }
        else if (++easySigns >= 6)
        {
            stiffSigns = 0;
        }
    }

    void Combine(double[] weights, double h, double[] from, double[] to)
    {
        for (int i = 0; i < Size; i++)
        {
            double sum = 0;
            for (int j = 0; j < weights.Length; j++) sum += weights[j] * k[j][i];
            to[i] = from[i] + h * sum;
        }
    }

    double Sum(double[] weights, int i)
    {
        double sum = 0;
        for (int j = 0; j < weights.Length; j++) sum += weights[j] * k[j][i];
        return sum;
    }

    static double Square(double x) => x * x;
}
