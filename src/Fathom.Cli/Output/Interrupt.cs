using System.Runtime.InteropServices;

namespace Fathom.Cli;

/// <summary>Ctrl-C, and the signal by which a machine that shuts down asks for an end: the first one asks the work to stop and save, the second leaves at once.</summary>
internal sealed class Interrupt : IDisposable
{
    const string ShowCursor = "\u001b[?25h";

    readonly CancellationTokenSource _stop = new();
    readonly PosixSignalRegistration[] _signals;

    public Interrupt() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration s in _signals) s.Dispose();
        _stop.Dispose();
    }

    void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            if (!Console.IsOutputRedirected) Console.Out.Write(ShowCursor);
            Environment.Exit(ExitCode.Interrupted);
        }
        _stop.Cancel();
    }
}
