using Fathom.Training;

namespace Fathom.Book;

/// <summary>A lesson that was run cell by cell.</summary>
/// <param name="Section">Which one.</param>
/// <param name="Source">Its text and cells.</param>
/// <param name="ExitCode">0 if it ended well.</param>
/// <param name="Output">All that it printed.</param>
/// <param name="Error">What it printed as errors.</param>
/// <param name="Cells">What each cell printed, by its number.</param>
/// <param name="Plots">The files that it drew, by name.</param>
/// <param name="Strays">Files that it wrote elsewhere, in the folder where it ran.</param>
/// <param name="Time">How long it took.</param>
public sealed record LessonRun(
    Section Section, LessonSource Source, int ExitCode, string Output, string Error, IReadOnlyDictionary<int, string> Cells, IReadOnlyDictionary<string, byte[]> Plots,
    IReadOnlyList<string> Strays, TimeSpan Time);

/// <summary>Runs lessons and tells apart what their cells print.</summary>
public sealed class LessonRunner : IDisposable
{
    readonly LessonHost _host = new();

    /// <summary>Runs a lesson in a folder of its own.</summary>
    /// <param name="section">The lesson.</param>
    /// <param name="size">How much it computes.</param>
    /// <param name="threads">How many threads it has; null for as many as usual.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="BookException">It does not compile.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<LessonRun> RunAsync(Section section, LessonSize size, int? threads = null, CancellationToken stop = default)
    {
        LessonSource source = LessonSource.Parse(section.Path, section.Read());
        string program = _host.Compile(section.Path, source.Instrument(), LessonSource.MarkClass);
        DirectoryInfo work = Directory.CreateTempSubdirectory("fathom-lesson-"), plots = Directory.CreateTempSubdirectory("fathom-plots-");
        try
        {
            var environment = new Dictionary<string, string?> { [Lesson.Variable] = size.ToString().ToLowerInvariant(), ["FATHOM_PLOTS"] = plots.FullName };
            if (threads is { } n) environment["FATHOM_THREADS"] = $"{n}";
            long begin = TimeProvider.System.GetTimestamp();
            LessonResult result = await _host.RunAsync(program, [], work.FullName, environment, stop).ConfigureAwait(false);
            TimeSpan time = TimeProvider.System.GetElapsedTime(begin);
            Dictionary<int, string> cells = LessonSource.Split(result.Output);
            return new LessonRun(
                section, source, result.ExitCode, string.Concat(cells.OrderBy(c => c.Key).Select(c => c.Value)), result.Error, cells,
                plots.GetFiles().OrderBy(f => f.Name, StringComparer.Ordinal).ToDictionary(f => f.Name, f => File.ReadAllBytes(f.FullName)),
                [.. work.GetFileSystemInfos().Select(f => f.Name)], time);
        }
        finally
        {
            work.Delete(recursive: true);
            plots.Delete(recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();
}
