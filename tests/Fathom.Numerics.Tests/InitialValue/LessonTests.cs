using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Fathom.Numerics.Tests.InitialValue;

/// <summary>Runs lessons of the book as their readers do, and looks at what they print and draw.</summary>
[Collection("lessons")]
public class LessonTests
{
    [Theory]
    [InlineData("initial-value-problem",
        "y' = 3x^2 - 4x + 1 with y(2) = 5: c = 3.000000",
        "y' = -2xy with y(1) = 2: c = 5.436564, by hand 2e = 5.436564",
        "at x = 0.7: derivative -4.662815, -2xy = -4.662815",
        "  3.0  0.00067093  0.00067093",
        "BlowUp at x = 1.0000")]
    [InlineData("runge-kutta-by-hand",
        "k4 = 1.444000, y(0.2) = 1.242800",
        "Solution:    y(0.2) = 1.242806",
        "order      0.98      1.99      3.98")]
    [InlineData("two-bar-truss",
        "stress x area at 30 degrees: 50000 N, so A >= 0.000333 m^2",
        "sink x area at 30 degrees: 0.000001 m^3, so A >= 0.000231 m^2",
        "lambda = 100000: theta = 0.632 rad, A = 0.000282 m^2, V = 0.0014 m^3",
        "lambda = 1000000: theta = 0.632 rad, A = 0.000282 m^2, V = 0.0014 m^3",
        "Converged: theta = 45.00 degrees, A = 235.70 mm^2, V = 0.001333 m^3")]
    public async Task The_lesson_runs_prints_and_plots(string name, params string[] expected)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fathom-lesson-");
        try
        {
            string printed = await Run(name, folder.FullName);
            foreach (string line in expected) Assert.Contains(line, printed);
            string plot = await File.ReadAllTextAsync(Path.Combine(folder.FullName, name + ".svg"));
            Assert.Contains("<path", plot);
            Assert.EndsWith("</svg>\n", plot);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task<string> Run(string name, string folder)
    {
        string book = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../book"));
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "--configuration", "Release", Path.Combine(book, name + ".cs"), "--", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = book,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);
        return await output;
    }

    static string Here([CallerFilePath] string path = "") => path;
}
