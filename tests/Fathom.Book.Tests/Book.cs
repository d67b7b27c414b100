using System.Collections.Concurrent;
using Fathom.Book;

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

/// <summary>What a lesson did in its fast size.</summary>
/// <param name="Result">How it ended and what it printed.</param>
/// <param name="Plots">The files that it drew, by name.</param>
/// <param name="Strays">Files that it left elsewhere.</param>
sealed record LessonRun(LessonResult Result, IReadOnlyDictionary<string, byte[]> Plots, IReadOnlyList<string> Strays);

/// <summary>Runs lessons in their fast size, as many at a time as there are processors, each with one thread; none is run twice.</summary>
public sealed class LessonRuns : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly LessonHost _host = new();
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
            using TempFolder work = new(), plots = new();
            var environment = new Dictionary<string, string?> { ["FATHOM_BOOK"] = "fast", ["FATHOM_PLOTS"] = plots.Root, ["FATHOM_THREADS"] = "1" };
            using var limit = new CancellationTokenSource(Limit);
            string program = _host.Compile(section.Path, section.Read());
            LessonResult result = await _host.RunAsync(program, [], work.Root, environment, limit.Token);
            return new LessonRun(result, plots.Files.ToDictionary(f => f, f => File.ReadAllBytes(plots[f])), work.Files);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _places.Dispose();
    }
}
