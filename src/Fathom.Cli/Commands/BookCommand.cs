using System.CommandLine;
using Fathom.Book;
using Fathom.Training;

namespace Fathom.Cli.Commands;

/// <summary>fathom book: the lessons.</summary>
internal static class BookCommand
{
    /// <summary>Where the book is, where it is not found by itself.</summary>
    public static readonly Option<string?> Folder = Opt.Text("--book", "DIR", "The book's folder. [default: the folder book here or in a folder above]");

    /// <summary>Little work.</summary>
    public static readonly Option<bool> Fast = Opt.Flag("--fast", "Compute little, on built-in data: seconds.");

    /// <summary>Much work.</summary>
    public static readonly Option<bool> Full = Opt.Flag("--full", "Compute as much as the course does: this may take long.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("book", "List and run the lessons of the book, and write it as a site.")
        {
            BookListCommand.Create(terminal), BookRunCommand.Create(terminal), BookBuildCommand.Create(terminal),
        };
        Examples.AddTo(command,
            ("fathom book list", "chapters and lessons"),
            ("fathom book run numerics/limits", "run a lesson"),
            ("fathom book build site", "run all and write a site to read offline"));
        return command;
    }

    /// <summary>The book that the command line means.</summary>
    public static Contents Open(ParseResult parse)
    {
        string? given = parse.GetValue(Folder);
        string? found = Contents.FindBook(given ?? Directory.GetCurrentDirectory());
        if (given is not null && found != Path.GetFullPath(given) && found != Path.Combine(Path.GetFullPath(given), "book"))
            throw CliException.Usage($"--book {given}: there is no {Contents.FileName} in it, and so no book.");
        return found is null
            ? throw new CliException($"There is no book here or in a folder above. Change to the folder of the project, or name the book with {Folder.Name} DIR.")
            : Contents.Read(found);
    }

    /// <summary>The size that the command line means.</summary>
    public static LessonSize Size(ParseResult parse)
    {
        bool fast = parse.GetValue(Fast), full = parse.GetValue(Full);
        if (fast && full) throw CliException.Usage("--fast and --full: choose one.");
        return fast ? LessonSize.Fast : full ? LessonSize.Full : LessonSize.Usual;
    }
}
