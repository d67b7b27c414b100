using System.CommandLine;
using System.CommandLine.Help;
using Fathom.Cli.Commands;

namespace Fathom.Cli;

/// <summary>The fathom command: reads the command line, runs the command, and turns what went wrong into a message and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Set to 1 to see where an error came from.</summary>
    public const string DebugVariable = "FATHOM_DEBUG";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">What follows the program's name.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken stop = default)
    {
        try
        {
            Command root = Root(terminal);
            ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            bool helps = parse.Action is System.CommandLine.Invocation.SynchronousCommandLineAction { ClearsParseErrors: true };
            if (!helps && UsageErrors.Of(parse, args) is { Count: > 0 } errors) return Refuse(terminal, parse, errors);
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            };
            return await parse.InvokeAsync(invocation, stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return Report(terminal, e, stop);
        }
    }

    static Command Root(Terminal terminal)
    {
        var root = new Command("fathom", "Deep learning in C#: train networks on images and look at what they learnt.")
        {
            TrainCommand.Create(terminal), EvaluateCommand.Create(terminal), PredictCommand.Create(terminal),
            RunsCommand.Create(terminal), BoardCommand.Create(terminal), SummaryCommand.Create(terminal), DataCommand.Create(terminal), BookCommand.Create(terminal), BenchCommand.Create(terminal), InfoCommand.Create(terminal),
        };
        root.Options.Add(new VersionOption());
        Examples.AddTo(root,
            ("fathom train lenet", "train a convolutional network and watch it learn"),
            ("fathom evaluate runs/NAME", "how good it is, class by class"),
            ("fathom predict runs/NAME digit.png", "what it sees in a picture"),
            ("fathom COMMAND --help", "options and examples of a command"));
        return root;
    }

    static int Refuse(Terminal terminal, ParseResult parse, IReadOnlyList<string> errors)
    {
        foreach (string e in errors) terminal.Error.WriteLine($"error: {e}");
        terminal.Error.WriteLine($"See {UsageErrors.Path(parse.CommandResult.Command, parse)} --help");
        return ExitCode.Usage;
    }

    static int Report(Terminal terminal, Exception e, CancellationToken stop)
    {
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1") terminal.Error.WriteLine(e);
        while (e is TypeInitializationException { InnerException: { } cause }) e = cause;       // as from a wrong FATHOM_ISA
        if (e is OperationCanceledException && stop.IsCancellationRequested)
        {
            terminal.Error.WriteLine("Stopped.");
            return ExitCode.Interrupted;
        }
        terminal.Error.WriteLine($"error: {Describe(e)}");
        return e is CliException cli ? cli.ExitCode : ExitCode.Failure;
    }

    /// <summary>The errors of the engine name what is wrong themselves; another one is a defect, and its kind helps to report it.</summary>
    static string Describe(Exception e) => e is CliException or Book.BookException or IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or ArithmeticException or NotSupportedException
        ? e.Message
        : $"{e.GetType().Name}: {e.Message}\n(set {DebugVariable}=1 to see where it came from)";
}
