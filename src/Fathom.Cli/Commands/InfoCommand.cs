using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using Fathom.Data;
using Fathom.Devices;

namespace Fathom.Cli.Commands;

/// <summary>fathom info: what it runs on.</summary>
internal static class InfoCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("info", "Show versions, the processor, memory, and where data sets are kept.");
        command.SetAction(_ => Print(terminal));
        Examples.AddTo(command, ("fathom info", "what to add to a report of a defect"));
        return command;
    }

    static int Print(Terminal terminal)
    {
        (long held, long inUse, long sweeps) = CpuSettings.TensorMemory;
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        var cache = new DataCache();
        string[] cached = [.. IdxDataSet.Known.Where(s => cache.Find(s.Name) is not null).Select(s => s.Name)];
        (string Name, string Value)[] facts =
        [
            ("fathom", typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion),
            (".NET", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()} ({RuntimeInformation.ProcessArchitecture})"),
            ("processor", $"{ProcessorName.Read()}, {Environment.ProcessorCount} {(Environment.ProcessorCount == 1 ? "thread" : "threads")}"),
            ("vectors", CpuSettings.VectorBits == 0 ? "none: one element at a time" : $"{CpuSettings.VectorBits} bits (FATHOM_ISA forces another width)"),
            ("threads", $"{CpuSettings.ThreadCount} (FATHOM_THREADS or --threads changes it)"),
            ("memory", $"{memory.TotalAvailableMemoryBytes / 1048576:N0} MiB that this process may use"),
            ("tensor memory", $"{held / 1048576:N0} MiB held, {inUse / 1048576:N0} MiB in use, {sweeps} sweeps"),
            ("data cache", $"{cache.Root} ({(cached.Length == 0 ? "empty" : string.Join(", ", cached))}; {DataCache.Variable} moves it)"),
        ];
        foreach ((string name, string value) in facts) terminal.Out.WriteLine($"{name,-14} {value}");
        return ExitCode.Success;
    }
}
