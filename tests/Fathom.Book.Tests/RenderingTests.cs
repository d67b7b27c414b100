using Fathom.Book;
using Fathom.Book.Site;

namespace Fathom.Book.Tests;

/// <summary>A lesson is taken apart where its author meant it, and each piece becomes what it should.</summary>
public sealed class RenderingTests : IDisposable
{
    const string Code = """
        // # Title
        //
        // About *it*, and about [the other](other.cs#more).

        using Fathom;

        int x = 1;    // a note stays in the code

        // ## More
        // x₁ < x₂
        //
        //     y = 2x

        // a second paragraph
        if (x == 1)
        {
        // within braces: code
            Console.WriteLine($"{x} is < {nameof(Shape)}");
        }
        Console.WriteLine("plot: a.svg");

        /// <summary>A type.</summary>
        sealed class Net;

        """;

    readonly TempFolder _folder = new();

    public RenderingTests()
    {
        Directory.CreateDirectory(_folder["one"]);
        File.WriteAllText(_folder["contents.txt"], "# a note\n\none: The first\n    lesson\n    other\n\ntwo: Not yet written\n");
        File.WriteAllText(_folder["one/lesson.cs"], Code);
        File.WriteAllText(_folder["one/other.cs"], "// # Other\n");
    }

    Section Lesson => Contents.Read(_folder.Root).Find("lesson");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_and_cells_are_told_apart()
    {
        LessonSource source = LessonSource.Parse("lesson.cs", Lesson.Read());
        Assert.Equal(["TextBlock 1", "CodeBlock 5", "TextBlock 9", "CodeBlock 15"], source.Blocks.Select(b => $"{b.GetType().Name} {b.Line}"));
        Assert.Equal("## More\nx₁ < x₂\n\n    y = 2x\n\na second paragraph", ((TextBlock)source.Blocks[2]).Markdown);
        Assert.StartsWith("using Fathom;\n\nint x = 1;", ((CodeBlock)source.Blocks[1]).Code);
        Assert.EndsWith("sealed class Net;", ((CodeBlock)source.Blocks[3]).Code);
    }

    [Fact]
    public void Marks_leave_lines_where_they_are()
    {
        string marked = LessonSource.Parse("lesson.cs", Lesson.Read()).Instrument();
        Assert.Contains("\nglobal::FathomBookCell.Begin(0); int x = 1;", marked);
        Assert.Contains("\nglobal::FathomBookCell.Begin(1); if (x == 1)", marked);
        Assert.Equal(Code.Split('\n').Length, marked.Split('\n').Length);
    }

    [Fact]
    public void A_page_has_text_code_output_and_plots()
    {
        LessonSource source = LessonSource.Parse(Lesson.Path, Lesson.Read());
        byte[] plot = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"480\" height=\"320\"><title>A \"plot\"</title></svg>"u8.ToArray();
        var run = new LessonRun(Lesson, source, 0, "", "", new Dictionary<int, string> { [1] = "1 is < Shape\nplot: a.svg\n" }, new Dictionary<string, byte[]> { ["a.svg"] = plot }, [], default);
        var page = new LessonPage(run, Contents.Read(_folder.Root));
        string html = page.Write();
        Assert.Contains("<h1 id=\"title\">Title</h1>", html);
        Assert.Contains("<a href=\"../one/other.html#more\">the other</a>", html);
        Assert.Contains("<span class=\"k\">using</span> Fathom;", html);
        Assert.Contains("<span class=\"c\">// a note stays in the code</span>", html);
        Assert.Contains("{<span class=\"k\">nameof</span>(<span class=\"t\">Shape</span>)}", html);
        Assert.Contains("<span class=\"m\">WriteLine</span>", html);
        Assert.Contains("<samp>1 is &lt; Shape</samp>", html);
        Assert.Contains("<img src=\"lesson/a.svg\" alt=\"A &quot;plot&quot;\" width=\"480\" height=\"320\"", html);
        Assert.DoesNotContain("<samp>plot", html);
        Assert.Equal(["title", "more"], page.Parts.Select(p => p.Anchor));
        Assert.Contains("y = 2x a second paragraph", page.Parts.Last().Text);
    }

    [Fact]
    public void A_link_to_nowhere_is_an_error()
    {
        File.WriteAllText(Lesson.Path, Code.Replace("other.cs", "another.cs"));
        var run = new LessonRun(Lesson, LessonSource.Parse(Lesson.Path, Lesson.Read()), 0, "", "", new Dictionary<int, string>(), new Dictionary<string, byte[]>(), [], default);
        string message = Assert.Throws<BookException>(() => new LessonPage(run, Contents.Read(_folder.Root)).Write()).Message;
        Assert.Contains("lesson.cs(1): the link another.cs#more leads to no lesson", message);
    }

    [Theory]
    [InlineData("one The first", "contents.txt(1): \"one The first\" is no chapter")]
    [InlineData("    lesson", "lesson stands before the first chapter")]
    [InlineData("one: First\n  lesson\n  lesson", "contents.txt(3): one/lesson is there twice")]
    [InlineData("one: First\n  missing", "there is no lesson")]
    [InlineData("one: First\n  Lesson.cs", "\"Lesson.cs\" is no lesson")]
    public void Contents_that_are_wrong_say_where(string contents, string message)
    {
        File.WriteAllText(_folder["contents.txt"], contents);
        Assert.Contains(message, Assert.Throws<BookException>(() => Contents.Read(_folder.Root)).Message);
    }

    [Fact]
    public void Lessons_that_are_not_listed_are_found()
    {
        File.WriteAllText(_folder["one/third.cs"], "// # Third\n");
        Assert.Equal(["one/third"], Contents.Read(_folder.Root).FindUnlisted());
    }
}
