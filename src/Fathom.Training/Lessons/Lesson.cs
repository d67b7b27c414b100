using System.Text;
using Fathom.Data;

namespace Fathom.Training;

/// <summary>
/// What the lessons of the book share: how much to compute, and which images to learn from. A lesson begins with <c>Lesson lesson = Lesson.Start(args);</c>
/// </summary>
public sealed class Lesson
{
    /// <summary>The environment variable that chooses the size where the command line does not: fast, usual or full.</summary>
    public const string Variable = "FATHOM_BOOK";

    static readonly string Usage = $"a lesson takes --fast, --full, --download or nothing; {Variable} may be fast, usual or full";
    readonly LessonData _data;

    Lesson(LessonSize size, bool download) => (Size, _data) = (size, new LessonData(size, download, Console.Out));

    /// <summary>How much is computed.</summary>
    public LessonSize Size { get; }

    /// <summary>Reads the command line, seeds the random numbers with 0, and makes the console print all of Unicode.</summary>
    /// <param name="args">--fast or --full for the size; --download to fetch images that are not there.</param>
    /// <exception cref="ArgumentException">There is no such option or size; the message lists those that there are.</exception>
    public static Lesson Start(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (Console.OutputEncoding.CodePage != Encoding.UTF8.CodePage) Console.OutputEncoding = Encoding.UTF8;
        LessonSize? size = null;
        bool download = false;
        foreach (string arg in args)
        {
            if (arg == "--fast") size = LessonSize.Fast;
            else if (arg == "--full") size = LessonSize.Full;
            else if (arg == "--download") download = true;
            else throw new ArgumentException($"[lesson] there is no option \"{arg}\": {Usage}", nameof(args));
        }
        Tensor.Seed(0);
        return new Lesson(size ?? FromEnvironment(), download);
    }

    /// <summary>One of three values, by size: <c>int epochs = lesson.Pick(fast: 1, usual: 5, full: 10);</c></summary>
    /// <typeparam name="T">Anything.</typeparam>
    /// <param name="fast">For tests: seconds.</param>
    /// <param name="usual">For readers: a minute on two cores.</param>
    /// <param name="full">As in the course.</param>
    public T Pick<T>(T fast, T usual, T full) => Size switch
    {
        LessonSize.Fast => fast,
        LessonSize.Usual => usual,
        _ => full,
    };

    /// <summary>Handwritten digits, 28 x 28 grey: MNIST where it is on this machine, else Glyphs, the built-in digits. Prints which. Fast lessons always have Glyphs.</summary>
    /// <param name="train">At most so many training images; null for 512, 6,000 or all, by size.</param>
    /// <param name="test">At most so many test images; null for 256, 1,000 or all, by size.</param>
    /// <exception cref="DownloadException">--download was given and the images could not be fetched.</exception>
    /// <exception cref="IOException">A file of the set is damaged.</exception>
    /// <remarks>Looked for in FATHOM_DATA or the user's cache: the folder mnist or another whose name begins so, or that folder itself if its own name does.</remarks>
    public ImageData Digits(int? train = null, int? test = null) => _data.Load(IdxDataSet.Mnist, train, test);

    /// <summary>Articles of clothing, 28 x 28 grey: Fashion-MNIST where it is on this machine, else Glyphs, the built-in digits. Prints which. Fast lessons always have Glyphs.</summary>
    /// <inheritdoc cref="Digits"/>
    public ImageData Clothes(int? train = null, int? test = null) => _data.Load(IdxDataSet.FashionMnist, train, test);

    static LessonSize FromEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "usual" => LessonSize.Usual,
        "fast" => LessonSize.Fast,
        "full" => LessonSize.Full,
        string other => throw new ArgumentException($"[lesson] {Variable} is \"{other}\": {Usage}"),
    };
}
