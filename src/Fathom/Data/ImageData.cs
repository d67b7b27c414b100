namespace Fathom.Data;

/// <summary>A classification task over images: training images, test images, and what the classes are called.</summary>
/// <param name="Name">Its name on the command line, as "mnist".</param>
/// <param name="Title">Its name in messages, as "MNIST".</param>
/// <param name="Train">The images to learn from.</param>
/// <param name="Test">The images to be judged by.</param>
/// <param name="ClassNames">What each label stands for.</param>
/// <param name="Origin">Where the images came from: a folder, or how they were made.</param>
public sealed record ImageData(string Name, string Title, LabeledImages Train, LabeledImages Test, IReadOnlyList<string> ClassNames, string Origin)
{
    /// <summary>The size of an image, (C, H, W).</summary>
    public Shape ImageShape => new(Train.Channels, Train.Height, Train.Width);

    /// <summary>MNIST from the cache, fetched if it is not there: 60,000 + 10,000 handwritten digits.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public static ImageData Mnist(DataCache? cache = null) => LoadAsync(IdxDataSet.Mnist, cache).GetAwaiter().GetResult();

    /// <summary>Fashion-MNIST from the cache, fetched if it is not there: 60,000 + 10,000 articles of clothing.</summary>
    /// <inheritdoc cref="LoadAsync"/>
    public static ImageData FashionMnist(DataCache? cache = null) => LoadAsync(IdxDataSet.FashionMnist, cache).GetAwaiter().GetResult();

    /// <summary>A public data set from the cache, fetched if it is not there.</summary>
    /// <param name="set">The data set.</param>
    /// <param name="cache">Where it is kept; null for the user's cache.</param>
    /// <param name="downloader">Fetches the files; null for one with the usual time limits.</param>
    /// <param name="progress">Told of each piece that comes; null for nobody.</param>
    /// <param name="cancellation">Stops fetching.</param>
    /// <exception cref="DownloadException">It is not in the cache and could be had from nowhere; the message says what to do.</exception>
    /// <exception cref="Formats.DataFormatException">A file in the cache is damaged.</exception>
    /// <exception cref="IOException">The cache cannot be read or written.</exception>
    public static async Task<ImageData> LoadAsync(
        IdxDataSet set, DataCache? cache = null, Downloader? downloader = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        string folder = await (cache ?? new DataCache()).FetchAsync(set, downloader, progress, cancellation).ConfigureAwait(false);
        (LabeledImages train, LabeledImages test) = IdxFolder.Read(folder, set.ClassNames.Count);
        return new ImageData(set.Name, set.Title, train, test, set.ClassNames, folder);
    }

    /// <summary>A folder of IDX files under the official names, read as it is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classNames">What each label stands for; null for "0" to "9".</param>
    /// <exception cref="IOException">The folder or a file is missing, or a file is damaged; see <see cref="IdxFolder.Read"/>.</exception>
    public static ImageData FromFolder(string folder, IReadOnlyList<string>? classNames = null)
    {
        classNames ??= IdxDataSet.Mnist.ClassNames;
        (LabeledImages train, LabeledImages test) = IdxFolder.Read(folder, classNames.Count);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new ImageData(name, name, train, test, classNames, folder);
    }

    /// <summary>The built-in set: digits written by the machine with random hands, pens, stray marks and noise. Each is made from the seed when it is first asked for; nothing is fetched or stored.</summary>
    /// <param name="train">How many training images; any number begins the same.</param>
    /// <param name="test">How many test images.</param>
    /// <param name="seed">The same seed gives the same bytes.</param>
    public static ImageData Glyphs(int train = 60_000, int test = 10_000, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(train);
        ArgumentOutOfRangeException.ThrowIfNegative(test);
        return new ImageData("glyphs", "Glyphs", GlyphSet.Make(train, seed, test: false), GlyphSet.Make(test, seed, test: true), IdxDataSet.Mnist.ClassNames, $"generated from seed {seed}");
    }
}
