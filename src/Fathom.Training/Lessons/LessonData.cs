using Fathom.Data;

namespace Fathom.Training;

/// <summary>Finds the images that a lesson learns from, and says which they are.</summary>
/// <param name="size">How many images are taken where the lesson does not say; fast lessons have built-in images only, so that tests see the same anywhere.</param>
/// <param name="download">Whether to fetch what is not on this machine.</param>
/// <param name="output">Where it is said.</param>
/// <param name="cache">Where the sets are kept; null for the user's cache.</param>
internal sealed class LessonData(LessonSize size, bool download, TextWriter output, DataCache? cache = null)
{
    readonly DataCache _cache = cache ?? new DataCache();

    /// <summary>The set, or Glyphs in its place, cut to the sizes.</summary>
    public ImageData Load(IdxDataSet set, int? train, int? test)
    {
        int trainCount = train ?? size switch { LessonSize.Fast => 512, LessonSize.Usual => 6_000, _ => 60_000 };
        int testCount = test ?? size switch { LessonSize.Fast => 256, LessonSize.Usual => 1_000, _ => 10_000 };
        ImageData data = Real(set) ?? ImageData.Glyphs(trainCount, testCount);
        data = data with { Train = data.Train.Take(trainCount), Test = data.Test.Take(testCount) };
        output.WriteLine($"data: {data.Title}, {data.Train.Count} training and {data.Test.Count} test images{Why(set, data)}");
        return data;
    }

    ImageData? Real(IdxDataSet set)
    {
        if (size == LessonSize.Fast) return null;
        if (Find(set) is { } folder)
            return ImageData.FromFolder(folder, set.ClassNames) with { Name = set.Name, Title = set.Title };
        return download ? ImageData.LoadAsync(set, _cache).GetAwaiter().GetResult() : null;
    }

    /// <summary>The folder of the set; that of a part of it, as "mnist-10k", if the whole is not there.</summary>
    string? Find(IdxDataSet set)
    {
        if (!Directory.Exists(_cache.Root)) return null;
        IEnumerable<string> parts = Directory.GetDirectories(_cache.Root, set.Name + "*").Order(StringComparer.Ordinal);
        string? own = Path.GetFileName(_cache.Root).StartsWith(set.Name, StringComparison.OrdinalIgnoreCase) ? _cache.Root : null;
        return new[] { own, _cache.FolderOf(set.Name) }.Concat(parts).FirstOrDefault(folder => folder is not null && IdxFolder.IsComplete(folder));
    }

    string Why(IdxDataSet set, ImageData data) =>
        data.Name == set.Name ? "" : size == LessonSize.Fast ? ", built in" : $", built in ({set.Title} is not on this machine; --download fetches it)";
}
