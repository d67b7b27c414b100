namespace Fathom;

/// <summary>
/// How the numbers of one tensor are written so that they line up, by PyTorch's rules: whole numbers with a bare point, else four decimals, or
/// scientific notation where magnitudes differ by more than a thousand or leave the range from 1e-4 to 1e8.
/// </summary>
internal sealed class NumberFormat
{
    const int Precision = 4;
    const double LargestRatio = 1000, Largest = 1e8, Smallest = 1e-4;

    enum Style { Integer, Boolean, Whole, Fixed, Scientific }

    readonly Style style;

    /// <summary>Characters that the widest finite number takes.</summary>
    public int Width { get; } = 1;

    NumberFormat(Style style, IEnumerable<object> shown)
    {
        this.style = style;
        foreach (object x in shown) Width = Math.Max(Width, Plain(x).Length);
    }

    /// <summary>The format for elements of a type: bool, long or double.</summary>
    public static NumberFormat For(DType dtype, IReadOnlyCollection<object> shown)
    {
        if (dtype == DType.Bool) return new(Style.Boolean, shown);
        if (!dtype.IsFloating()) return new(Style.Integer, shown);
        double[] counted = [.. shown.Cast<double>().Where(x => double.IsFinite(x) && x != 0)];      // zeros, infinities and NaN fit in anywhere
        return new(StyleFor(counted), counted.Cast<object>());
    }

    static Style StyleFor(double[] counted)
    {
        if (counted.Length == 0) return Style.Whole;
        double min = counted.Min(Math.Abs), max = counted.Max(Math.Abs);
        bool whole = counted.All(x => x == Math.Ceiling(x));
        if (max / min > LargestRatio || max > Largest || (!whole && min < Smallest)) return Style.Scientific;
        return whole ? Style.Whole : Style.Fixed;
    }

    /// <summary>The number right-aligned in <see cref="Width"/>.</summary>
    public string Text(object x) => Plain(x).PadLeft(Width);

    string Plain(object value) => style switch
    {
        Style.Boolean => (long)value != 0 ? "True" : "False",
        Style.Integer => ((long)value).ToString(),
        _ => Real((double)value),
    };

    string Real(double x)
    {
        if (double.IsNaN(x)) return "nan";
        if (double.IsInfinity(x)) return x > 0 ? "inf" : "-inf";
        return style switch
        {
            Style.Whole => x.ToString("F0") + ".",
            Style.Fixed => ToEven(x, 'F'),
            _ => Exponent(ToEven(x, 'e')),
        };
    }

    /// <summary>Rounds to <see cref="Precision"/> digits, ties to even; .NET rounds them away from zero.</summary>
    static string ToEven(double x, char format)
    {
        const int more = 30;                                    // enough digits to tell a tie from a near tie
        string rounded = x.ToString($"{format}{Precision}"), exact = x.ToString($"{format}{more}");
        int cut = exact.IndexOf('.', StringComparison.Ordinal) + 1 + Precision, end = cut + more - Precision;
        bool tie = exact[cut] == '5' && exact.AsSpan(cut + 1, end - cut - 1).IndexOfAnyExcept('0') < 0;
        bool even = (exact[cut - 1] - '0') % 2 == 0;
        return tie && even ? exact[..cut] + exact[end..] : rounded;
    }

    /// <summary>1.0000e-005 to 1.0000e-05: an exponent of two digits where they suffice.</summary>
    static string Exponent(string s)
    {
        int e = s.IndexOf('e', StringComparison.Ordinal) + 2;
        return s[e] == '0' ? s[..e] + s[(e + 1)..] : s;
    }
}
