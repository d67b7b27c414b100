using Fathom.Data;
using Fathom.Formats;
using Fathom.Tests;

namespace Fathom.Training.Tests.Lessons;

/// <summary>What lessons share: sizes, and images that are found or made.</summary>
public class LessonTests
{
    [Fact]
    public void The_size_comes_from_the_command_line()
    {
        Assert.Equal((LessonSize.Fast, 1), (Lesson.Start(["--fast"]).Size, Lesson.Start(["--fast"]).Pick(1, 2, 3)));
        Assert.Equal((LessonSize.Full, 3), (Lesson.Start(["--full"]).Size, Lesson.Start(["--full"]).Pick(1, 2, 3)));
        Assert.Equal(2, Lesson.Start([]).Pick(1, 2, 3));
        Assert.Contains("\"--quick\": a lesson takes --fast", Assert.Throws<ArgumentException>(() => Lesson.Start(["--quick"])).Message);
    }

    [Fact]
    public void Random_numbers_are_the_same_in_every_run()
    {
        Lesson.Start([]);
        float first = Tensor.RandN(1).Item<float>();
        Lesson.Start([]);
        Assert.Equal(first, Tensor.RandN(1).Item<float>());
    }

    [Fact]
    public void Images_are_built_in_where_no_set_is_found()
    {
        using var folder = new TempFolder();
        var said = new StringWriter();
        ImageData data = Load(folder, IdxDataSet.FashionMnist, LessonSize.Usual, said, train: 30, test: 20);
        Assert.Equal(("glyphs", 30, 20), (data.Name, data.Train.Count, data.Test.Count));
        Assert.Equal("data: Glyphs, 30 training and 20 test images, built in (Fashion-MNIST is not on this machine; --download fetches it)\n", said.ToString());
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("mnist-10k")]
    public void A_set_in_the_cache_is_taken(string name)
    {
        using var folder = new TempFolder();
        WriteSet(Path.Combine(folder.Root, name), images: 5);
        var said = new StringWriter();
        ImageData data = Load(folder, IdxDataSet.Mnist, LessonSize.Usual, said, train: 3, test: 20);
        Assert.Equal(("mnist", 3, 5), (data.Name, data.Train.Count, data.Test.Count));
        Assert.Equal("data: MNIST, 3 training and 5 test images\n", said.ToString());
        Assert.Equal("glyphs", Load(folder, IdxDataSet.FashionMnist, LessonSize.Usual, said, 3, 3).Name);
    }

    [Fact]
    public void The_cache_may_be_the_folder_of_the_set()
    {
        using var folder = new TempFolder();
        string set = Path.Combine(folder.Root, "fashion-mnist-900");
        WriteSet(set, images: 4);
        Assert.Equal("ankle boot", Load(set, IdxDataSet.FashionMnist, LessonSize.Full, TextWriter.Null, null, null).ClassNames[9]);
        Assert.Equal("glyphs", Load(set, IdxDataSet.Mnist, LessonSize.Usual, TextWriter.Null, 3, 3).Name);
    }

    [Fact]
    public void Fast_lessons_see_the_same_images_anywhere()
    {
        using var folder = new TempFolder();
        WriteSet(Path.Combine(folder.Root, "mnist"), images: 5);
        Assert.Equal("glyphs", Load(folder, IdxDataSet.Mnist, LessonSize.Fast, TextWriter.Null, 3, 3).Name);
    }

    static ImageData Load(TempFolder folder, IdxDataSet set, LessonSize size, TextWriter said, int? train, int? test) => Load(folder.Root, set, size, said, train, test);

    static ImageData Load(string folder, IdxDataSet set, LessonSize size, TextWriter said, int? train, int? test)
    {
        said.NewLine = "\n";
        return new LessonData(size, download: false, said, new DataCache(folder)).Load(set, train, test);
    }

    static void WriteSet(string folder, int images)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in IdxDataSet.FileNames)
        {
            int[] shape = name.Contains("images") ? [images, 28, 28] : [images];
            IdxFile.Write(Path.Combine(folder, name), new RawArray(ElementType.UInt8, shape, new byte[shape.Aggregate((a, b) => a * b)]));
        }
    }
}
