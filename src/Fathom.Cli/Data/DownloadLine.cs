using Fathom.Data;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>Shows downloads: one line that is rewritten on a terminal, a line a file elsewhere.</summary>
internal sealed class DownloadLine(Terminal terminal) : IProgress<DownloadProgress>
{
    const int RedrawMilliseconds = 150;

    string? _file;
    long _nextDraw;

    /// <summary>Called after each piece.</summary>
    public event Action? Arrived;

    public void Report(DownloadProgress value)
    {
        Arrived?.Invoke();
        bool first = _file != value.File, last = value.Received == value.Total;
        if (first) terminal.Out.Write(terminal.IsInteractive ? "" : $"Fetching {value.File} ({Size(value.Total)}) from {value.Address.Host}\n");
        _file = value.File;
        if (!terminal.IsInteractive || (!last && !first && Environment.TickCount64 < _nextDraw)) return;
        _nextDraw = Environment.TickCount64 + RedrawMilliseconds;
        string rate = value.BytesPerSecond > 0 ? $", {Size((long)value.BytesPerSecond)}/s" : "";
        terminal.Out.Write($"\r\u001b[KFetching {value.File}  {Figures.Percent((double)value.Received / value.Total)} of {Size(value.Total)}{rate}{(last ? "\n" : "")}");
        terminal.Out.Flush();
    }

    static string Size(long bytes) => bytes >= 1 << 20 ? $"{bytes / 1048576.0:0.0} MiB" : $"{bytes / 1024.0:0} KiB";
}
