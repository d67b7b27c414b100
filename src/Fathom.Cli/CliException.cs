namespace Fathom.Cli;

/// <summary>Ends the command with a message for the user and an exit code.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failure, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The command line was wrong.</summary>
    public static CliException Usage(string message) => new(message, Cli.ExitCode.Usage);
}
