using System.CommandLine;
using System.Text.Json;
using Fathom.Formats;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli.Commands;

/// <summary>fathom predict RUN IMAGE...: what a trained model sees in pictures.</summary>
internal static class PredictCommand
{
    static readonly Argument<string> Run = new("RUN") { Description = "The folder that 'fathom train' made." };
    static readonly Argument<string[]> Images = new("IMAGE") { Description = "PNG files of any size and colour type, folders of them, or - for one on standard input.", Arity = ArgumentArity.OneOrMore };
    static readonly Option<int?> Top = Opt.Int("--top", "K", "How many classes to list for each picture. [default: 3]", 1);
    static readonly Option<bool> Invert = Opt.Flag("--invert", "Swap light and dark first: for dark strokes on white paper.");
    static readonly Option<bool> Best = Opt.Flag("--best", "Take the weights that did best in validation, not the last ones.");
    static readonly Option<string?> JsonFile = Opt.Text("--json", "FILE", "Write a JSON object a picture and line; - for standard output.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("predict", "Tell what a trained model sees in pictures.") { Run, Images, Top, Invert, Best, JsonFile };
        command.SetAction((parse, stop) => Task.FromResult(Predict(
            TrainedModel.Read(parse.GetRequiredValue(Run), parse.GetValue(Best)), parse.GetRequiredValue(Images), parse.GetValue(Top) ?? 3, parse.GetValue(Invert), parse.GetValue(JsonFile), terminal, stop)));
        Examples.AddTo(command,
            ("fathom predict runs/NAME digit.png", "the three most probable classes"),
            ("fathom predict runs/NAME pictures --top 1", "the most probable class of every PNG file in a folder"),
            ("fathom predict runs/NAME - --json - < digit.png", "between two programs"),
            ("fathom predict runs/NAME scan.png --invert", "a dark digit on white paper"));
        return command;
    }

    static int Predict(TrainedModel trained, string[] named, int top, bool invert, string? json, Terminal terminal, CancellationToken stop)
    {
        if (!trained.Entry.IsClassifier) throw new CliException($"{trained.Folder} holds {trained.Entry.Name}, which fits numbers and sees no pictures.");
        var loader = new PictureLoader(trained.Config, invert, terminal);
        List<Seen> seen = [];
        int failed = 0;
        foreach (string path in named.SelectMany(PictureLoader.Files))
        {
            stop.ThrowIfCancellationRequested();
            try { seen.Add(Look(trained, loader.Load(path, stop), path, top)); }
            catch (DataFormatException e) when (named.Length > 1 || !named.Contains(path))         // one bad picture of many does not hide the others
            {
                terminal.Error.WriteLine($"error: {e.Message}");
                failed++;
            }
        }
        if (json != "-") Print(seen, Math.Min(top, trained.Config.Classes.Count), terminal);
        if (json is not null) Json.Save(json, terminal.Out, string.Join('\n', seen.Select(s => s.ToJson(trained.Config.Classes))));
        return failed > 0 ? ExitCode.Failure : ExitCode.Success;
    }

    static Seen Look(TrainedModel trained, Tensor image, string path, int top)
    {
        using var _ = Autograd.GradMode.NoGrad();
        double[] p = trained.Probabilities(image);
        IEnumerable<int> order = Enumerable.Range(0, p.Length).OrderByDescending(c => p[c]).Take(top);
        return new(path, [.. order.Select(c => (c, trained.Config.Classes[c], p[c]))]);
    }

    static void Print(List<Seen> seen, int columns, Terminal terminal)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("image");
        for (int k = 0; k < columns; k++) table.AddColumn(k == 0 ? "most probably" : "or");
        foreach (Seen s in seen) table.AddRow([Markup.Escape(s.Image), .. s.Top.Select((c, k) => k == 0 ? $"[bold]{Markup.Escape(Text(c))}[/]" : Markup.Escape(Text(c)))]);
        terminal.Console.Write(table);

        static string Text((int, string Name, double Probability) c) => $"{c.Name} {Figures.Percent(c.Probability)}";
    }

    /// <summary>What was seen in a picture: classes by falling probability.</summary>
    sealed record Seen(string Image, IReadOnlyList<(int Class, string Name, double Probability)> Top)
    {
        public string ToJson(IReadOnlyList<string> classes) => Json.Object(w =>
        {
            w.WriteString("image", Image);
            w.WriteNumber("classes", classes.Count);
            w.WriteStartArray("top");
            foreach ((int c, string name, double p) in Top)
            {
                w.WriteStartObject();
                w.WriteNumber("index", c);
                w.WriteString("class", name);
                Json.WriteMeasure(w, "probability", p);
                w.WriteEndObject();
            }
            w.WriteEndArray();
        });
    }
}
