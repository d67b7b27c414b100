using static Fathom.Numerics.Minimisation.QuasiNewton;

namespace Fathom.Numerics.Minimisation;

/// <summary>An estimate of the inverse of the matrix of second derivatives, learnt from steps.</summary>
interface ICurvature
{
    bool IsKnown { get; }

    /// <summary>Minus the estimate times the gradient.</summary>
    double[] Direction(double[] gradient);

    /// <summary>Learns from a step and the change of the gradient over it; their product is positive.</summary>
    void Learn(double[] step, double[] change);

    void Forget();
}

/// <summary>The whole matrix, updated by Broyden, Fletcher, Goldfarb and Shanno's formula (Nocedal and Wright, Numerical Optimization, 6.17 and 6.20).</summary>
sealed class BfgsMatrix : ICurvature
{
    double[,]? inverse;

    public bool IsKnown => inverse is not null;

    public double[] Direction(double[] gradient) => inverse is null ? [.. gradient.Select(v => -v)] : [.. Times(gradient).Select(v => -v)];

    public void Learn(double[] step, double[] change)
    {
        int n = step.Length;
        double sy = Dot(step, change);
        inverse ??= Scaled(n, sy / Dot(change, change));
        double[] hy = Times(change);
        double curve = 1 + Dot(change, hy) / sy;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) inverse[i, j] += (curve * step[i] * step[j] - hy[i] * step[j] - step[i] * hy[j]) / sy;
    }

    public void Forget() => inverse = null;

    static double[,] Scaled(int n, double scale)
    {
        var h = new double[n, n];
        for (int i = 0; i < n; i++) h[i, i] = scale;
        return h;
    }

    double[] Times(double[] v)
    {
        var result = new double[v.Length];
        for (int i = 0; i < v.Length; i++)
            for (int j = 0; j < v.Length; j++) result[i] += inverse![i, j] * v[j];
        return result;
    }
}

/// <summary>The last few steps alone, applied by the two-loop recursion (Nocedal and Wright, Numerical Optimization, algorithm 7.4).</summary>
sealed class LimitedMemory(int memory) : ICurvature
{
    readonly List<(double[] S, double[] Y, double Rho)> pairs = [];

    public bool IsKnown => pairs.Count > 0;

    public double[] Direction(double[] gradient)
    {
        double[] q = [.. gradient.Select(v => -v)];
        if (pairs.Count == 0) return q;
        var alpha = new double[pairs.Count];
        for (int k = pairs.Count - 1; k >= 0; k--) Add(q, -(alpha[k] = pairs[k].Rho * Dot(pairs[k].S, q)), pairs[k].Y);
        double scale = 1 / (pairs[^1].Rho * Dot(pairs[^1].Y, pairs[^1].Y));
        for (int i = 0; i < q.Length; i++) q[i] *= scale;
        for (int k = 0; k < pairs.Count; k++) Add(q, alpha[k] - pairs[k].Rho * Dot(pairs[k].Y, q), pairs[k].S);
        return q;
    }

    public void Learn(double[] step, double[] change)
    {
        if (pairs.Count == memory) pairs.RemoveAt(0);
        pairs.Add((step, change, 1 / Dot(step, change)));
    }

    public void Forget() => pairs.Clear();

    static void Add(double[] to, double factor, double[] what)
    {
        for (int i = 0; i < to.Length; i++) to[i] += factor * what[i];
    }
}
