using System.ComponentModel;
using System.Diagnostics;

namespace Fathom.Cli.Board;

/// <summary>Opens a page for who sits at the machine; others get its address.</summary>
internal static class Browser
{
    /// <summary>Says where a page is and, on a desktop, opens it.</summary>
    public static void Show(Uri address, Terminal terminal)
    {
        terminal.Out.WriteLine($"The board is at {address}");
        if (!terminal.IsInteractive || !HasDesktop) return;
        try { Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true })?.Dispose(); }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or FileNotFoundException) { }       // the address stands there
    }

    static bool HasDesktop => OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
}
