namespace Fathom.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("trian lenet", "fathom has no command trian. Did you mean train?")]
    [InlineData("train lenett", "Model lenett is not known. Did you mean lenet?")]
    [InlineData("train transformer", "Known: linear,")]
    [InlineData("train lenet --epoch 3", "fathom train has no option --epoch. Did you mean --epochs?")]
    [InlineData("train --epoch=3 lenet", "fathom train has no option --epoch. Did you mean --epochs?")]
    [InlineData("train lenet --epochs ten", "--epochs ten: expected a whole number of at least 1.")]
    [InlineData("train lenet --epochs 0", "--epochs 0: expected a whole number of at least 1.")]
    [InlineData("train lenet --epochs", "--epochs needs a value: --epochs N.")]
    [InlineData("train lenet --lr -1", "--lr -1: expected a number above 0")]
    [InlineData("train lenet --lr nan", "--lr nan: expected a number above 0")]
    [InlineData("train lenet --seed 1.5", "--seed 1.5: expected a whole number")]
    [InlineData("train lenet --threads 0", "--threads 0: expected a whole number from 1 to")]
    [InlineData("train lenet --limit 0", "--limit 0: expected a whole number of at least 1.")]
    [InlineData("train lenet --resize 9999", "--resize 9999: expected a whole number from 1 to 4096.")]
    [InlineData("train lenet --data mnits", "--data mnits is not known. Did you mean mnist?")]
    [InlineData("train lenet --optimizer adm", "--optimizer adm is not known. Did you mean adam")]
    [InlineData("train lenet --activation rleu", "--activation rleu is not known. Did you mean relu?")]
    [InlineData("train mlp --activation relu", "mlp leaves no choice of activation")]
    [InlineData("train lenet mlp", "mlp is one argument too many.")]
    [InlineData("train", "Name a model, such as lenet")]
    [InlineData("train linear --data mnist", "linear fits numbers")]
    [InlineData("train linear --resize 8", "--resize is for images")]
    [InlineData("train lenet --data synthetic", "lenet tells images apart")]
    [InlineData("train lenet --data glyphs --data-dir x", "leave out --data-dir x")]
    [InlineData("", "fathom needs a command: train, evaluate,")]
    [InlineData("data", "fathom data needs a command: list, get, show.")]
    [InlineData("data shwo", "fathom data has no command shwo. Did you mean show?")]
    [InlineData("data show", "data show needs a NAME")]
    [InlineData("data get minst", "Data set minst is not known. Did you mean mnist?")]
    [InlineData("book", "fathom book needs a command: list, run, build.")]
    [InlineData("book run", "run needs SECTION")]
    [InlineData("book list --book nowhere", "--book nowhere: there is no contents.txt in it")]
    [InlineData("summary lenet --input 28x28", "--input 28x28: expected channels, height and width")]
    [InlineData("predict run", "predict needs")]
    public void A_wrong_line_ends_with_2_and_says_how_to_mend_it(string line, string message)
    {
        (int code, string output, string error) = Shell.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, code);
        Assert.Contains(message, error);
        Assert.Contains("error: ", error);
        Assert.DoesNotContain("   at ", error);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData(""), InlineData("train"), InlineData("evaluate"), InlineData("predict"), InlineData("summary"), InlineData("data"), InlineData("data list"), InlineData("data get"), InlineData("data show"), InlineData("info"), InlineData("book"), InlineData("book list"), InlineData("book run"), InlineData("book build")]
    public void Every_command_has_help_with_examples(string command)
    {
        (int code, string output, string error) = Shell.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Examples:", output);
        Assert.Contains($"  fathom {command}".TrimEnd(), output);
    }

    [Fact]
    public void Tells_its_version()
    {
        (int code, string output, _) = Shell.Run("--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^\d+\.\d+\.\d+", output);
    }

    [Fact]
    public void Shows_where_an_error_came_from_only_when_asked()
    {
        string[] args = ["evaluate", "no such run"];
        Assert.DoesNotContain("   at ", Shell.Run(args).Error);
        Environment.SetEnvironmentVariable(CommandLine.DebugVariable, "1");
        try { Assert.Contains("   at ", Shell.Run(args).Error); }
        finally { Environment.SetEnvironmentVariable(CommandLine.DebugVariable, null); }
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("data")]
    [InlineData("book")]
    public void A_group_of_commands_has_examples_of_its_own(string group)
    {
        string[] examples = Shell.Run(group, "--help").Out.Split("Examples:")[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(examples.Where(l => l.StartsWith("  fathom", StringComparison.Ordinal)), l => Assert.StartsWith($"  fathom {group} ", l, StringComparison.Ordinal));
        Assert.NotEmpty(examples);
    }
}
