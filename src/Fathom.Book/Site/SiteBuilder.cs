using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Fathom.Book.Site;

/// <summary>Writes the book as a static site: no request leaves its folder, and it works when opened from a disk.</summary>
public static class SiteBuilder
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };       // it stands in a file of its own, not in HTML

    /// <summary>Writes the site. The folder appears whole, or is left as it was.</summary>
    /// <param name="contents">The book.</param>
    /// <param name="runs">Its lessons as they ran, in order.</param>
    /// <param name="folder">Where to; must not exist, be empty, or hold a former site, which is replaced.</param>
    /// <param name="note">What the foot of every page says.</param>
    /// <exception cref="BookException">The folder holds something else, or a lesson links to one that is not there.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(Contents contents, IReadOnlyList<LessonRun> runs, string folder, string note)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        CheckTarget(target);
        string work = $"{target}.{Guid.NewGuid():n}";
        try
        {
            WritePages(contents, runs, Directory.CreateDirectory(work).FullName, note);
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            Directory.Move(work, target);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Says whether a site may be written to a folder; worth asking before lessons are run.</summary>
    /// <exception cref="BookException">The folder holds something else than a site.</exception>
    public static void CheckTarget(string folder)
    {
        if (File.Exists(folder)) throw new BookException($"{folder} is a file; the site needs a folder.");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) return;
        string index = Path.Combine(folder, "index.html");
        if (!File.Exists(index) || !File.ReadAllText(index).Contains(SitePages.Generator, StringComparison.Ordinal))
            throw new BookException($"{folder} holds files that are no site of this book. Name a new or an empty folder.");
    }

    static void WritePages(Contents contents, IReadOnlyList<LessonRun> runs, string folder, string note)
    {
        var entries = runs.Select(r => new Entry(r.Section, r.Section.ReadTitle())).ToList();
        var pages = new SitePages(contents, entries, note);
        var found = new List<object>();
        for (int i = 0; i < runs.Count; i++)
        {
            LessonRun run = runs[i];
            var page = new LessonPage(run, contents);
            string chapter = Directory.CreateDirectory(Path.Combine(folder, run.Section.Chapter)).FullName;
            File.WriteAllText(Path.Combine(chapter, run.Section.Name + ".html"), pages.Lesson(i, page.Write()));
            File.WriteAllText(Path.Combine(chapter, run.Section.Name + ".cs"), run.Source.Text);
            WritePlots(run, Path.Combine(chapter, run.Section.Name));
            found.AddRange(page.Parts.Select(p => new { url = $"{entries[i].Url}#{p.Anchor}", title = entries[i].Title, part = p.Heading, text = p.Text }));
        }
        File.WriteAllText(Path.Combine(folder, "index.html"), pages.Index());
        File.WriteAllText(Path.Combine(folder, "search-index.js"), $"window.searchIndex = {JsonSerializer.Serialize(found, Plain)};\n");
        foreach (string name in (string[])["style.css", "search.js"]) File.WriteAllText(Path.Combine(folder, name), Resource(name));
    }

    static void WritePlots(LessonRun run, string folder)
    {
        if (run.Plots.Count > 0) Directory.CreateDirectory(folder);
        foreach ((string name, byte[] bytes) in run.Plots) File.WriteAllBytes(Path.Combine(folder, name), bytes);
    }

    static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
