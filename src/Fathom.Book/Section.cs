namespace Fathom.Book;

/// <summary>A section of the book: one lesson, a C# file that runs by itself.</summary>
/// <param name="Book">The folder of the book.</param>
/// <param name="Chapter">The name of its chapter's folder, as "numerics".</param>
/// <param name="Name">The name of its file without .cs, as "limits".</param>
public sealed record Section(string Book, string Chapter, string Name)
{
    /// <summary>Chapter and name, as "numerics/limits".</summary>
    public string Id => $"{Chapter}/{Name}";

    /// <summary>The file of the lesson.</summary>
    public string Path => System.IO.Path.Combine(Book, Chapter, Name + ".cs");

    /// <summary>The file of what it prints in its fast size, which need not exist.</summary>
    public string ExpectedPath => System.IO.Path.Combine(Book, "expected", Chapter, Name + ".txt");

    /// <summary>The text of the lesson, with line feeds alone.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public string Read() => File.ReadAllText(Path).ReplaceLineEndings("\n");

    /// <summary>The title, from the first line of the lesson: "// # Title".</summary>
    /// <exception cref="BookException">The lesson does not begin with a title.</exception>
    public string ReadTitle()
    {
        string first = File.ReadLines(Path).FirstOrDefault() ?? "";
        return first.StartsWith("// # ", StringComparison.Ordinal) && first.Length > 5
            ? first[5..].Trim()
            : throw new BookException($"{Path}: the first line is \"{first}\"; a lesson begins with its title: // # Title");
    }
}
