using Fathom.Data;

namespace Fathom.Cli;

/// <summary>What the user said about data, and what was meant where nothing was said.</summary>
/// <param name="Name">The name given with --data; null for none.</param>
/// <param name="Folder">The folder given with --data-dir; null for none.</param>
/// <param name="Default">The model's own data set.</param>
internal sealed record DataChoice(string? Name, string? Folder, string Default)
{
    /// <summary>How long the network has to give a first byte when nobody asked for this data set in particular.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Loads images.</summary>
    /// <param name="terminal">Told of downloads and of a substitute.</param>
    /// <param name="trainCount">At most so many training images are wanted; null for all.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public async Task<ImageData> LoadAsync(Terminal terminal, int? trainCount, CancellationToken stop)
    {
        ImageData data = await FullAsync(terminal, trainCount, stop).ConfigureAwait(false);
        if (data.Train.Count == 0) throw new CliException($"{data.Origin} has no training images.");
        return trainCount is { } n ? data with { Train = data.Train.Take(n) } : data;
    }

    async Task<ImageData> FullAsync(Terminal terminal, int? trainCount, CancellationToken stop)
    {
        if (Folder is not null) return FromFolder(Folder);
        string name = Name ?? Default;
        if (DataNames.Public(name) is not { } set) return ImageData.Glyphs(Math.Min(trainCount ?? int.MaxValue, 60_000));
        var cache = new DataCache();
        if (Name is not null || cache.Find(name) is not null)
            return await ImageData.LoadAsync(set, cache, progress: new DownloadLine(terminal), cancellation: stop).ConfigureAwait(false);
        return await FetchAsync(set, cache, terminal, stop).ConfigureAwait(false) ?? Substitute(set, terminal, trainCount);
    }

    /// <summary>A folder read as it is; the class names are those of the set that was named, or that the folder's name speaks of.</summary>
    ImageData FromFolder(string folder)
    {
        IdxDataSet? set = Name is null ? IdxDataSet.Known.Where(s => folder.Contains(s.Name, StringComparison.OrdinalIgnoreCase)).MaxBy(s => s.Name.Length) : DataNames.Public(Name);
        string place = (set is null || Name is null ? null : new DataCache(folder).Find(set.Name)) ?? folder;
        ImageData data = ImageData.FromFolder(place, set?.ClassNames);
        return Name is null ? data : data with { Name = Name, Title = set?.Title ?? Name };
    }

    /// <summary>Fetches a set that nobody asked for by name: null where the network does not answer soon.</summary>
    static async Task<ImageData?> FetchAsync(IdxDataSet set, DataCache cache, Terminal terminal, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var downloader = new Downloader { ConnectTimeout = Patience };
        var progress = new DownloadLine(terminal);
        progress.Arrived += () => limit.CancelAfter(Timeout.InfiniteTimeSpan);
        limit.CancelAfter(Patience);
        try { return await ImageData.LoadAsync(set, cache, downloader, progress, limit.Token).ConfigureAwait(false); }
        catch (DownloadException) { return null; }
        catch (UnauthorizedAccessException) { return null; }
        catch (IOException e) when (e is not Formats.DataFormatException) { return null; }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested) { return null; }
    }

    static ImageData Substitute(IdxDataSet set, Terminal terminal, int? trainCount)
    {
        terminal.Out.WriteLine($"{set.Title} is neither in the cache nor reachable: training on Glyphs instead, the built-in digits.");
        terminal.Out.WriteLine($"(fathom data get {set.Name} says how to get it; --data glyphs asks for Glyphs at once)");
        return ImageData.Glyphs(Math.Min(trainCount ?? int.MaxValue, 60_000));
    }
}
