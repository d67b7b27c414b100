using System.Diagnostics;
using Fathom.Tests;

namespace Fathom.Cli.Tests;

/// <summary>fathom book, on a book of one lesson.</summary>
public sealed class BookTests : IDisposable
{
    const string Good = """
        // # One and one
        //
        // They are *two*.

        using Fathom;
        using Fathom.Training;

        Lesson lesson = Lesson.Start(args);
        Console.WriteLine($"{lesson.Size}: {Tensor.From(1f, 1f).Sum().Item<float>()}");

        """;

    readonly TempFolder _folder = new();

    string Book => _folder["book"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lists_the_lessons()
    {
        Write(Good);
        Assert.Equal((0, "First things\n  first/sum  One and one\n", ""), Shell.Run("book", "list", "--book", Book));
        Assert.Equal(0, Shell.Run("book", "list", "--book", _folder.Root).Code);
    }

    [Theory]
    [InlineData("Usual")]
    [InlineData("Fast", "--fast")]
    [InlineData("Full", "--full")]
    public async Task Runs_a_lesson(string size, params string[] options)
    {
        Write(Good);
        string program = Path.Combine(AppContext.BaseDirectory, "Fathom.Cli.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "book", "run", "sum", .. options])
        {
            WorkingDirectory = _folder.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((0, $"{size}: 2\n", ""), (process.ExitCode, (await output).ReplaceLineEndings("\n"), await error));
    }

    [Theory]
    [InlineData("first/some", "There is no lesson first/some")]
    [InlineData("sum --fast --full", "--fast and --full: choose one.")]
    public void Says_what_cannot_be_run(string line, string message)
    {
        Write(Good);
        (int code, _, string error) = Shell.Run(["book", "run", "--book", Book, .. line.Split(' ')]);
        Assert.NotEqual(0, code);
        Assert.Contains(message, error);
    }

    [Fact]
    public void Says_where_a_lesson_does_not_compile()
    {
        Write(Good.Replace("lesson.Size", "lesson.Sice"));
        (int code, _, string error) = Shell.Run("book", "run", "first/sum", "--book", Book);
        Assert.Equal(1, code);
        Assert.Contains("sum.cs(9,29): error CS1061", error);
    }

    [Fact]
    public void Builds_a_site_again_and_again()
    {
        Write(Good);
        string site = _folder["site"];
        for (int i = 0; i < 2; i++)
        {
            (int code, string output, string error) = Shell.Run("book", "build", site, "--fast", "--book", Book);
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("1 lesson written", output);
        }
        Assert.Contains("<samp>Fast: 2</samp>", File.ReadAllText(Path.Combine(site, "first", "sum.html")));
        Assert.Equal(["book", "site"], _folder.Files);
    }

    [Fact]
    public void Leaves_a_folder_with_other_files_alone()
    {
        Write(Good);
        (int code, _, string error) = Shell.Run("book", "build", Book, "--fast", "--book", Book);
        Assert.Equal(1, code);
        Assert.Contains("no site of this book", error);
        Assert.True(File.Exists(Path.Combine(Book, "contents.txt")));
    }

    [Fact]
    public void Writes_no_site_when_a_lesson_fails()
    {
        Write(Good.Replace("lesson.Size", "args[3]"));
        (int code, _, string error) = Shell.Run("book", "build", _folder["site"], "--fast", "--book", Book);
        Assert.Equal(1, code);
        Assert.Contains("first/sum ended with code", error);
        Assert.Contains("sum.cs:line ", error);
        Assert.Equal(["book"], _folder.Files);
    }

    void Write(string lesson)
    {
        Directory.CreateDirectory(Path.Combine(Book, "first"));
        File.WriteAllText(Path.Combine(Book, "contents.txt"), "first: First things\n    sum\n");
        File.WriteAllText(Path.Combine(Book, "first", "sum.cs"), lesson);
    }
}
