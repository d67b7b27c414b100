using Fathom.Formats;

namespace Fathom.Data;

/// <summary>A folder with the four IDX files of a data set under their official names, with or without ".gz".</summary>
public static class IdxFolder
{
    /// <summary>Whether a folder has all four files.</summary>
    public static bool IsComplete(string folder) => IdxDataSet.FileNames.All(name => Find(folder, name) is not null);

    /// <summary>Reads a folder as it is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">How many classes there are; labels must be less.</param>
    /// <returns>Training and test images.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="DataFormatException">A file is damaged, images and labels are not as many, a label is out of range, or sizes differ between training and test.</exception>
    public static (LabeledImages Train, LabeledImages Test) Read(string folder, int classes = 10)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder {folder}. It should hold the IDX files {Wanted}.");
        string[] paths = [.. IdxDataSet.FileNames.Select(name => Find(folder, name) ?? throw Missing(folder, name))];
        LabeledImages train = ReadPair(paths[0], paths[1], classes), test = ReadPair(paths[2], paths[3], classes);
        if ((train.Height, train.Width) != (test.Height, test.Width))
            throw new DataFormatException(paths[2], $"its images are {test.Height} x {test.Width}", $"{train.Height} x {train.Width}, as in {paths[0]}");
        return (train, test);
    }

    /// <summary>Reads a file of images and one of labels that belong together.</summary>
    /// <param name="imagePath">Bytes of shape (count, height, width).</param>
    /// <param name="labelPath">Bytes of shape (count,).</param>
    /// <param name="classes">How many classes there are; labels must be less.</param>
    /// <exception cref="DataFormatException">A file is damaged, they are not as many, or a label is out of range.</exception>
    public static LabeledImages ReadPair(string imagePath, string labelPath, int classes = 10)
    {
        RawArray images = ReadBytes(imagePath, 3, "images: bytes of shape (count, height, width), magic number 00 00 08 03");
        RawArray labels = ReadBytes(labelPath, 1, "labels: bytes of shape (count,), magic number 00 00 08 01");
        if (images.Shape[0] != labels.Shape[0])
            throw new DataFormatException(labelPath, $"it has {labels.Shape[0]} labels, but {imagePath} has {images.Shape[0]} images", "as many labels as images");
        int wrong = labels.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(classes - 1, byte.MaxValue));
        if (wrong >= 0) throw new DataFormatException(labelPath, $"label {wrong} is {labels.Data[wrong]}", $"0 to {classes - 1} for {classes} classes");
        return new LabeledImages(1, images.Shape[1], images.Shape[2], images.Data, labels.Data);
    }

    static string Wanted => string.Join(", ", IdxDataSet.FileNames) + " (each with or without .gz)";

    static string? Find(string folder, string name) =>
        new[] { name, name + ".gz" }.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    static FileNotFoundException Missing(string folder, string name) =>
        new($"{folder} has no {name} or {name}.gz. A data folder holds the IDX files {Wanted}.", name);

    static RawArray ReadBytes(string path, int rank, string expected)
    {
        RawArray array = IdxFile.Read(path);
        return array.Type == ElementType.UInt8 && array.Shape.Length == rank ? array : throw new DataFormatException(path, $"it holds {array}", expected);
    }
}
