namespace Fathom.Numerics;

/// <summary>One search for a zero of a function of one number: the best point, the bracket around it, and the work done.</summary>
internal sealed class RootSearch
{
    readonly string method;
    readonly Func<double, double> f;
    readonly RootOptions options;
    readonly Work work;
    double best, bestValue = double.NaN, other, otherValue, error = double.PositiveInfinity;     // the zero lies between best and other
    int iterations;

    public RootSearch(string method, Func<double, double> f, RootOptions? options)
    {
        ArgumentNullException.ThrowIfNull(f);
        (this.method, this.f, this.options) = (method, f, options ?? new());
        work = new(this.options.MaxEvaluations, this.options.Cancellation);
    }

    public RootResult InBracket(double low, double high, Func<RootSearch, StopReason> search)
    {
        Require.Finite(method, low);
        Require.Finite(method, high);
        return Guard(() =>
        {
            (best, other) = (low, high);
            (bestValue, otherValue) = (EndValue(low), EndValue(high));
            if (bestValue * (double)Math.Sign(otherValue) > 0) throw new ArgumentException(
                $"[{method}] f({low}) = {bestValue} and f({high}) = {otherValue} have the same sign; ends with values of opposite signs are expected, so that a zero lies between");
            Order();
            error = Math.Abs(other - best);
            return IsZero(bestValue) ? StopReason.Converged : search(this);
        });
    }

    public RootResult From(double start, Func<RootSearch, StopReason> search)
    {
        Require.Finite(method, start);
        return Guard(() =>
        {
            (best, bestValue) = (start, EndValue(start));
            return IsZero(bestValue) ? StopReason.Converged : search(this);
        });
    }

    RootResult Guard(Func<StopReason> search)
    {
        StopReason stop;
        try
        {
            stop = search();
        }
        catch (WorkStoppedException e)
        {
            stop = e.Reason;
        }
        return new(best, bestValue, bestValue == 0 ? 0 : error, iterations, work.Evaluations, stop);
    }

    public StopReason Bisect()
    {
        while (true)
        {
            double middle = best + (other - best) / 2;
            if (Narrow(middle, Value(middle)) is { } stop) return stop;
        }
    }

    /// <summary>Interpolates through the last three points while that halves the steps; bisects otherwise.</summary>
    public StopReason Brent()
    {
        (double third, double thirdValue) = (other, otherValue);
        double step = other - best, before = step;
        while (true)
        {
            double half = (other - best) / 2, least = Least(best);
            bool interpolate = Math.Abs(before) >= least && Math.Abs(thirdValue) > Math.Abs(bestValue);
            double proposal = interpolate ? Interpolate(third, thirdValue) : double.NaN;
            if (Math.Abs(proposal) < Math.Min(Math.Abs(before) / 2, 1.5 * Math.Abs(half)) && proposal * half > 0) (before, step) = (step, proposal);
            else before = step = half;
            double x = best + (Math.Abs(step) > least ? step : Math.CopySign(least, half));
            (third, thirdValue) = (best, bestValue);
            if (Narrow(x, Value(x)) is { } stop) return stop;
        }
    }

    /// <summary>The step from the best point to the zero of the inverse parabola, or the secant, through the known points.</summary>
    double Interpolate(double third, double thirdValue)
    {
        double s = bestValue / thirdValue;
        if (third == other || thirdValue == otherValue) return -bestValue * (other - best) / (otherValue - bestValue);
        double q = thirdValue / otherValue, r = bestValue / otherValue;
        double p = s * ((other - best) * q * (q - r) - (best - third) * (r - 1));
        return -p / ((q - 1) * (r - 1) * (s - 1)) is var step && double.IsFinite(step) ? step : double.NaN;
    }

    public StopReason BracketedNewton(Func<Tensor, Tensor> g)
    {
        double width = Math.Abs(other - best);
        while (true)
        {
            double slope = Slope(g, best), x = best - bestValue / slope;
            bool inside = (x - best) * (other - x) > 0;
            // A step that small would not move the far end, so it is stretched to land beyond the zero.
            if (inside && Math.Abs(x - best) < Least(best)) x = best + Math.CopySign(Least(best), other - best);
            if (!inside || Math.Abs(other - best) > width) x = best + (other - best) / 2;
            width = Math.Abs(other - best) / 2;
            if (Narrow(x, Value(x)) is { } stop) return stop;
        }
    }

    public StopReason DampedNewton(Func<Tensor, Tensor> g)
    {
        while (true)
        {
            double slope = Slope(g, best);
            if (slope == 0) return StopReason.Singular;
            double step = -bestValue / slope;
            if (!double.IsFinite(step)) return StopReason.NotFinite;
            double x, y;
            for (; ; step /= 2)
            {
                (x, y) = (best + step, Value(best + step));
                if (Math.Abs(y) < Math.Abs(bestValue)) break;
                if (Math.Abs(step) > Least(best)) continue;
                error = Math.Abs(step);
                // At a crossing rounding alone keeps the value up; at a minimum of |f| no full step was ever short.
                return Math.Abs(bestValue / slope) <= 4 * Least(best) ? StopReason.Converged : StopReason.NoProgress;
            }
            (best, bestValue, error) = (x, y, Math.Abs(step));
            if (Report(error) is { } stop) return stop;
            if (IsZero(y) || error <= Least(x)) return StopReason.Converged;
        }
    }

    /// <summary>Puts a point into the bracket; the reason to stop, if there is one now.</summary>
    StopReason? Narrow(double x, double y)
    {
        if (!double.IsFinite(y)) return StopReason.NotFinite;
        if (Math.Sign(y) == Math.Sign(bestValue)) (best, bestValue) = (x, y);
        else (other, otherValue) = (x, y);
        Order();
        error = Math.Abs(other - best);
        if (IsZero(bestValue)) error = Math.Min(error, Least(best));
        if (Report(error) is { } stop) return stop;
        return IsZero(bestValue) || error <= Least(best) ? StopReason.Converged : null;
    }

    StopReason? Report(double width)
    {
        iterations++;
        options.OnIteration?.Invoke(new(iterations, best, bestValue, width));
        return iterations >= options.MaxIterations && !IsZero(bestValue) && width > Least(best) ? StopReason.MaxIterations : null;
    }

    void Order()
    {
        if (Math.Abs(otherValue) < Math.Abs(bestValue)) (best, bestValue, other, otherValue) = (other, otherValue, best, bestValue);
    }

    double Least(double x) => Math.Max(options.Tolerance, Math.Max(options.RelativeTolerance, 4 * 2.2e-16) * Math.Abs(x));

    bool IsZero(double y) => Math.Abs(y) <= options.ValueTolerance;

    double Value(double x)
    {
        work.Spend();
        return f(x);
    }

    double Slope(Func<Tensor, Tensor> g, double x)
    {
        work.Spend();
        return Derivative.UpTo(g, x, 1)[1];
    }

    double EndValue(double x)
    {
        double y = Value(x);
        if (!double.IsFinite(y)) throw new ArgumentException($"[{method}] f({x}) is {y}; a finite value is expected where the search starts");
        return y;
    }
}
