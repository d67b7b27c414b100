using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Fathom.Cli;

/// <summary>Options whose values are checked while the command line is read, with messages that say what is expected.</summary>
internal static class Opt
{
    public static Option<int?> Int(string name, string helpName, string description, int least, int most = int.MaxValue) => new(name)
    {
        HelpName = helpName, Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most) return value;
            result.AddError($"{name} {text}: expected a whole number {Range(least, most)}.");
            return null;
        },
    };

    public static Option<long?> Long(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName, Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) return value;
            result.AddError($"{name} {text}: expected a whole number of at most 19 digits.");
            return null;
        },
    };

    public static Option<double?> Positive(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName, Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && double.IsFinite(value)) return value;
            result.AddError($"{name} {text}: expected a number above 0, such as 0.1 or 5e-3.");
            return null;
        },
    };

    public static Option<double?> AtLeastZero(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName, Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= 0 && double.IsFinite(value)) return value;
            result.AddError($"{name} {text}: expected a number of at least 0.");
            return null;
        },
    };

    /// <summary>One name of a list; another is refused with the nearest ones.</summary>
    public static Option<string?> Choice(string name, string helpName, string description, Func<IReadOnlyCollection<string>> known)
    {
        var option = new Option<string?>(name) { HelpName = helpName, Description = description };
        option.CompletionSources.Add(_ => known().Select(k => new System.CommandLine.Completions.CompletionItem(k)));
        option.CustomParser = result => Known(result, name, result.Tokens[0].Value, known());
        return option;
    }

    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName, Description = description,
        CustomParser = result => NotEmpty(result, name),
    };

    /// <summary>The shape of a sample: channels, height and width, as in 3x224x224.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="orFeatures">Whether a single number, of features, will do as well.</param>
    public static Option<int[]?> ImageShape(string name, string description, bool orFeatures = false) => new(name)
    {
        HelpName = "CxHxW", Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            string[] parts = text.Split('x', 'X', ',');
            int[] sizes = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
            bool fits = sizes.Length == 3 || (orFeatures && sizes.Length == 1);
            if (fits && sizes.All(n => n is >= 1 and <= 1 << 16) && sizes.Aggregate(1L, (a, b) => a * b) <= 1 << 28) return sizes;
            result.AddError($"{name} {text}: expected channels, height and width, such as 1x28x28 or 3x224x224{(orFeatures ? ", or a number of features" : "")}.");
            return null;
        },
    };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>The listed spelling of a name, whatever the case it was typed in.</summary>
    public static string? Known(ArgumentResult result, string what, string typed, IReadOnlyCollection<string> known)
    {
        if (known.FirstOrDefault(k => k.Equals(typed, StringComparison.OrdinalIgnoreCase)) is { } found) return found;
        result.AddError($"{what} {typed} is not known.{Suggest.Text(typed, known)}");
        return null;
    }

    static string? NotEmpty(ArgumentResult result, string name)
    {
        string text = result.Tokens[0].Value;
        if (!string.IsNullOrWhiteSpace(text)) return text;
        result.AddError($"{name} needs a value that is not empty.");
        return null;
    }

    static string Range(int least, int most) => most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}";
}
