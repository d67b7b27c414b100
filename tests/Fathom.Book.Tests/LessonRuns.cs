using System.Collections.Concurrent;
using Fathom.Book;
using Fathom.Training;

[assembly: AssemblyFixture(typeof(Fathom.Book.Tests.LessonRuns))]

namespace Fathom.Book.Tests;

/// <summary>The book of this repository.</summary>
static class TheBook
{
    public static string Root { get; } = FindRoot();
    public static string Folder => Path.Combine(Root, "book");
    public static Contents Contents { get; } = Contents.Read(Folder);

    static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Fathom.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("The tests run inside the repository, below Fathom.slnx.");
    }
}

/// <summary>Runs lessons in their fast size, as many at a time as there are processors, each with one thread; none is run twice.</summary>
public sealed class LessonRuns : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly LessonRunner _runner = new();
    readonly SemaphoreSlim _places = new(Environment.ProcessorCount);
    readonly ConcurrentDictionary<string, Lazy<Task<LessonRun>>> _runs = [];

    /// <summary>The lessons to be tested: all, or those whose name contains FATHOM_LESSON.</summary>
    internal static IReadOnlyList<Section> Wanted { get; } =
        [.. TheBook.Contents.Sections.Where(s => s.Id.Contains(Environment.GetEnvironmentVariable("FATHOM_LESSON") ?? "", StringComparison.Ordinal))];

    /// <summary>Starts all lessons at the first call, and waits for one.</summary>
    internal Task<LessonRun> Of(Section section)
    {
        foreach (Section s in Wanted) _ = Begin(s);
        return Begin(section);
    }

    Task<LessonRun> Begin(Section section) =>
        _runs.GetOrAdd(section.Id, _ => new Lazy<Task<LessonRun>>(() => Task.Run(() => RunAsync(section)))).Value;

    async Task<LessonRun> RunAsync(Section section)
    {
        await _places.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            return await _runner.RunAsync(section, LessonSize.Fast, threads: 1, limit.Token);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _runner.Dispose();
        _places.Dispose();
    }
}
