using System.Text.RegularExpressions;

namespace Fathom.Book.Tests;

/// <summary>
/// Compares what a lesson printed with a file, line by line and character by character, except for these words in the file: {number} stands for a number, {number A..B} for
/// one from A to B, {text} for anything within the line, and a line {lines} for any number of lines.
/// </summary>
static partial class Expectation
{
    const string Number = @" *[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?";

    [GeneratedRegex(@"\{(?:(?<kind>number|text)|number (?<least>-?[\d.]+)\.\.(?<most>-?[\d.]+))\}")]
    private static partial Regex Word();

    /// <summary>Null if the text is as expected, else the first line that is not, and what was expected there.</summary>
    public static string? Mismatch(string expected, string actual)
    {
        string[] wanted = Lines(expected), found = Lines(actual);
        int w = 0, f = 0;
        while (w < wanted.Length)
        {
            if (wanted[w] == "{lines}")
            {
                if (++w == wanted.Length) return null;
                while (f < found.Length && !Matches(wanted[w], found[f])) f++;
            }
            if (f == found.Length) return $"the output ends after line {f}; expected: {wanted[w]}";
            if (!Matches(wanted[w], found[f])) return $"line {f + 1}\n  expected: {wanted[w]}\n  printed:  {found[f]}";
            w++;
            f++;
        }
        return f == found.Length ? null : $"line {f + 1}\n  expected: the end\n  printed:  {found[f]}";
    }

    static string[] Lines(string text) => text.TrimEnd('\n').Split('\n');

    static bool Matches(string expected, string actual)
    {
        MatchCollection words = Word().Matches(expected);
        if (words.Count == 0) return expected == actual;
        string pattern = "";
        int end = 0;
        foreach (Match word in words)
        {
            pattern += Regex.Escape(expected[end..word.Index]) + (word.Groups["kind"].Value == "text" ? "(.*?)" : $"({Number})");
            end = word.Index + word.Length;
        }
        Match match = Regex.Match(actual, $"^{pattern}{Regex.Escape(expected[end..])}$");
        return match.Success && words.Select((word, i) => InRange(word, match.Groups[i + 1].Value)).All(fits => fits);
    }

    static bool InRange(Match word, string value) =>
        !word.Groups["least"].Success || (double.Parse(value) >= double.Parse(word.Groups["least"].Value) && double.Parse(value) <= double.Parse(word.Groups["most"].Value));
}
