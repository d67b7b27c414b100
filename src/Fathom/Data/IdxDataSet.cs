namespace Fathom.Data;

/// <summary>A public data set of labelled images in four IDX files: what it is called, where its files come from, and what its classes are.</summary>
/// <param name="Name">The name of its folder in the cache and on the command line.</param>
/// <param name="Title">Its name in messages.</param>
/// <param name="Files">Training images, training labels, test images, test labels.</param>
/// <param name="ClassNames">What each label stands for.</param>
public sealed record IdxDataSet(string Name, string Title, IReadOnlyList<RemoteFile> Files, IReadOnlyList<string> ClassNames)
{
    /// <summary>The official file names, without ".gz": training images and labels, test images and labels.</summary>
    public static IReadOnlyList<string> FileNames { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>MNIST: 60,000 + 10,000 handwritten digits (LeCun, Cortes and Burges 1998).</summary>
    public static IdxDataSet Mnist { get; } = new("mnist", "MNIST",
        Remote(
            ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
            (9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"), (28881, "d53e105ee54ea40749a09fcbcd1e9432"),
            (1648877, "9fb629c4189551a2d022fa330f9573f3"), (4542, "ec29112dd5afa0611ce80d1b7f02629c")),
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);

    /// <summary>Fashion-MNIST: 60,000 + 10,000 articles of clothing (Xiao, Rasul and Vollgraf 2017).</summary>
    public static IdxDataSet FashionMnist { get; } = new("fashion-mnist", "Fashion-MNIST",
        Remote(
            ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"],
            (26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"), (29515, "25c81989df183df01b3e8a0aad5dffbe"),
            (4422102, "bef4ecab320f06d8554ea6380940ec79"), (5148, "bb300cfdad3c16e7a12a480ee83cd310")),
        ["t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"]);

    /// <summary>The sets that can be fetched by name.</summary>
    public static IReadOnlyList<IdxDataSet> Known { get; } = [Mnist, FashionMnist];

    static RemoteFile[] Remote(string[] folders, params (long Size, string Md5)[] files) =>
        [.. files.Select((f, i) => new RemoteFile(FileNames[i] + ".gz", f.Size, Checksum.Md5(f.Md5), [.. folders.Select(folder => new Uri(folder + FileNames[i] + ".gz"))]))];
}
