namespace Fathom.Book;

/// <summary>A chapter: a folder of lessons.</summary>
/// <param name="Name">The name of the folder, as "numerics".</param>
/// <param name="Title">What it is called, as "Numerical methods".</param>
/// <param name="Sections">Its lessons in reading order.</param>
public sealed record Chapter(string Name, string Title, IReadOnlyList<Section> Sections);

/// <summary>
/// The order of the book, from its file contents.txt: a line "name: Title" begins a chapter, and each line below it that is indented names a lesson of it. Empty lines
/// and lines that begin with # count for nothing.
/// </summary>
/// <param name="Book">The folder of the book.</param>
/// <param name="Chapters">The chapters in reading order.</param>
public sealed record Contents(string Book, IReadOnlyList<Chapter> Chapters)
{
    /// <summary>The file that holds the order.</summary>
    public const string FileName = "contents.txt";

    /// <summary>All lessons in reading order.</summary>
    public IEnumerable<Section> Sections => Chapters.SelectMany(c => c.Sections);

    /// <summary>The folder of the book: "book", or the folder itself, in the given folder or one above it.</summary>
    /// <param name="start">Where to begin.</param>
    /// <returns>The folder that holds contents.txt; null if there is none.</returns>
    public static string? FindBook(string start)
    {
        for (string? folder = Path.GetFullPath(start); folder is not null; folder = Path.GetDirectoryName(folder))
            foreach (string candidate in (string[])[folder, Path.Combine(folder, "book")])
                if (File.Exists(Path.Combine(candidate, FileName))) return candidate;
        return null;
    }

    /// <summary>Reads the order of a book.</summary>
    /// <param name="book">The folder that holds contents.txt.</param>
    /// <exception cref="BookException">A line cannot be understood, or a lesson is named twice or has no file.</exception>
    /// <exception cref="IOException">There is no such file.</exception>
    public static Contents Read(string book)
    {
        var chapters = new List<(string Name, string Title, List<Section> Sections)>();
        string path = Path.Combine(book, FileName);
        string[] lines = File.ReadAllLines(path);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd();
            if (line.Length == 0 || line[0] == '#') continue;
            if (char.IsWhiteSpace(line[0])) AddSection(line.Trim(), $"{path}({i + 1})");
            else AddChapter(line, $"{path}({i + 1})");
        }
        return new Contents(book, [.. chapters.Select(c => new Chapter(c.Name, c.Title, c.Sections))]);

        void AddChapter(string line, string place)
        {
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts.Length < 2 || !IsName(parts[0]) || parts[1].Length == 0)
                throw new BookException($"{place}: \"{line}\" is no chapter: expected a folder's name, a colon and a title, as in \"numerics: Numerical methods\"");
            if (chapters.Any(c => c.Name == parts[0])) throw new BookException($"{place}: the chapter {parts[0]} is there twice");
            chapters.Add((parts[0], parts[1], []));
        }

        void AddSection(string name, string place)
        {
            if (chapters.Count == 0) throw new BookException($"{place}: {name} stands before the first chapter");
            if (!IsName(name)) throw new BookException($"{place}: \"{name}\" is no lesson: expected the name of a file without .cs, in small letters, digits and hyphens");
            var section = new Section(book, chapters[^1].Name, name);
            if (chapters[^1].Sections.Contains(section)) throw new BookException($"{place}: {section.Id} is there twice");
            if (!File.Exists(section.Path)) throw new BookException($"{place}: there is no lesson {section.Path}");
            chapters[^1].Sections.Add(section);
        }
    }

    /// <summary>Lessons that lie in the book's folder but are not in its contents, as "numerics/limits".</summary>
    public IReadOnlyList<string> FindUnlisted()
    {
        IEnumerable<string> files = Directory.EnumerateFiles(Book, "*.cs", SearchOption.AllDirectories)
            .Select(f => Path.ChangeExtension(Path.GetRelativePath(Book, f), null).Replace(Path.DirectorySeparatorChar, '/'));
        return [.. files.Except(Sections.Select(s => s.Id)).Order(StringComparer.Ordinal)];
    }

    /// <summary>A lesson by name: "numerics/limits", or "limits" where one chapter alone has that name. A path such as book/numerics/limits.cs will do too.</summary>
    /// <exception cref="BookException">There is none, or there are several.</exception>
    public Section Find(string name)
    {
        string wanted = name.Replace('\\', '/');
        if (wanted.EndsWith(".cs", StringComparison.Ordinal)) wanted = string.Join('/', wanted[..^3].Split('/').TakeLast(2));
        Section[] found = [.. Sections.Where(s => s.Id == wanted || s.Name == wanted)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new BookException($"There is no lesson {name} in {Book}. {Nearest(wanted)}fathom book list shows all."),
            _ => throw new BookException($"{name} is the name of several lessons: {string.Join(", ", found.Select(s => s.Id))}."),
        };
    }

    string Nearest(string wanted)
    {
        string[] near = [.. Sections.Select(s => s.Id).Where(id => id.Contains(wanted, StringComparison.OrdinalIgnoreCase)).Take(3)];
        return near.Length == 0 ? "" : $"Did you mean {string.Join(" or ", near)}? ";
    }

    static bool IsName(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
