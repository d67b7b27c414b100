using System.Runtime.InteropServices;

namespace Fathom.Cli;

/// <summary>What the processor calls itself.</summary>
internal static class ProcessorName
{
    const string LinuxFile = "/proc/cpuinfo";

    /// <summary>The name, or the architecture where the system does not tell.</summary>
    public static string Read()
    {
        try
        {
            string? line = OperatingSystem.IsLinux() ? File.ReadLines(LinuxFile).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
            if (line is not null) return line[(line.IndexOf(':') + 1)..].Trim();
        }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
        return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
