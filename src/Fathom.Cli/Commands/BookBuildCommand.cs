using System.CommandLine;
using Fathom.Book;
using Fathom.Book.Site;
using Fathom.Training;

namespace Fathom.Cli.Commands;

/// <summary>fathom book build OUT: runs all lessons and writes the site.</summary>
internal static class BookBuildCommand
{
    static readonly Argument<string> Out = new("OUT") { Description = "The folder of the site: a new one, an empty one, or a former site, which is replaced." };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("build", "Run all lessons and write the book as a static site.") { Out, BookCommand.Fast, BookCommand.Full, BookCommand.Folder };
        command.SetAction((parse, stop) => BuildAsync(parse, terminal, stop));
        Examples.AddTo(command,
            ("fathom book build site", "the book, to be opened at site/index.html"),
            ("fathom book build site --fast", "in a minute or two, with little training"));
        return command;
    }

    static async Task<int> BuildAsync(ParseResult parse, Terminal terminal, CancellationToken stop)
    {
        string folder = parse.GetRequiredValue(Out);
        Contents contents = BookCommand.Open(parse);
        LessonSize size = BookCommand.Size(parse);
        SiteBuilder.CheckTarget(folder);
        IReadOnlyList<LessonRun> runs = await RunAllAsync(contents, size, terminal, stop).ConfigureAwait(false);
        LessonRun[] failed = [.. runs.Where(r => r.ExitCode != 0 || r.Error.Length > 0)];
        foreach (LessonRun run in failed) terminal.Error.WriteLine($"{run.Section.Id} ended with code {run.ExitCode}:\n{run.Error.TrimEnd()}");
        if (failed.Length > 0) throw new CliException($"{failed.Length} of {runs.Count} lessons failed; no site was written.");
        SiteBuilder.Write(contents, runs, folder, $"The lessons ran in their {size.ToString().ToLowerInvariant()} size.");
        terminal.Out.WriteLine($"{runs.Count} {(runs.Count == 1 ? "lesson" : "lessons")} written; open {Path.Combine(folder, "index.html")}");
        return ExitCode.Success;
    }

    /// <summary>Fast lessons share the processors. Others have them to themselves, one after another, since some of them measure times.</summary>
    static async Task<IReadOnlyList<LessonRun>> RunAllAsync(Contents contents, LessonSize size, Terminal terminal, CancellationToken stop)
    {
        using var runner = new LessonRunner();
        Section[] sections = [.. contents.Sections];
        var runs = new LessonRun[sections.Length];
        bool shared = size == LessonSize.Fast;
        var options = new ParallelOptions { MaxDegreeOfParallelism = shared ? Environment.ProcessorCount : 1, CancellationToken = stop };
        await Parallel.ForAsync(0, sections.Length, options, async (i, cancel) =>
        {
            runs[i] = await runner.RunAsync(sections[i], size, shared ? 1 : null, cancel).ConfigureAwait(false);
            lock (runner) terminal.Out.WriteLine($"{sections[i].Id,-44} {runs[i].Time.TotalSeconds,6:f1} s");
        }).ConfigureAwait(false);
        return runs;
    }
}
