using System.CommandLine;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Formats;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli.Commands;

/// <summary>fathom predict RUN IMAGE...: what a trained model sees in pictures.</summary>
internal static class PredictCommand
{
    /// <summary>Above this mean at the rim a picture is dark on light, unlike all the built-in training images.</summary>
    const double LightRim = 0.6;

    static readonly Argument<string> Run = new("RUN") { Description = "The folder that 'fathom train' made." };
    static readonly Argument<string[]> Images = new("IMAGE") { Description = "PNG files, grey or colour.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<int?> Top = Opt.Int("--top", "K", "How many classes to list for each picture. [default: 3]", 1);
    static readonly Option<bool> Invert = Opt.Flag("--invert", "Swap light and dark first: for dark strokes on white paper.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("predict", "Tell what a trained model sees in pictures.") { Run, Images, Top, Invert };
        command.SetAction(parse => Predict(parse.GetRequiredValue(Run), parse.GetRequiredValue(Images), parse.GetValue(Top) ?? 3, parse.GetValue(Invert), terminal));
        Examples.AddTo(command,
            ("fathom predict runs/NAME digit.png", "the three most probable classes"),
            ("fathom predict runs/NAME *.png --top 1", "the most probable class of many pictures"),
            ("fathom predict runs/NAME scan.png --invert", "a dark digit on white paper"));
        return command;
    }

    static int Predict(string run, string[] paths, int top, bool invert, Terminal terminal)
    {
        TrainedModel trained = TrainedModel.Read(run);
        if (!trained.Entry.IsClassifier) throw new CliException($"{trained.Folder} holds {trained.Entry.Name}, which fits numbers and sees no pictures.");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("image");
        for (int k = 0; k < Math.Min(top, trained.Config.Classes.Count); k++) table.AddColumn(k == 0 ? "most probably" : "or");
        foreach (string path in paths) table.AddRow([Markup.Escape(path), .. Best(trained, Load(trained.Config, path, invert, terminal), top)]);
        terminal.Console.Write(table);
        return ExitCode.Success;
    }

    static IEnumerable<string> Best(TrainedModel trained, Tensor image, int top)
    {
        using var _ = GradMode.NoGrad();
        double[] p = trained.Probabilities(image);
        int[] order = [.. Enumerable.Range(0, p.Length).OrderByDescending(c => p[c]).Take(top)];
        return order.Select((c, k) =>
        {
            string text = Markup.Escape($"{trained.Config.Classes[c]} {Figures.Percent(p[c])}");
            return k == 0 ? $"[bold]{text}[/]" : text;
        });
    }

    /// <summary>A picture as the model was shown its training images: channels, size and range.</summary>
    static Tensor Load(RunConfig config, string path, bool invert, Terminal terminal)
    {
        if (!File.Exists(path)) throw new CliException($"There is no file {path}.");
        (int channels, int height, int width) = (config.Input[0], config.Input[1], config.Input[2]);
        byte background = invert ? byte.MaxValue : (byte)0;
        Formats.Image picture = Png.Read(path) is var png && channels == 1 ? png.ToGrey(background) : png.ToRgb(background);
        if (invert)
        {
            foreach (ref byte sample in picture.Pixels.AsSpan()) sample = (byte)(byte.MaxValue - sample);
        }
        else if (RimMean(picture) > LightRim) terminal.Error.WriteLine($"note: {path} is dark on light, and training images are light on dark; --invert swaps them.");
        Tensor pixels = Tensor.From(picture.Pixels, new Shape(1, picture.Height, picture.Width, channels)).Permute(0, 3, 1, 2).Contiguous();
        return new Resize(height, width, antialias: true).Apply(new ToFloat().Apply(pixels));
    }

    static double RimMean(Formats.Image p)
    {
        var rim = Enumerable.Range(0, p.Height * p.Width).Where(i => i % p.Width == 0 || i % p.Width == p.Width - 1 || i / p.Width == 0 || i / p.Width == p.Height - 1);
        return rim.Average(i => p.Pixels.AsSpan(i * p.Channels, p.Channels)[0]) / 255;
    }
}
