using System.CommandLine;
using Fathom.Book;

namespace Fathom.Cli.Commands;

/// <summary>fathom book list: chapters and lessons in order.</summary>
internal static class BookListCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("list", "List chapters and lessons.") { BookCommand.Folder };
        command.SetAction(parse => List(BookCommand.Open(parse), terminal));
        Examples.AddTo(command, ("fathom book list", "the contents of the book"));
        return command;
    }

    static int List(Contents contents, Terminal terminal)
    {
        int width = contents.Sections.Select(s => s.Id.Length).DefaultIfEmpty().Max() + 2;
        foreach (Chapter chapter in contents.Chapters.Where(c => c.Sections.Count > 0))
        {
            terminal.Out.WriteLine(chapter.Title);
            foreach (Section section in chapter.Sections) terminal.Out.WriteLine($"  {section.Id.PadRight(width)}{section.ReadTitle()}");
        }
        return ExitCode.Success;
    }
}
