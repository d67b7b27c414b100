using System.Runtime.CompilerServices;

namespace Fathom.Numerics;

/// <summary>Checks of arguments, with messages that say which method, which argument and what was expected.</summary>
internal static class Require
{
    public static void Finite(string method, double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!double.IsFinite(value)) throw new ArgumentException($"[{method}] {name} is {value}; a finite number is expected", name);
    }

    public static void Finite(string method, IReadOnlyList<double> values, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(values, name);
        for (int i = 0; i < values.Count; i++)
            if (!double.IsFinite(values[i])) throw new ArgumentException($"[{method}] {name}[{i}] is {values[i]}; finite numbers are expected", name);
    }

    public static void Positive(string method, double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0) || double.IsInfinity(value)) throw new ArgumentOutOfRangeException(name, value, $"[{method}] {name} must be a finite number above 0");
    }
}
