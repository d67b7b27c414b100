using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Fathom.Cli;

/// <summary>Help that ends with examples.</summary>
internal static class Examples
{
    /// <summary>Gives a command its own --help, with examples behind the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="lines">Pairs: a command line, and what it does.</param>
    public static void AddTo(Command command, params (string Line, string Meaning)[] lines)
    {
        var help = new HelpOption("--help", "-h") { Description = "Show this help." };
        help.Action = new Action(new HelpAction(), lines);
        command.Options.Add(help);
    }

    sealed class Action(HelpAction usual, (string Line, string Meaning)[] lines) : SynchronousCommandLineAction
    {
        /// <summary>Help is given even where the rest of the line is not complete.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int code = usual.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            int column = lines.Max(l => l.Line.Length) + 2;
            int width = Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth;
            bool beside = lines.Max(l => l.Meaning.Length) + column + 2 < width;
            foreach ((string line, string meaning) in lines)
            {
                output.WriteLine(beside ? $"  {line.PadRight(column)}{meaning}" : $"  {line}");
                if (!beside) foreach (string part in Listing.Wrapped(meaning, Math.Max(20, width - 7))) output.WriteLine($"      {part}");
            }
            output.WriteLine();
            return code;
        }
    }
}
