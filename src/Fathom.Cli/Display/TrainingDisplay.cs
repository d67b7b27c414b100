using Fathom.Training;

namespace Fathom.Cli;

/// <summary>Shows training to whoever watches.</summary>
internal abstract class TrainingDisplay : TrainerCallback, IDisposable
{
    /// <summary>The display that suits a terminal.</summary>
    /// <param name="terminal">Where to show it; null for nowhere.</param>
    /// <param name="progress">How far training has come.</param>
    /// <param name="curves">What it has brought.</param>
    /// <param name="description">What is being trained, how large it is, and how it is trained.</param>
    public static TrainingDisplay For(Terminal? terminal, TrainingProgress progress, Curves curves, string[] description) =>
        terminal is null ? new NoDisplay()
        : terminal.IsInteractive && LiveDisplay.Fits(terminal) ? new LiveDisplay(terminal, progress, curves, description)
        : new PlainDisplay(terminal, progress, description);

    /// <summary>Stops showing; what was shown stays.</summary>
    public abstract void Dispose();

    sealed class NoDisplay : TrainingDisplay
    {
        public override void Dispose() { }
    }
}
