using System.CommandLine;
using Fathom.Data;
using Fathom.Training.Plotting;

namespace Fathom.Cli.Commands;

/// <summary>fathom data show NAME: counts, balance of the classes, and a picture of each.</summary>
internal static class DataShowCommand
{
    const int BalanceWidth = 24;

    static readonly Argument<string?> Name = new("NAME") { Description = $"The data set: {string.Join(", ", DataNames.Images)}.", Arity = ArgumentArity.ZeroOrOne, CustomParser = r => Opt.Known(r, "Data set", r.Tokens[0].Value, DataNames.Images) };
    static readonly Option<string?> DataDir = Opt.Text("--data-dir", "DIR", "A folder of IDX files, read as it is.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("show", "Show how many images a data set has, its classes, and an image of each.") { Name, DataDir };
        command.SetAction((parse, stop) => ShowAsync(parse.GetValue(Name), parse.GetValue(DataDir), terminal, stop));
        Examples.AddTo(command,
            ("fathom data show glyphs", "the built-in digits"),
            ("fathom data show --data-dir my/idx", "a folder of your own"));
        return command;
    }

    static async Task<int> ShowAsync(string? name, string? folder, Terminal terminal, CancellationToken stop)
    {
        if (name is null && folder is null) throw CliException.Usage($"data show needs a NAME ({string.Join(", ", DataNames.Images)}) or --data-dir DIR.");
        if (name == DataNames.Glyphs && folder is not null) throw CliException.Usage($"{name} is built in: leave out --data-dir.");
        ImageData data = await new DataChoice(name, folder, DataNames.Glyphs).LoadAsync(terminal, null, stop).ConfigureAwait(false);
        terminal.Out.WriteLine($"{data.Title}: {Figures.Count(data.Train.Count)} training and {Figures.Count(data.Test.Count)} test images of {string.Join(" x ", data.ImageShape)}, {data.ClassNames.Count} classes");
        terminal.Out.WriteLine(data.Origin);
        terminal.Out.WriteLine();
        PrintBalance(data, terminal);
        terminal.Out.WriteLine();
        PrintSamples(data, terminal);
        return ExitCode.Success;
    }

    static void PrintBalance(ImageData data, Terminal terminal)
    {
        int[] train = Count(data.Train, data.ClassNames.Count), test = Count(data.Test, data.ClassNames.Count);
        string[] names = [.. data.ClassNames.Select((n, c) => n == $"{c}" ? n : $"{c} {n}")];
        int width = names.Max(n => n.Length), most = Math.Max(1, train.Max());
        for (int c = 0; c < train.Length; c++)
            terminal.Out.WriteLine($"{names[c].PadRight(width)}  {new string('█', (int)Math.Round((double)train[c] / most * BalanceWidth)).PadRight(BalanceWidth)}  {train[c],7:N0} + {test[c]:N0}");
    }

    static int[] Count(LabeledImages images, int classes)
    {
        int[] counts = new int[classes];
        foreach (byte label in images.Labels) counts[label]++;
        return counts;
    }

    /// <summary>The first image of each class, as many beside each other as the terminal is wide.</summary>
    static void PrintSamples(ImageData data, Terminal terminal)
    {
        var tiles = Enumerable.Range(0, data.ClassNames.Count).Select(c => (Class: c, Index: Array.IndexOf(data.Train.Labels, (byte)c))).Where(t => t.Index >= 0)
            .Select(t => TextImage.Tile(data.ClassNames[t.Class], data.Train.Image(t.Index), data.Train.Height, data.Train.Width));
        int across = Math.Max(1, (terminal.Console.Profile.Width + TextImage.Gap) / (TextImage.Columns + TextImage.Gap));
        foreach (string[][] row in tiles.Chunk(across))
            for (int line = 0; line < row[0].Length; line++)
                terminal.Out.WriteLine(string.Join(new string(' ', TextImage.Gap), row.Select(tile => tile[line])).TrimEnd());
    }
}
