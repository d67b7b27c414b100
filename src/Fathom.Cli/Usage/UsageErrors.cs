using System.CommandLine;

namespace Fathom.Cli;

/// <summary>What is wrong with a command line, said so that it can be mended.</summary>
internal static class UsageErrors
{
    /// <summary>All messages, empty where nothing is wrong.</summary>
    public static IReadOnlyList<string> Of(ParseResult parse, IReadOnlyList<string> args)
    {
        Command command = parse.CommandResult.Command;
        // A misspelt option first: the parser takes it for an argument, and its own messages then mislead.
        List<string> unknown = [.. UnknownOptions(command, parse, args)];
        if (unknown.Count > 0) return unknown;
        if (command.Subcommands.Count > 0 && parse.Errors.Count > 0) return [UnknownCommand(command, parse)];
        return [.. parse.Errors.Select(e => e.Message.StartsWith("Unrecognized", StringComparison.Ordinal) || e.Message.StartsWith("Required", StringComparison.Ordinal)
            ? Plainer(command, e) : e.Message).Distinct()];
    }

    static IEnumerable<string> UnknownOptions(Command command, ParseResult parse, IReadOnlyList<string> args)
    {
        string[] known = [.. OptionsOf(parse).SelectMany(o => o.Aliases.Prepend(o.Name))];
        foreach (string arg in args.TakeWhile(a => a != "--").Where(LooksLikeOption))
        {
            string name = arg.Split('=', ':')[0];
            if (!known.Contains(name)) yield return $"{Path(command, parse)} has no option {name}.{Suggest.Text(name, [.. known.Where(k => k.StartsWith("--", StringComparison.Ordinal))])}";
        }
    }

    /// <summary>The options of the command and of those it stands below.</summary>
    static IEnumerable<Option> OptionsOf(ParseResult parse)
    {
        for (System.CommandLine.Parsing.SymbolResult? r = parse.CommandResult; r is not null; r = r.Parent)
            if (r is System.CommandLine.Parsing.CommandResult c)
                foreach (Option o in c.Command.Options)
                    if (ReferenceEquals(r, parse.CommandResult) || o.Recursive) yield return o;
    }

    static bool LooksLikeOption(string arg) => arg.Length > 1 && arg[0] == '-' && (arg[1] == '-' ? arg.Length > 2 : char.IsAsciiLetter(arg[1]));

    static string UnknownCommand(Command command, ParseResult parse)
    {
        string[] known = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        string prefix = Path(command, parse);
        return parse.UnmatchedTokens.Count == 0
            ? $"{prefix} needs a command: {string.Join(", ", known)}."
            : $"{prefix} has no command {parse.UnmatchedTokens[0]}.{Suggest.Text(parse.UnmatchedTokens[0], known)}";
    }

    static string Plainer(Command command, System.CommandLine.Parsing.ParseError e)
    {
        if (e.Message.StartsWith("Unrecognized", StringComparison.Ordinal)) return $"{e.Message.Split('\'')[1]} is one argument too many.";
        if (e.SymbolResult is System.CommandLine.Parsing.OptionResult o) return $"{o.Option.Name} needs a value{(o.Option.HelpName is { } help ? $": {o.Option.Name} {help}" : "")}.";
        return $"{command.Name} needs {string.Join(" and ", command.Arguments.Where(a => a.Arity.MinimumNumberOfValues > 0).Select(a => $"{a.Name} ({a.Description?.TrimEnd('.')})"))}.";
    }

    /// <summary>"fathom data show".</summary>
    public static string Path(Command command, ParseResult parse)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? r = parse.CommandResult; r is not null; r = r.Parent)
            if (r is System.CommandLine.Parsing.CommandResult c) names.Insert(0, c.Command.Name);
        return string.Join(' ', names);
    }
}
