namespace Fathom.Formats;

/// <summary>A file is not what its format demands: damaged, cut short, or of another kind. The message names the file, what is wrong, and what was expected.</summary>
public sealed class DataFormatException : IOException
{
    /// <summary>Says that <paramref name="source"/> is malformed.</summary>
    /// <param name="source">The file (or other origin of the bytes) that was read.</param>
    /// <param name="problem">What is wrong with it, as a clause: "ends after 12 bytes".</param>
    /// <param name="expected">What a sound file would have had there, or what to do about it; null where the problem says it all.</param>
    /// <param name="inner">The exception that led here, if any.</param>
    public DataFormatException(string source, string problem, string? expected = null, Exception? inner = null)
        : base(expected is null ? $"{source}: {problem}." : $"{source}: {problem}; expected {expected}.", inner)
        => (Origin, Problem, Expected) = (source, problem, expected);

    /// <summary>The file, or other origin of the bytes, that is malformed.</summary>
    public string Origin { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    /// <summary>What was expected instead; null where <see cref="Problem"/> says it all.</summary>
    public string? Expected { get; }
}
