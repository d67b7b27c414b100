namespace Fathom.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>The work failed: data missing or damaged, folder not writable, loss not a number.</summary>
    public const int Failure = 1;

    /// <summary>The command line was wrong; nothing was begun.</summary>
    public const int Usage = 2;

    /// <summary>Interrupted by Ctrl-C: 128 and the signal's number, as shells count.</summary>
    public const int Interrupted = 130;
}
