using System.Diagnostics;
using System.Text;
using System.Xml.Linq;
using Fathom.Book;

namespace Fathom.Book.Tests;

/// <summary>Every lesson of the book compiles without warnings, runs, and prints and draws what it should.</summary>
public sealed class LessonTests(LessonRuns runs)
{
    static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    public static TheoryData<string> Lessons => [.. LessonRuns.Wanted.Select(s => s.Id)];

    [Fact]
    public void Every_lesson_is_in_the_contents() => Assert.Empty(TheBook.Contents.FindUnlisted());

    [Fact]
    public void Every_expected_output_belongs_to_a_lesson()
    {
        string folder = Path.Combine(TheBook.Folder, "expected");
        Assert.All(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), f => Assert.Contains(TheBook.Contents.Sections, s => s.ExpectedPath == f));
    }

    [Theory]
    [MemberData(nameof(Lessons))]
    public async Task Runs_prints_and_draws_what_it_should(string lesson)
    {
        Section section = TheBook.Contents.Find(lesson);
        Assert.NotEmpty(section.ReadTitle());
        LessonRun run = await runs.Of(section);
        Assert.True(run.ExitCode == 0, $"{lesson} ended with code {run.ExitCode}:\n{run.Output}\n{run.Error}");
        Assert.Equal("", run.Error);
        Assert.NotEqual("", run.Output);
        if (File.Exists(section.ExpectedPath) && Expectation.Mismatch(Read(section.ExpectedPath), run.Output) is { } mismatch)
            Assert.Fail($"{lesson} does not print what {section.ExpectedPath} says: {mismatch}");
        Assert.Empty(run.Strays);
        Assert.Equal(run.Plots.Keys, run.Output.Split('\n').Where(l => l.StartsWith("plot: ")).Select(l => l[6..]).Order(StringComparer.Ordinal));
        Assert.All(run.Plots, plot => AssertIsPicture(plot.Key, plot.Value));
    }

    [Fact]
    public async Task Runs_as_a_program_of_one_file()
    {
        Section section = TheBook.Contents.Find("numerics/polynomial-fit");
        using var plots = new TempFolder();
        var start = new ProcessStartInfo("dotnet", ["run", section.Path])
        {
            WorkingDirectory = plots.Root, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        // A test run by a build tool inherits settings that would mislead the build inside.
        foreach (string key in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(key);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["FATHOM_PLOTS"] = plots.Root;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Null(Expectation.Mismatch(Read(section.ExpectedPath), (await output).ReplaceLineEndings("\n")));
        Assert.Equal(["polynomial-fit.svg"], plots.Files);
    }

    static string Read(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    static void AssertIsPicture(string name, byte[] bytes)
    {
        if (name.EndsWith(".svg", StringComparison.Ordinal))
            Assert.Contains(XDocument.Load(new MemoryStream(bytes)).Descendants(), e => e.Name.LocalName is "path" or "polyline" or "rect" or "image" or "circle");
        else
            Assert.Equal(PngSignature, bytes[..4]);
    }
}
