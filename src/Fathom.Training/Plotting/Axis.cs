using System.Globalization;

namespace Fathom.Training.Plotting;

/// <summary>One axis laid out: its ends, where its ticks stand and what they say.</summary>
internal sealed class Axis
{
    public required AxisScale Scale { get; init; }
    public required double Low { get; init; }
    public required double High { get; init; }
    public required double[] Ticks { get; init; }
    public required string[] Labels { get; init; }

    /// <summary>Where a value lies between the ends: 0 at <see cref="Low"/>, 1 at <see cref="High"/>.</summary>
    public double Place(double value) => Scale == AxisScale.Log
        ? Math.Log(value / Low) / Math.Log(High / Low)
        : (value - Low) / (High - Low);

    /// <summary>Lays out an axis for the given values.</summary>
    /// <param name="values">The values to show.</param>
    /// <param name="scale">Linear or logarithmic.</param>
    /// <param name="limits">Fixed ends, or null to fit the values.</param>
    /// <param name="most">The most ticks there is room for.</param>
    /// <param name="widen">Whether the ends go outward to whole ticks.</param>
    public static Axis Fit(IEnumerable<double> values, AxisScale scale, (double Low, double High)? limits, int most, bool widen)
    {
        var (low, high) = limits ?? Range(values, scale);
        return scale == AxisScale.Log ? Log(low, high, most, widen && limits is null) : Linear(low, high, most, widen && limits is null);
    }

    static (double Low, double High) Range(IEnumerable<double> values, AxisScale scale)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (double v in values) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        if (low > high) return scale == AxisScale.Log ? (1, 10) : (0, 1);
        return (low, high);
    }

    static Axis Linear(double low, double high, int most, bool widen)
    {
        // A flat line gets room on both sides, and so do ends whose difference rounding would swallow.
        double least = Math.Max(Math.Abs(low), Math.Abs(high)) * 1e-9;
        if (high - low <= least) (low, high) = low == 0 && high == 0 ? (-1, 1) : (low - Math.Max(least, Math.Abs(low) * 0.1), high + Math.Max(least, Math.Abs(high) * 0.1));
        double step = NiceStep((high - low) / Math.Max(1, most - 1));
        if (widen)
        {
            (low, high) = (Math.Floor(low / step + 1e-9) * step, Math.Ceiling(high / step - 1e-9) * step);
        }
        long first = (long)Math.Ceiling(low / step - 1e-9), last = (long)Math.Floor(high / step + 1e-9);
        double[] ticks = [.. Enumerable.Range(0, (int)Math.Max(0, last - first + 1)).Select(i => (first + i) * step)];
        return new() { Scale = AxisScale.Linear, Low = low, High = high, Ticks = ticks, Labels = [.. ticks.Select(t => Label(t, step))] };
    }

    static Axis Log(double low, double high, int most, bool widen)
    {
        if (!(low > 0)) throw new ArgumentException($"[plot] a logarithmic axis cannot start at {low}: give limits above zero, or use a linear axis");
        if (high <= low * (1 + 1e-9)) (low, high) = (low / 2, high * 2);
        double[] steps = Math.Log10(high / low) < 1.5 ? [1, 2, 5] : [1];
        if (widen) (low, high) = (Widened(low, up: false), Widened(high, up: true));
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high));
        int every = Math.Max(1, (int)Math.Ceiling((last - first) / (double)Math.Max(1, most - 1)));
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Where(e => (e - first) % every == 0)
            .SelectMany(e => steps.Select(m => m * Math.Pow(10, e))).Where(t => t >= low * (1 - 1e-9) && t <= high * (1 + 1e-9))];
        return new() { Scale = AxisScale.Log, Low = low, High = high, Ticks = ticks, Labels = [.. ticks.Select(t => Label(t, t))] };
    }

    /// <summary>The nearest of 1, 2, 5 times a power of ten that is at or beyond the value.</summary>
    static double Widened(double value, bool up)
    {
        int decade = (int)Math.Floor(Math.Log10(value));
        IEnumerable<double> around = Enumerable.Range(decade - 1, 3).SelectMany(e => new[] { 1, 2, 5 }.Select(m => m * Math.Pow(10, e)));
        return up ? around.First(t => t >= value * (1 - 1e-9)) : around.Last(t => t <= value * (1 + 1e-9));
    }

    /// <summary>The smallest of 1, 2, 5 times a power of ten that is at least <paramref name="rough"/>.</summary>
    internal static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double ratio = rough / power;
        return (ratio <= 1 + 1e-9 ? 1 : ratio <= 2 + 1e-9 ? 2 : ratio <= 5 + 1e-9 ? 5 : 10) * power;
    }

    /// <summary>A tick's text with as many decimals as its step needs, and an exponent where plain digits would be long.</summary>
    internal static string Label(double value, double step)
    {
        if (Math.Abs(value) < step * 1e-6) return "0";
        double size = Math.Abs(value);
        if (size >= 1e5 || step < 1e-4) return value.ToString("0.###e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);
        int decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        return value.ToString("F" + decimals, CultureInfo.InvariantCulture);
    }
}
