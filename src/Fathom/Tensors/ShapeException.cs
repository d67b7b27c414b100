using System.Diagnostics.CodeAnalysis;

namespace Fathom;

/// <summary>Shapes, axes or indices do not fit an operation; the message names the operation, the shapes and the likely mistake.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>An error with the given message.</summary>
    public ShapeException(string message) : base(message) { }
    /// <summary>An error with the given message and cause.</summary>
    public ShapeException(string message, Exception inner) : base(message, inner) { }
    /// <summary>An error without a message.</summary>
    public ShapeException() { }

    /// <summary>An error of the form <c>[op] message</c>.</summary>
    public static ShapeException For(string op, string message) => new($"[{Snake(op)}] {message}");

    /// <summary>Throws <c>[op] message</c> unless the condition holds.</summary>
    internal static void Unless([DoesNotReturnIf(false)] bool condition, string op, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(condition))] ref LazyText message)
    {
        if (!condition) throw For(op, message.ToString());
    }

    internal static string Snake(string name)
    {
        System.Text.StringBuilder s = new();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && s.Length > 0 && s[^1] != '_') s.Append('_');
            s.Append(char.ToLowerInvariant(c));
        }
        return s.ToString();
    }
}

/// <summary>An interpolated message that is only put together when the check fails.</summary>
[System.Runtime.CompilerServices.InterpolatedStringHandler]
internal ref struct LazyText
{
    System.Text.StringBuilder? text;
    public LazyText(int literal, int holes, bool condition, out bool enabled)
    {
        _ = holes;
        enabled = !condition;
        text = enabled ? new(literal + 64) : null;
    }
    public readonly void AppendLiteral(string s) => text!.Append(s);
    public readonly void AppendFormatted<T>(T value) => text!.Append(value);
    public override readonly string ToString() => text?.ToString() ?? "";
}
