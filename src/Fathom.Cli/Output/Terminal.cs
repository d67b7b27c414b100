using Spectre.Console;

namespace Fathom.Cli;

/// <summary>Where a command writes: results to <see cref="Out"/>, errors to <see cref="Error"/>.</summary>
/// <param name="output">Takes what the user asked for.</param>
/// <param name="error">Takes errors and warnings.</param>
internal sealed class Terminal(TextWriter output, TextWriter error)
{
    const int PlainWidth = 100;

    IAnsiConsole? _console;

    /// <summary>Takes what the user asked for.</summary>
    public TextWriter Out => output;

    /// <summary>Takes errors and warnings.</summary>
    public TextWriter Error => error;

    /// <summary>Whether a person watches: lines may be redrawn and coloured.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The same terminal with results going where errors go, for when standard output carries data for another program.</summary>
    public Terminal ResultsToError() => new(error, error);

    /// <summary>The same terminal with nothing but errors.</summary>
    public Terminal Silent() => new(TextWriter.Null, error);

    /// <summary>Tables, colours and live displays on <see cref="Out"/>. Made when first used: plain lines do not pay for it.</summary>
    public IAnsiConsole Console => _console ??= MakeConsole();

    /// <summary>The process's own standard output and error.</summary>
    public static Terminal OfProcess() => new(System.Console.Out, System.Console.Error)
    {
        IsInteractive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
    };

    IAnsiConsole MakeConsole()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsInteractive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        // What is not a terminal has no width; lines are not to be broken at an arbitrary one.
        if (!IsInteractive) console.Profile.Width = PlainWidth;
        return console;
    }
}
