namespace Fathom.Devices.Cpu.Simd;

/// <summary>The error function in double, to about 1e-15: a series of positive terms near 0, a continued fraction away from it.</summary>
internal static class ErrorFunction
{
    public static double Erf(double x) => Math.Abs(x) < 2 ? Series(x) : Math.CopySign(1 - Tail(Math.Abs(x)), x);

    public static double Erfc(double x) => x < 0.5 ? 1 - Erf(x) : Tail(x);

    /// <summary>2 / sqrt(pi) e^(-x^2) times the sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)): DLMF 7.6.2.</summary>
    static double Series(double x)
    {
        double term = x, sum = x, square = 2 * x * x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= square / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc x for x of 0.5 or more: e^(-x^2) / sqrt(pi) / (x + 1/2 / (x + 1 / (x + 3/2 / (x + 2 / ...)))), DLMF 7.9.1, from the end.</summary>
    static double Tail(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 27.3) return 0;
        double f = x;
        for (int n = (int)(30 + 180 / (x * x)); n > 0; n--) f = x + 0.5 * n / f;
        // e^(-x^2) in two factors, because rounding x^2 would cost digits.
        double head = Math.Round(x * 16) / 16;
        return Math.Exp(-head * head) * Math.Exp((head - x) * (head + x)) / (Math.Sqrt(Math.PI) * f);
    }
}
