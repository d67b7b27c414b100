using System.Diagnostics;
using System.Runtime.InteropServices;
using Fathom.Formats;
using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Cli.Tests;

/// <summary>What only a process of its own can show: signals, and a disk with no room.</summary>
public sealed partial class ProcessTests : IDisposable
{
    const int Interrupt = 2, Terminate = 15;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly TempFolder _folder = new();

    static string Program => Path.Combine(AppContext.BaseDirectory, "Fathom.Cli.dll");

    static string Dotnet => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    public void Dispose() => _folder.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>Where a shell started the tests in the background, Ctrl-C is ignored by all it starts, as it should be: there the same is asked of the signal to terminate.</summary>
    [Fact]
    public async Task Ctrl_C_saves_and_ends_with_130()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill");
        string run = _folder["run"];
        using Process process = Start(Dotnet, Program, "train", "softmax", "--data", "glyphs", "--limit", "512", "--batch-size", "8", "--epochs", "100000", "--out", run);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("epoch", StringComparison.Ordinal)) { }
        Assert.Equal(0, Kill(process.Id, IgnoresInterrupts(process) ? Terminate : Interrupt));
        string rest = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal((130, ""), (process.ExitCode, await errors));
        Assert.Contains("Interrupted, and saved", rest);
        Assert.Equal(2, Safetensors.Read(Path.Combine(run, Checkpoint.LastName)).Count);
        Assert.Equal(0, Shell.Run("evaluate", run).Code);
    }

    static bool IgnoresInterrupts(Process process) => Has(process, "SigIgn:", Interrupt);

    /// <summary>Whether a signal is in one of the masks that Linux tells of a process.</summary>
    static bool Has(Process process, string mask, int signal)
    {
        string status = $"/proc/{process.Id}/status";
        if (!File.Exists(status)) return false;
        string signals = File.ReadLines(status).First(l => l.StartsWith(mask, StringComparison.Ordinal))[mask.Length..];
        return (Convert.ToUInt64(signals.Trim(), 16) & (1UL << (signal - 1))) != 0;
    }

    [Fact]
    public async Task Waiting_for_a_picture_on_standard_input_can_be_broken_off()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        string run = _folder["run"];
        Assert.Equal(0, Shell.Train("softmax", run).Code);
        using Process process = Process.Start(new ProcessStartInfo(Dotnet, [Program, "predict", run, "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        while (!Has(process, "SigCgt:", Terminate) && !process.HasExited) await Task.Delay(10);
        await Task.Delay(300);                                     // so that it most probably waits; the outcome is the same where it does not yet
        Assert.Equal(0, Kill(process.Id, Terminate));
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal((130, "Stopped.", ""), (process.ExitCode, (await errors).Trim(), await output));
    }

    /// <summary>A limit on the size of files plays the full disk: the weights, and only they, go beyond it.</summary>
    [Fact]
    public async Task A_full_disk_while_saving_leaves_nothing_half_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses the shell's file size limit");
        string run = _folder["run"];
        string command = $"trap '' XFSZ; ulimit -f 100; exec {Dotnet} '{Program}' train mlp --data glyphs --limit 64 --epochs 1 --out '{run}'";
        using Process process = Start("sh", "-c", command);
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains($"{Checkpoint.BestName} could not be written", await errors);
        Assert.Contains("epoch 1/1", await output);
        Assert.Equal([RunFolder.ConfigName, RunFolder.InsightName, RunFolder.LayersName, RunFolder.MetricsName, RunFolder.StepsName], Directory.GetFiles(run).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_wrong_instruction_set_is_named()
    {
        using Process process = Start(Dotnet, [Program, "info"], (Name: "FATHOM_ISA", Value: "mmx"));
        Task<string> errors = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        await output;
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("error: FATHOM_ISA=mmx is not an instruction set", await errors, StringComparison.Ordinal);
    }

    static Process Start(string program, params string[] args) => Start(program, args, null);

    static Process Start(string program, string[] args, (string Name, string Value)? variable)
    {
        var start = new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (variable is { } v) start.Environment[v.Name] = v.Value;
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";        // its shared memory counts as a file, and would meet the size limit
        return Process.Start(start)!;
    }
}
