using Fathom.Data;
using Fathom.Tests;

namespace Fathom.Cli.Tests;

public class DataCommandTests
{
    [Fact]
    public void List_names_all_sets()
    {
        (int code, string output, _) = Shell.Run("data", "list");
        Assert.Equal(0, code);
        Assert.All(DataNames.All, name => Assert.Contains(name, output));
    }

    [Fact]
    public void Show_counts_classes_and_draws_one_of_each()
    {
        (int code, string output, _) = Shell.Run("data", "show", "glyphs");
        Assert.Equal(0, code);
        Assert.Contains("60,000 training and 10,000 test images of 1 x 28 x 28, 10 classes", output);
        Assert.Contains("▒", output);
    }

    [Fact]
    public void A_picture_in_text_keeps_its_proportions_and_brightness()
    {
        byte[] pixels = new byte[28 * 28];
        for (int i = 0; i < pixels.Length / 2; i++) pixels[i] = 255;
        string[] tile = TextImage.Tile("upper half", pixels, 28, 28);
        Assert.Equal(13, tile.Length);
        Assert.All(tile, line => Assert.Equal(TextImage.Columns, line.Length));
        Assert.Equal((new string('█', TextImage.Columns), new string(' ', TextImage.Columns)), (tile[1], tile[11]));
    }

    [Fact]
    public void Built_in_sets_need_no_fetching()
    {
        (int code, string output, _) = Shell.Run("data", "get", "glyphs");
        Assert.Equal(0, code);
        Assert.Contains("built in", output);
    }

    [Fact]
    public void Info_tells_what_a_report_needs()
    {
        (int code, string output, _) = Shell.Run("info");
        Assert.Equal(0, code);
        Assert.All(["fathom", ".NET", "processor", "vectors", "threads", "memory", "data cache"], fact => Assert.Contains(fact, output));
    }

    [Fact]
    public async Task A_named_folder_may_be_the_cache_or_the_set_itself()
    {
        using var folder = new TempFolder();
        string set = Directory.CreateDirectory(folder["fashion-mnist"]).FullName;
        foreach (string name in IdxDataSet.FileNames)
            File.WriteAllBytes(Path.Combine(set, name), name.Contains("images") ? [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4] : [0, 0, 8, 1, 0, 0, 0, 1, 9]);
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        foreach (DataChoice choice in (DataChoice[])[new("fashion-mnist", folder.Root, "mnist"), new("fashion-mnist", set, "mnist"), new(null, set, "mnist")])
        {
            ImageData data = await choice.LoadAsync(terminal, null, default);
            Assert.Equal(("fashion-mnist", "ankle boot", 1), (data.Name, data.ClassNames[9], data.Train.Count));
        }
    }
}
