using System.Diagnostics;
using System.Text;

namespace Fathom.Numerics.Tests.Lessons;

/// <summary>Runs a lesson of the book as a reader would: <c>dotnet run book/NAME.cs</c>.</summary>
public static class Lesson
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What the lesson prints; fails if it does not end well.</summary>
    public static string Run(string name, string folder)
    {
        string configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
        var start = new ProcessStartInfo("dotnet", ["run", "-c", configuration, Path.Combine(Root, "book", name + ".cs"), "--", folder])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        // A test run by a build tool inherits settings that would mislead the build inside.
        foreach (string key in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(key);
        start.Environment["DOTNET_NOLOGO"] = "1";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The dotnet command could not be started.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(8)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} did not end");
        }
        Assert.True(process.ExitCode == 0, $"{name} ended with code {process.ExitCode}:\n{output.Result}\n{error.Result}");
        return output.Result.ReplaceLineEndings("\n");
    }

    /// <summary>What it should print.</summary>
    public static string Expected(string name) =>
        File.ReadAllText(Path.Combine(Root, "tests", "Fathom.Numerics.Tests", "Lessons", name + ".txt")).ReplaceLineEndings("\n");

    static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fathom.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests run inside the repository, below Fathom.slnx.");
    }
}
