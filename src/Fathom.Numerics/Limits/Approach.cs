namespace Fathom.Numerics;

/// <summary>
/// Follows a function towards a point from one side, along two geometric sequences with unrelated ratios, so that a function that happens to repeat itself along one of them is
/// found out by the other.
/// </summary>
internal sealed class Approach
{
    readonly Func<double, double> f;
    readonly double at, sign, first;
    readonly LimitOptions options;
    readonly Work work;

    // sign: +1 from larger numbers, -1 from smaller ones.
    public Approach(Func<double, double> f, double at, double sign, LimitOptions options, Work work)
    {
        (this.f, this.at, this.sign, this.options, this.work) = (f, at, sign, options, work);
        first = double.IsInfinity(at) ? 0.4 : options.Distance ?? 0.4 * Math.Max(1, Math.Abs(at));
    }

    public OneSidedLimit Limit()
    {
        List<Sample> a = Follow(first, 0.5, report: true), b = Follow(first * 0.83, 0.61, report: false);
        if (a.Count == 0 && b.Count == 0) return new(LimitKind.NotDefined, double.NaN, double.PositiveInfinity, LimitMethod.None);
        OneSidedLimit x = Settle(a, 0.5), y = Settle(b, 0.61);
        bool foundX = Accepts(x), foundY = Accepts(y);
        OneSidedLimit? found = foundX && foundY && Join(x, y) is var both && Accepts(both) ? both : null;
        // Extrapolation also finds the middle of an oscillation that repeats itself: it counts only where the function itself comes to rest.
        double rest = found is null ? 0 : 1000 * Math.Max(x.Error, y.Error);
        if (Oscillation.Lasts(a, rest) || Oscillation.Lasts(b, rest)) return new(LimitKind.DoesNotExist, double.NaN, double.PositiveInfinity, LimitMethod.Oscillation);
        if (found is not null) return found.Value;
        int growthX = Growth.Direction(a), growthY = Growth.Direction(b);
        if (growthX == 0 || growthY == 0) (growthX, growthY) = (Growth.Direction(Plunge(a, 1.5)), Growth.Direction(Plunge(b, 1.4)));
        if (growthX != 0 && growthX == growthY && !foundX && !foundY) return new(LimitKind.Diverges, growthX > 0 ? double.PositiveInfinity : double.NegativeInfinity, double.PositiveInfinity, LimitMethod.Growth);
        return new(LimitKind.Undecided, double.NaN, double.PositiveInfinity, LimitMethod.None);
    }

    bool Accepts(OneSidedLimit x) => x.Error <= options.Tolerance * Math.Max(1, Math.Abs(x.Value));

    /// <summary>The better of two values, with an error that covers the other.</summary>
    static OneSidedLimit Join(OneSidedLimit x, OneSidedLimit y)
    {
        OneSidedLimit better = x.Error <= y.Error ? x : y;
        return better with { Error = Math.Max(better.Error, Math.Abs(x.Value - y.Value)) };
    }

    /// <summary>The best value that the samples of one sequence support.</summary>
    OneSidedLimit Settle(List<Sample> samples, double ratio)
    {
        List<Sample> clean = samples[..Clean(samples)];
        OneSidedLimit best = Extrapolation.Best(clean);
        if (!Accepts(best) && Plunge(samples, ratio == 0.5 ? 1.5 : 1.4) is { Count: > 5 } deep) best = Better(best, Extrapolation.Epsilon(deep, LimitMethod.Logarithmic));
        if (!Accepts(best)) best = Better(best, Oscillation.Squeezed(samples));
        return best;
    }

    static OneSidedLimit Better(OneSidedLimit a, OneSidedLimit b) => b.Error < a.Error ? b : a;

    /// <summary>
    /// How many samples come before noise takes over: before it exceeds the change from one sample to the next after having grown well above its least. What follows may look
    /// settled, (1 - cos x) / x^2 is exactly 0 there, and must not be believed.
    /// </summary>
    static int Clean(List<Sample> s)
    {
        double least = double.PositiveInfinity;
        for (int k = 1; k < s.Count; k++)
        {
            double noise = Math.Max(s[k].Noise, s[k - 1].Noise), change = Math.Abs(s[k].F - s[k - 1].F);
            double scale = Math.Max(Math.Abs(s[k].F), Math.Abs(s[k - 1].F));
            least = Math.Min(least, noise);
            if (noise >= change / 2 && noise > 1e-14 * scale && noise >= 30 * least) return k;
        }
        return s.Count;
    }

    /// <summary>Samples at geometrically shrinking distances, from the first where the function is defined to the last where it is.</summary>
    List<Sample> Follow(double h, double ratio, bool report)
    {
        double end = double.IsInfinity(at) || at == 0 ? h * 1e-15 : 4096 * 2.2e-16 * Math.Abs(at);
        List<Sample> samples = [];
        for (; h > end; h *= ratio)
        {
            Sample s = Sample.Take(Value, h);
            if (report) options.OnSample?.Invoke(Argument(h), s.F);
            if (double.IsFinite(s.F)) samples.Add(s);
            else if (samples.Count > 0)
            {
                if (double.IsInfinity(s.F)) samples.Add(s);
                break;
            }
        }
        return samples.Count is 1 && !double.IsFinite(samples[0].F) ? [] : samples;
    }

    /// <summary>Samples whose distances are each a power of the one before, down to the smallest numbers: logarithms become geometric there. Only towards 0 and infinity, and only if noise never took over.</summary>
    List<Sample> Plunge(List<Sample> seen, double power)
    {
        List<Sample> samples = [];
        if ((at != 0 && !double.IsInfinity(at)) || seen.Count < 20 || Clean(seen) < seen.Count) return samples;
        for (double h = Math.Min(0.4, first); h > 1e-290; h = Math.Pow(h, power))
        {
            Sample s = Sample.Take(Value, h);
            if (!double.IsFinite(s.F)) break;
            samples.Add(s);
        }
        return samples;
    }

    double Argument(double h) => double.IsInfinity(at) ? Math.CopySign(1 / h, at) : at + sign * h;

    (double H, double F) Value(double h)
    {
        work.Spend();
        double x = Argument(h);
        return (double.IsInfinity(at) ? h : Math.Abs(x - at), f(x));
    }
}
