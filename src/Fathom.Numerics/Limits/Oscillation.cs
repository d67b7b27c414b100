namespace Fathom.Numerics;

/// <summary>Oscillations along a sequence, judged by windows: how far values spread, and how that develops.</summary>
internal static class Oscillation
{
    const int Window = 12;

    /// <summary>Whether the function turns up and down in every window with a spread above <paramref name="least"/> that does not shrink.</summary>
    public static bool Lasts(List<Sample> s, double least)
    {
        int windows = s.Count / Window;
        if (windows < 3) return false;
        double first = Range(s, 0);
        if (!(first > least)) return false;
        for (int w = 0; w < windows; w++)
            if (Turns(s, w) < 1 || !(Range(s, w) >= 0.3 * first)) return false;
        return true;
    }

    /// <summary>The last value, where the distance from it shrinks steadily from window to window, neighbourhoods included.</summary>
    public static OneSidedLimit Squeezed(List<Sample> s)
    {
        var nothing = new OneSidedLimit(LimitKind.Undecided, double.NaN, double.PositiveInfinity, LimitMethod.None);
        int windows = s.Count / Window;
        if (windows < 3 || !double.IsFinite(s[^1].F)) return nothing;
        double value = s[^1].F, before = double.PositiveInfinity;
        for (int w = 0; w < windows; w++)
        {
            double distance = 0;
            for (int k = w * Window; k < (w + 1) * Window; k++) distance = Math.Max(distance, Math.Max(Math.Abs(s[k].High - value), Math.Abs(s[k].Low - value)));
            if (!(distance <= before / 2)) return nothing;
            before = distance;
        }
        return new(LimitKind.Finite, value, 2 * before, LimitMethod.Squeeze);
    }

    static double Range(List<Sample> s, int window)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int k = window * Window; k < (window + 1) * Window; k++) (low, high) = (Math.Min(low, s[k].F), Math.Max(high, s[k].F));
        return high - low;
    }

    static int Turns(List<Sample> s, int window)
    {
        int turns = 0;
        for (int k = window * Window + 2; k < (window + 1) * Window; k++)
            if ((s[k].F - s[k - 1].F) * (s[k - 1].F - s[k - 2].F) < 0) turns++;
        return turns;
    }
}

/// <summary>Growth without bound along a sequence.</summary>
internal static class Growth
{
    /// <summary>+1 or -1 where the later half of the values runs off in that direction in steps that do not shrink; otherwise 0.</summary>
    public static int Direction(List<Sample> s)
    {
        if (s.Count < 6) return 0;
        int half = s.Count / 2, direction = Math.Sign(s[^1].F);
        for (int k = Math.Max(half, 2); k < s.Count; k++)
        {
            double step = (s[k].F - s[k - 1].F) * direction, before = (s[k - 1].F - s[k - 2].F) * direction;
            if (!(s[k].F * direction > 0) || !(before > 0) || !(step >= 0.99 * before)) return 0;
            if (double.IsFinite(s[k].Noise) && s[k].Noise > 0.1 * step) return 0;
        }
        return direction;
    }
}
