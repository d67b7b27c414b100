using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Fathom.Book;

/// <summary>What a lesson did.</summary>
/// <param name="ExitCode">0 if it ended well.</param>
/// <param name="Output">What it printed, with line feeds alone.</param>
/// <param name="Error">What it printed as errors.</param>
public sealed record LessonResult(int ExitCode, string Output, string Error);

/// <summary>
/// Compiles lessons, with warnings as errors, and runs each as a program of its own. The programs lie in a temporary folder beside copies of Fathom's assemblies, so a lesson
/// costs a fraction of a second, not a build.
/// </summary>
public sealed class LessonHost : IDisposable
{
    const string RuntimeConfig = "lessons.runtimeconfig.json";

    readonly string _folder = Directory.CreateTempSubdirectory("fathom-book-").FullName;

    /// <summary>Makes the folder.</summary>
    public LessonHost()
    {
        foreach (string file in LessonReferences.Files) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.WriteAllText(Path.Combine(_folder, RuntimeConfig), $$"""
            {
              "runtimeOptions": {
                "framework": { "name": "Microsoft.NETCore.App", "version": "{{Environment.Version.ToString(2)}}.0" },
                "configProperties": { "System.Globalization.Invariant": true, "System.GC.Concurrent": false }
              }
            }
            """);
    }

    /// <summary>Compiles a lesson.</summary>
    /// <param name="path">Its file, for messages and stack traces.</param>
    /// <param name="code">Its text.</param>
    /// <param name="more">Further source files of the program.</param>
    /// <returns>The file of the program.</returns>
    /// <exception cref="BookException">It does not compile; the message has the compiler's errors and warnings.</exception>
    public string Compile(string path, string code, params IEnumerable<string> more)
    {
        CSharpCompilation compilation = LessonCompiler.Create(path, code, more);
        string program = Path.Combine(_folder, compilation.AssemblyName + ".dll");
        EmitResult result;
        using (FileStream file = File.Create(program)) result = compilation.Emit(file, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.Embedded));
        if (result.Success) return program;
        throw new BookException(string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())));
    }

    /// <summary>Runs a compiled lesson and collects what it prints.</summary>
    /// <param name="program">What <see cref="Compile"/> returned.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="workingFolder">Where it runs; null for the current folder.</param>
    /// <param name="environment">Variables to set, or to remove where the value is null.</param>
    /// <param name="stop">Ends the lesson.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<LessonResult> RunAsync(
        string program, IEnumerable<string> arguments, string? workingFolder = null, IReadOnlyDictionary<string, string?>? environment = null, CancellationToken stop = default)
    {
        ProcessStartInfo start = Start(program, arguments, workingFolder, environment);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        (start.StandardOutputEncoding, start.StandardErrorEncoding) = (Encoding.UTF8, Encoding.UTF8);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await WaitAsync(process, stop).ConfigureAwait(false);
        return new LessonResult(process.ExitCode, (await output.ConfigureAwait(false)).ReplaceLineEndings("\n"), (await error.ConfigureAwait(false)).ReplaceLineEndings("\n"));
    }

    /// <summary>Runs a compiled lesson on this console.</summary>
    /// <inheritdoc cref="RunAsync"/>
    /// <returns>Its exit code.</returns>
    public async Task<int> ShowAsync(string program, IEnumerable<string> arguments, CancellationToken stop = default)
    {
        using Process process = Process.Start(Start(program, arguments, null, null))!;
        await WaitAsync(process, stop).ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try { Directory.Delete(_folder, recursive: true); }
        catch (IOException) { }                        // a temporary folder that something still looks into
        catch (UnauthorizedAccessException) { }
    }

    ProcessStartInfo Start(string program, IEnumerable<string> arguments, string? workingFolder, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(FindDotnet(), ["exec", "--runtimeconfig", Path.Combine(_folder, RuntimeConfig), program, .. arguments]);
        if (workingFolder is not null) start.WorkingDirectory = workingFolder;
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        return start;
    }

    static async Task WaitAsync(Process process, CancellationToken stop)
    {
        try { await process.WaitForExitAsync(stop).ConfigureAwait(false); }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>The dotnet command of the runtime that this program runs on.</summary>
    static string FindDotnet()
    {
        string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        string beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return File.Exists(beside) ? beside : name;
    }
}
