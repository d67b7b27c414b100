using Fathom.Data;
using Fathom.Formats;

namespace Fathom.Cli;

/// <summary>Brings pictures into the form in which a run's model was shown its training images: channels, size, range, and the run's own resizing.</summary>
internal sealed class PictureLoader(RunConfig config, bool invert, Terminal terminal)
{
    /// <summary>Above this mean at the rim a picture is dark on light, unlike all the built-in training images.</summary>
    const double LightRim = 0.6;

    const string StandardInput = "-";

    /// <summary>The picture files behind a name: of a folder all PNG files in it, by name.</summary>
    /// <exception cref="CliException">There is no such file, or no picture in the folder.</exception>
    public static IEnumerable<string> Files(string name)
    {
        if (name == StandardInput || File.Exists(name)) return [name];
        if (!Directory.Exists(name)) throw new CliException($"There is no file {name}.");
        string[] files = [.. Directory.EnumerateFiles(name).Where(f => f.EndsWith(".png", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new CliException($"The folder {Path.GetFullPath(name)} has no PNG files.");
    }

    /// <summary>Reads a picture.</summary>
    /// <returns>Shape (1, C, H, W), as the model takes it.</returns>
    /// <exception cref="DataFormatException">It is no sound PNG file.</exception>
    /// <exception cref="OperationCanceledException">It was waited for, and stopped.</exception>
    public Tensor Load(string path, CancellationToken stop)
    {
        (int channels, int height, int width) = (config.Image[0], config.Image[1], config.Image[2]);
        byte background = invert ? byte.MaxValue : (byte)0;
        Image png = path == StandardInput ? Png.Decode(ReadStandardInput(stop), "standard input") : Png.Read(path);
        Image picture = channels == 1 ? png.ToGrey(background) : png.ToRgb(background);
        if (invert)
        {
            foreach (ref byte sample in picture.Pixels.AsSpan()) sample = (byte)(byte.MaxValue - sample);
        }
        else if (RimMean(picture) > LightRim) terminal.Error.WriteLine($"note: {path} is dark on light, and training images are light on dark; --invert swaps them.");
        Tensor image = new ToFloat().Apply(Tensor.From(picture.Pixels, new Shape(1, picture.Height, picture.Width, channels)).Permute(0, 3, 1, 2).Contiguous());
        if ((picture.Height, picture.Width) != (height, width)) image = new Resize(height, width, antialias: true).Apply(image);
        return config.Settings.Resize is { } side ? new Resize(side).Apply(image) : image;
    }

    /// <summary>Read on another thread, since who writes to a pipe may never come to an end, and reading cannot be broken off.</summary>
    static byte[] ReadStandardInput(CancellationToken stop)
    {
        if (!Console.IsInputRedirected) throw new CliException("- stands for a picture on standard input, which is the keyboard now. Send one there: fathom predict RUN - < digit.png");
        var bytes = new MemoryStream();
        Task reading = Task.Run(() => Console.OpenStandardInput().CopyTo(bytes), CancellationToken.None);
        reading.Wait(stop);
        return bytes.ToArray();
    }

    static double RimMean(Image p)
    {
        var rim = Enumerable.Range(0, p.Height * p.Width).Where(i => i % p.Width == 0 || i % p.Width == p.Width - 1 || i / p.Width == 0 || i / p.Width == p.Height - 1);
        return rim.Average(i => p.Pixels.AsSpan(i * p.Channels, p.Channels)[0]) / 255;
    }
}
