using Fathom.Tests;
using Fathom.Training;

namespace Fathom.Cli.Tests;

public sealed class RunsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Trained(string name, params string[] more)
    {
        Assert.Equal(0, Shell.Train("softmax", _folder[name], more).Code);
        return _folder[name];
    }

    [Fact]
    public void Runs_are_listed_with_how_they_stand_and_how_good_they_are()
    {
        Trained("one");
        Trained("two", "--lr", "0.3");
        File.Delete(Path.Combine(_folder["one"], RunFolder.SummaryName));
        using RunFolder going = RunFolder.Create(_folder["two"]);
        (int code, string output, string error) = Shell.Run("runs", "list", "--in", _folder.Root);
        Assert.Equal((0, ""), (code, error));
        string[] lines = output.Split('\n');
        Assert.Matches(@"two\s+softmax\s+glyphs\s+running\s+1/1\s+\d+\.\d% \(1\)", Array.Find(lines, l => l.Contains("two", StringComparison.Ordinal)));
        Assert.Matches(@"one\s+softmax\s+glyphs\s+broken off\s+1/1", Array.Find(lines, l => l.Contains("one", StringComparison.Ordinal)));
        Assert.Contains("There are no runs", Shell.Run("runs", "list", "--in", _folder["absent"]).Out);
    }

    [Fact]
    public void A_damaged_run_is_told_of_and_does_not_hide_the_others()
    {
        Trained("fine");
        Trained("broken");
        File.WriteAllText(Path.Combine(_folder["broken"], RunFolder.ConfigName), "{");
        File.AppendAllText(Path.Combine(_folder["fine"], RunFolder.MetricsName), "{\"epoch\": 2, \"tr");
        (int code, string output, string error) = Shell.Run("runs", "list", "--in", _folder.Root);
        Assert.Equal(0, code);
        Assert.Contains("fine", output);
        Assert.Contains("is damaged", error);
    }

    [Fact]
    public void One_run_is_shown_with_settings_and_epochs()
    {
        string run = Trained("one", "--optimizer", "adam", "--seed", "9");
        (int code, string output, _) = Shell.Run("runs", "show", run);
        Assert.Equal(0, code);
        foreach (string part in (string[])["complete", "adam, learning rate 0.001, batch 64, 1 epochs, seed 9", "7,850 parameters", "val accuracy", "fathom train softmax"]) Assert.Contains(part, output);
    }

    [Fact]
    public void A_comparison_names_what_differs_and_only_that()
    {
        string one = Trained("one"), two = Trained("two", "--lr", "0.3"), svg = _folder["curves.svg"];
        (int code, string output, _) = Shell.Run("runs", "compare", one, two, "--svg", svg);
        Assert.Equal(0, code);
        Assert.Matches(@"learning rate\s+0.1\s+0.3", output);
        Assert.DoesNotContain("batch size", output);
        Assert.Contains("two training", File.ReadAllText(svg));
        Assert.Equal(2, Shell.Run("runs", "compare", one).Code);
    }

    [Fact]
    public void Only_what_came_to_nothing_is_cleaned_up_and_only_when_told()
    {
        string fine = Trained("fine"), nothing = Trained("nothing");
        File.Delete(Path.Combine(nothing, RunFolder.MetricsName));
        Assert.Contains("would delete", Shell.Run("runs", "clean", "--in", _folder.Root).Out);
        Assert.True(Directory.Exists(nothing));
        Assert.Contains("1 deleted", Shell.Run("runs", "clean", "--in", _folder.Root, "--yes").Out);
        Assert.False(Directory.Exists(nothing));
        File.WriteAllText(Path.Combine(fine, "notes.txt"), "mine");
        Assert.Equal(0, Shell.Run("runs", "clean", "--in", _folder.Root, "--all", "--yes").Code);
        Assert.Equal(["notes.txt"], Directory.GetFiles(fine).Select(Path.GetFileName));
    }
}
