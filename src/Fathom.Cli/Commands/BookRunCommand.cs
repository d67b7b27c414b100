using System.CommandLine;
using Fathom.Book;
using Fathom.Training;

namespace Fathom.Cli.Commands;

/// <summary>fathom book run SECTION: a lesson, as dotnet run would run it, without building anything.</summary>
internal static class BookRunCommand
{
    static readonly Argument<string> Name = new("SECTION") { Description = "The lesson, as numerics/limits; its file's name alone where that is enough; or the path of its file." };
    static readonly Option<bool> Download = Opt.Flag("--download", "Fetch MNIST or Fashion-MNIST, where the lesson wants it and it is not on the machine.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("run", "Run a lesson.") { Name, BookCommand.Fast, BookCommand.Full, Download, BookCommand.Folder };
        command.SetAction((parse, stop) => RunAsync(parse, stop));
        Examples.AddTo(command,
            ("fathom book run numerics/limits", "run a lesson; its plots are written to the folder plots"),
            ("fathom book run limits --fast", "the same, in seconds"));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        Section section = BookCommand.Open(parse).Find(parse.GetRequiredValue(Name));
        string[] arguments =
        [
            .. BookCommand.Size(parse) switch { LessonSize.Fast => ["--fast"], LessonSize.Full => ["--full"], _ => Array.Empty<string>() },
            .. parse.GetValue(Download) ? ["--download"] : Array.Empty<string>(),
        ];
        using var host = new LessonHost();
        return await host.ShowAsync(host.Compile(section.Path, section.Read()), arguments, stop).ConfigureAwait(false);
    }
}
