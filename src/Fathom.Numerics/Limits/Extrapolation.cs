namespace Fathom.Numerics;

/// <summary>Values of a sequence of samples at distance zero.</summary>
internal static class Extrapolation
{
    static readonly OneSidedLimit Nothing = new(LimitKind.Undecided, double.NaN, double.PositiveInfinity, LimitMethod.None);

    /// <summary>The value with the smallest error estimate.</summary>
    public static OneSidedLimit Best(List<Sample> s)
    {
        OneSidedLimit best = Direct(s);
        OneSidedLimit richardson = Richardson(s), epsilon = Epsilon(s, LimitMethod.Epsilon);
        if (richardson.Error < best.Error) best = richardson;
        return epsilon.Error < best.Error ? epsilon : best;
    }

    /// <summary>The last value, if the changes shrink at a steady rate; what is left to come is the rest of a geometric series.</summary>
    static OneSidedLimit Direct(List<Sample> s)
    {
        int n = s.Count;
        if (n < 8 || !double.IsFinite(s[^1].F)) return Nothing;
        double rate = 0, last = 0, spread = s[^1].High - s[^1].Low;
        for (int k = n - 5; k < n; k++)
        {
            double before = Math.Abs(s[k - 1].F - s[k - 2].F), change = Math.Abs(s[k].F - s[k - 1].F);
            if (change > 2 * s[k].Noise) rate = Math.Max(rate, change / before);
            last = Math.Max(change, last * 0.5);
        }
        if (!(rate < 0.97)) return Nothing;
        return new(LimitKind.Finite, s[^1].F, 2 * last / (1 - rate) + spread + 2 * s[^1].Noise, LimitMethod.Direct);
    }

    /// <summary>Neville's scheme at distance zero.</summary>
    static OneSidedLimit Richardson(List<Sample> s)
    {
        OneSidedLimit best = Nothing;
        List<double> previous = [];
        for (int i = 0; i < s.Count && double.IsFinite(s[i].F); i++)
        {
            List<double> row = [s[i].F];
            double noise = s[i].Noise;
            for (int j = 0; j < Math.Min(previous.Count, 12); j++)
            {
                double far = s[i - j - 1].H, near = s[i].H, next = row[j] + (row[j] - previous[j]) * near / (far - near);
                noise = Math.Max(noise, s[i - j - 1].Noise);
                Keep(ref best, next, 2 * Math.Max(Math.Abs(next - row[j]), Math.Abs(next - previous[j])) + 10 * noise, LimitMethod.Richardson, j > 0);
                row.Add(next);
            }
            previous = row;
        }
        return best;
    }

    /// <summary>P. Wynn's epsilon algorithm (Mathematical Tables and Other Aids to Computation 10 (1956) 91): exact for sums of powers of the distance along a geometric sequence.</summary>
    /// <remarks>It also gives divergent sequences a value; hence only stretches count whose changes shrink.</remarks>
    public static OneSidedLimit Epsilon(List<Sample> s, LimitMethod method)
    {
        OneSidedLimit best = Nothing;
        List<double> previous = [], beforeThat = [];
        for (int i = 0; i < s.Count && double.IsFinite(s[i].F); i++)
        {
            List<double> row = [s[i].F];
            double noise = s[i].Noise;
            for (int j = 0; j < Math.Min(previous.Count, 12); j++)
            {
                double difference = row[j] - previous[j];
                if (difference == 0 || (j % 2 == 0 && Math.Abs(difference) <= 2 * noise)) break;
                double next = (j == 0 ? 0 : previous[j - 1]) + 1 / difference;
                noise = Math.Max(noise, s[i - j - 1].Noise);
                row.Add(next);
                if (j % 2 == 0 || !Shrinks(s, i - j - 1, i)) continue;
                double across = j + 1 < previous.Count ? Math.Abs(next - row[j - 1]) + Math.Abs(next - previous[j + 1]) : double.PositiveInfinity;
                double down = j + 1 < beforeThat.Count && j + 1 < previous.Count ? Remainder(next - previous[j + 1], previous[j + 1] - beforeThat[j + 1], 10 * noise) : double.PositiveInfinity;
                double gain = Math.Abs(row[j - 1] - previous[j - 1]) is > 0 and var d ? Math.Abs(next - row[j - 1]) / d : 1;     // rounding grows like this squared
                Keep(ref best, next, 2 * Math.Min(across, down) + 10 * noise * (1 + gain * gain), method, true);
            }
            (beforeThat, previous) = (previous, row);
        }
        return best;
    }

    /// <summary>Whether the last change between two samples is smaller than the first.</summary>
    static bool Shrinks(List<Sample> s, int from, int to) => Math.Abs(s[to].F - s[to - 1].F) < 0.999 * Math.Abs(s[from + 1].F - s[from].F);

    /// <summary>What is still to come after two changes, if the changes go on shrinking at that rate.</summary>
    static double Remainder(double change, double before, double noise)
    {
        (change, before) = (Math.Abs(change), Math.Abs(before));
        if (change <= noise) return Math.Max(change, before);
        return change < 0.97 * before ? change / (1 - change / before) : double.PositiveInfinity;
    }

    static void Keep(ref OneSidedLimit best, double value, double error, LimitMethod method, bool enough)
    {
        if (enough && error < best.Error && double.IsFinite(value)) best = new(LimitKind.Finite, value, error, method);
    }
}
