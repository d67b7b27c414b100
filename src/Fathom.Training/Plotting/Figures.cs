using System.Globalization;

namespace Fathom.Training.Plotting;

/// <summary>How numbers read in plots and progress lines.</summary>
public static class Figures
{
    /// <summary>A measured value with about four significant digits: 0.1234, 12.35, 1.2e-05.</summary>
    /// <param name="value">The number.</param>
    public static string Short(double value)
    {
        double size = Math.Abs(value);
        string format = !double.IsFinite(value) ? "G" : size == 0 ? "0" : size >= 1e5 || size < 1e-4 ? "0.00e+0"
            : size >= 1000 ? "0" : size >= 100 ? "0.0" : size >= 10 ? "0.00" : size >= 0.1 ? "0.000" : "0.00000";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A share of one as a percentage with one decimal: 97.4%.</summary>
    /// <param name="share">A number from 0 to 1.</param>
    public static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + "%";

    /// <summary>A count with thousands apart: 60,000.</summary>
    /// <param name="count">The number.</param>
    public static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A time span as one reads a clock: 0:07, 12:30, 1:02:03.</summary>
    /// <param name="time">The span.</param>
    public static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"
        : $"{(int)time.TotalMinutes}:{time.Seconds:00}";
}
