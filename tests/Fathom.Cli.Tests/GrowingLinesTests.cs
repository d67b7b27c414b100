using Fathom.Tests;

namespace Fathom.Cli.Tests;

public sealed class GrowingLinesTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Path => _folder["steps.jsonl"];

    static string Line(double value) => $"{{\"epoch\":{value}}}\n";

    static double[] Values(GrowingLines lines) => [.. lines.Lines.Select(l => l["epoch"])];

    [Fact]
    public void What_is_appended_is_read_and_what_is_half_written_is_left_until_it_is_whole()
    {
        var lines = new GrowingLines(Path);
        Assert.False(lines.Look());
        File.WriteAllText(Path, Line(1) + "{\"epo");
        Assert.True(lines.Look());
        Assert.Equal([1], Values(lines));
        Assert.False(lines.Look());
        File.AppendAllText(Path, "ch\":2}\n" + Line(3));
        Assert.True(lines.Look());
        Assert.Equal([1, 2, 3], Values(lines));
        Assert.Equal(0, lines.Replaced);
    }

    [Fact]
    public void A_line_that_is_no_object_is_passed_over()
    {
        File.WriteAllText(Path, Line(1) + "{\"epo\n[1]\n\n" + "{\"epoch\":2,\"train_loss\":null,\"complete\":true}\n");
        var lines = new GrowingLines(Path);
        lines.Look();
        Assert.Equal([1, 2], Values(lines));
        Assert.Equal(["epoch"], lines.Lines[1].Keys);
    }

    /// <summary>Shorter, as long, or longer than before: the bytes before the place to go on from tell.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(200)]
    public void A_file_that_was_replaced_is_read_anew(int length)
    {
        File.WriteAllText(Path, string.Concat(Enumerable.Range(100, 40).Select(i => Line(i))));
        var lines = new GrowingLines(Path);
        lines.Look();
        double[] others = [.. Enumerable.Range(500, length).Select(i => (double)i)];
        Formats.AtomicFile.WriteAllText(Path, string.Concat(others.Select(Line)));
        File.SetLastWriteTimeUtc(Path, DateTime.UtcNow.AddSeconds(3));
        Assert.True(lines.Look());
        Assert.Equal(others, Values(lines));
        Assert.Equal(1, lines.Replaced);
    }

    [Fact]
    public void A_file_that_goes_away_takes_its_lines_along()
    {
        File.WriteAllText(Path, Line(1));
        var lines = new GrowingLines(Path);
        lines.Look();
        File.Delete(Path);
        Assert.True(lines.Look());
        Assert.Empty(lines.Lines);
        Assert.Equal(1, lines.Replaced);
    }
}
