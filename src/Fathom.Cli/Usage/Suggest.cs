namespace Fathom.Cli;

/// <summary>Finds what a user probably meant.</summary>
internal static class Suggest
{
    /// <summary>": did you mean lenet or alexnet?", or all names where none is near.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="known">What could have been meant.</param>
    public static string Text(string name, IReadOnlyCollection<string> known)
    {
        IReadOnlyList<string> near = Nearest(name, known);
        return near.Count > 0 ? $" Did you mean {string.Join(" or ", near)}?" : $" Known: {string.Join(", ", known)}.";
    }

    /// <summary>The names nearest to one, at most three, nearest first; empty where none is near enough to be a slip of the hand.</summary>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> known)
    {
        string wanted = Plain(name);
        var scored = known.Select(k => (Name: k, Distance: Plain(k).StartsWith(wanted, StringComparison.Ordinal) && wanted.Length >= 2 ? 0.5 : Distance(wanted, Plain(k))))
            .Where(s => s.Distance <= Math.Max(1, Math.Min(3, wanted.Length * 2 / 5))).OrderBy(s => s.Distance).ToList();
        return [.. scored.Where(s => s.Distance <= scored[0].Distance + 1).Take(3).Select(s => s.Name)];
    }

    static string Plain(string name) => name.TrimStart('-').Replace('_', '-').ToLowerInvariant();

    /// <summary>How many letters must be put in, left out, replaced or swapped with their neighbour (optimal string alignment; Damerau 1964).</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        return d[a.Length, b.Length];
    }
}
