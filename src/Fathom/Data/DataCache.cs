namespace Fathom.Data;

/// <summary>
/// The folder where data sets are kept between runs, one folder each: FATHOM_DATA if that variable is set, else "fathom" in the user's cache folder
/// (XDG_CACHE_HOME or ~/.cache; ~/Library/Caches on macOS; the local application data on Windows).
/// </summary>
public sealed class DataCache
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "FATHOM_DATA";

    /// <summary>A cache in a folder.</summary>
    /// <param name="root">The folder, made when something is fetched; null for the user's own.</param>
    public DataCache(string? root = null) => Root = Path.GetFullPath(root ?? DefaultRoot());

    /// <summary>The folder that has a folder for each data set.</summary>
    public string Root { get; }

    /// <summary>The folder of a data set, whether it is there or not.</summary>
    public string FolderOf(string dataSet) => Path.Combine(Root, dataSet);

    /// <summary>Where the files of a data set lie: in its folder of the cache, or directly in the cache's root, which may be a folder of IDX files itself.</summary>
    /// <returns>The folder; null if the files are in neither.</returns>
    public string? Find(string dataSet) => new[] { FolderOf(dataSet), Root }.FirstOrDefault(IdxFolder.IsComplete);

    /// <summary>Finds a data set, and fetches what is missing of it.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="downloader">Fetches the files; null for one with the usual time limits.</param>
    /// <param name="progress">Told of each piece that comes; null for nobody.</param>
    /// <param name="cancellation">Stops fetching; what has come stays for the next time.</param>
    /// <returns>The folder with the four files.</returns>
    /// <exception cref="DownloadException">A file could be had from nowhere; the message says what to do.</exception>
    /// <exception cref="IOException">The cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<string> FetchAsync(
        IdxDataSet set, Downloader? downloader = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (Find(set.Name) is { } found) return found;
        string folder = Directory.CreateDirectory(FolderOf(set.Name)).FullName;
        using Downloader? own = downloader is null ? new Downloader() : null;
        foreach (RemoteFile file in set.Files)
        {
            string path = Path.Combine(folder, file.Name);
            if (File.Exists(path) || File.Exists(Path.ChangeExtension(path, null))) continue;
            try { await (downloader ?? own!).DownloadAsync(file, path, progress, cancellation).ConfigureAwait(false); }
            catch (DownloadException e) { throw new DownloadException(WhatToDo(set, folder, e.Message), e); }
        }
        return folder;
    }

    static string WhatToDo(IdxDataSet set, string folder, string failure) =>
        $"""
        {set.Title} is not in the cache, and {failure}
        Without a network: put the files
          {string.Join("\n  ", set.Files.Select(f => f.Name))}
        (as they are, or unpacked without .gz) into {folder},
        or into a folder of your own, and name it with --data-dir, or set {Variable} to it.
        """;

    static string DefaultRoot()
    {
        string? own = Environment.GetEnvironmentVariable(Variable);
        return string.IsNullOrEmpty(own) ? Path.Combine(UserCache(), "fathom") : own;
    }

    static string UserCache()
    {
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS()) return Path.Combine(home, "Library", "Caches");
        string? xdg = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        // A relative path is to be ignored, by the XDG base directory specification.
        if (!string.IsNullOrEmpty(xdg) && Path.IsPathRooted(xdg)) return xdg;
        return home.Length > 0 ? Path.Combine(home, ".cache") : Path.GetTempPath();
    }
}
