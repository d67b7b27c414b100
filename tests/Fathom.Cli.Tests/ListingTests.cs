namespace Fathom.Cli.Tests;

public class ListingTests
{
    static readonly string[] Headings = ["run", "model", "status"];
    static readonly string[][] Rows = [["20260131-142501-lenet-4f2a", "lenet", "complete"], ["second", "", "stopped early because there was nothing left to learn"]];

    static string[] Lines(int width, bool interactive, Action<Terminal> print)
    {
        var text = new StringWriter();
        var terminal = new Terminal(text, TextWriter.Null) { IsInteractive = interactive };
        terminal.Console.Profile.Width = width;
        terminal.Console.Profile.Capabilities.Ansi = false;
        print(terminal);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    [Fact]
    public void A_terminal_that_is_wide_enough_gets_a_table()
    {
        string[] lines = Lines(120, interactive: true, t => Listing.Print(t, Headings, Rows));
        Assert.Contains(lines, l => l.Contains("20260131-142501-lenet-4f2a", StringComparison.Ordinal) && l.Contains("complete", StringComparison.Ordinal));
    }

    [Fact]
    public void A_narrow_one_gets_blocks_whose_lines_fit()
    {
        string[] lines = Lines(40, interactive: true, t => Listing.Print(t, Headings, Rows));
        string[] expected =
        [
            "20260131-142501-lenet-4f2a", "  model   lenet", "  status  complete",
            "second", "  status  stopped early because there", "          was nothing left to learn",
        ];
        Assert.Equal(expected, lines);
    }

    [Fact]
    public void Headings_that_are_too_long_to_stand_beside_stand_above() =>
        Assert.Equal(["learning rate", "  20260131-142501-lenet-4f2a", "    0.1"], Lines(40, interactive: true, t => Listing.Print(t, ["", "20260131-142501-lenet-4f2a"], [["learning rate", "0.1"]])));

    [Fact]
    public void What_is_piped_is_never_broken()
    {
        string[] lines = Lines(40, interactive: false, t => Listing.Print(t, Headings, Rows));
        Assert.Contains(lines, l => l.TrimEnd().EndsWith("nothing left to learn", StringComparison.Ordinal) && l.Contains("second", StringComparison.Ordinal));
    }

    [Fact]
    public void A_confusion_matrix_that_does_not_fit_says_what_each_class_is_taken_for()
    {
        var confusion = new ConfusionMatrix(["shirt", "coat", "bag"]);
        confusion.Add(Tensor.From(0L, 0L, 1L, 1L, 1L), Tensor.From(0L, 1L, 1L, 1L, 0L));
        string[] narrow = Lines(28, interactive: true, confusion.Print);
        Assert.Equal(["shirt", "  right        50.0%", "  else mostly  coat (1)", "coat", "  right        66.7%", "  else mostly  shirt (1)", "bag", "  right        -"], narrow);
        Assert.Contains("true \\ taken for", string.Join('\n', Lines(80, interactive: true, confusion.Print)));
        Assert.Matches(@"shirt\s+1\s+1\s+·\s+50\.0%", string.Join('\n', Lines(28, interactive: false, confusion.Print)));
    }
}
