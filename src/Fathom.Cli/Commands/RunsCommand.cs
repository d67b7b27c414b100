using System.CommandLine;
using Fathom.Formats;
using Fathom.Training;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli.Commands;

/// <summary>fathom runs list | show | compare | clean: what has been trained.</summary>
internal static class RunsCommand
{
    static readonly Option<string?> In = Opt.Text("--in", "DIR", "The folder of runs. [default: runs]");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("runs", "See what has been trained: list runs, show one, compare some, clean up.") { List(terminal), Show(terminal), Compare(terminal), Clean(terminal) };
        Examples.AddTo(command, ("fathom runs list", "a line for each run below the folder runs"), ("fathom runs compare runs/A runs/B", "two of them side by side"), ("fathom runs COMMAND --help", "options and examples of a command"));
        return command;
    }

    static Command List(Terminal terminal)
    {
        var command = new Command("list", "A line for each run, the newest first.") { In };
        command.SetAction(parse => PrintList(parse.GetValue(In) ?? "runs", terminal));
        Examples.AddTo(command, ("fathom runs list", "the runs below the folder runs"), ("fathom runs list --in experiments", "those of another folder"));
        return command;
    }

    static int PrintList(string parent, Terminal terminal)
    {
        RunRecord[] runs = [.. RunRecord.Below(parent, terminal)];
        if (runs.Length == 0)
        {
            terminal.Out.WriteLine($"There are no runs below {parent}. 'fathom train lenet' makes one.");
            return ExitCode.Success;
        }
        Listing.Print(terminal, ["run", "model", "data", "status", "epochs", "best (epoch)", "time"],
            [.. runs.Select(r => (string[])[r.Name, r.Config.Settings.Model, r.Config.Data, r.Status, $"{r.Epochs.Count}/{r.Config.Settings.Epochs}", r.BestText, Figures.Clock(TimeSpan.FromSeconds(r.Seconds))])]);
        return ExitCode.Success;
    }

    static Command Show(Terminal terminal)
    {
        var run = new Argument<string>("RUN") { Description = "The folder of the run." };
        var command = new Command("show", "Settings, epochs and curves of one run.") { run };
        command.SetAction(parse => PrintRun(RunRecord.Read(parse.GetRequiredValue(run)), terminal));
        Examples.AddTo(command, ("fathom runs show runs/20260131-142501-lenet-4f2a", "what it was made with and what it came to"));
        return command;
    }

    static int PrintRun(RunRecord run, Terminal terminal)
    {
        TrainSettings s = run.Config.Settings;
        (string, string?)[] facts =
        [
            ("run", run.Folder), ("status", run.Status), ("command", run.Config.Command), ("started", $"{run.Config.Started.LocalDateTime:yyyy-MM-dd HH:mm:ss}"),
            ("model", $"{s.Model}{(s.Activation is null ? "" : $" ({s.Activation})")}, {Figures.Count(run.Config.Parameters)} parameters"), ("data", run.Config.DataDir ?? run.Config.Data),
            ("training", $"{s.Optimizer}, learning rate {s.LearningRate:0.#####}{(s.Schedule == TrainSettings.Schedules[0] ? "" : $" ({s.Schedule})")}, batch {s.BatchSize}, {s.Epochs} epochs, seed {s.Seed}"),
            ("machine", run.Config.Machine), ("best (epoch)", run.BestText),
        ];
        foreach ((string name, string? value) in facts) if (!string.IsNullOrEmpty(value)) terminal.Out.WriteLine($"{name,-14} {value}");
        terminal.Out.WriteLine();
        PrintEpochs([run], terminal);
        Draw([run], terminal);
        if (run.Status is "broken off" or "interrupted") terminal.Out.WriteLine($"Go on with: fathom train --resume {run.Folder}");
        return ExitCode.Success;
    }

    static Command Compare(Terminal terminal)
    {
        var runs = new Argument<string[]>("RUN") { Description = "Folders of runs, two or more.", Arity = new ArgumentArity(2, 1000) };
        Option<string?> svg = Opt.Text("--svg", "FILE", "Write the curves of all runs, one over the other, to an SVG file.");
        var command = new Command("compare", "Set runs side by side: what differs, epochs, curves.") { runs, svg };
        command.SetAction(parse => PrintComparison([.. parse.GetRequiredValue(runs).Select(RunRecord.Read)], parse.GetValue(svg), terminal));
        Examples.AddTo(command, ("fathom runs compare runs/A runs/B", "settings that differ, and both curves"), ("fathom runs compare runs/* --svg curves.svg", "all runs in one picture"));
        return command;
    }

    static int PrintComparison(RunRecord[] runs, string? svg, Terminal terminal)
    {
        string[][] differing = [.. Differing.Select(d => (string[])[d.Name, .. runs.Select(d.Value)]).Where(row => row.Skip(1).Distinct().Count() > 1)];
        Listing.Print(terminal, ["", .. runs.Select(r => r.Name)],
            [.. differing, ["best (epoch)", .. runs.Select(r => r.BestText)], ["time", .. runs.Select(r => Figures.Clock(TimeSpan.FromSeconds(r.Seconds)))]]);
        PrintEpochs(runs, terminal);
        Draw(runs, terminal);
        if (svg is null) return ExitCode.Success;
        AtomicFile.WriteAllText(svg, SvgPlot.Render("Runs", Plots(runs), 560, 360));
        terminal.Out.WriteLine($"Curves are in {svg}");
        return ExitCode.Success;
    }

    static readonly (string Name, Func<RunRecord, string> Value)[] Differing =
    [
        ("model", r => r.Config.Settings.Model), ("activation", r => r.Config.Settings.Activation ?? ""), ("width", r => $"{r.Config.Settings.Width}"), ("data", r => r.Config.DataDir ?? r.Config.Data),
        ("parameters", r => Figures.Count(r.Config.Parameters)), ("epochs", r => $"{r.Config.Settings.Epochs}"), ("batch size", r => $"{r.Config.Settings.BatchSize}"),
        ("learning rate", r => $"{r.Config.Settings.LearningRate:0.#####}"), ("optimizer", r => r.Config.Settings.Optimizer), ("schedule", r => r.Config.Settings.Schedule),
        ("warm-up", r => $"{r.Config.Settings.WarmUp}"), ("clip", r => $"{r.Config.Settings.Clip}"), ("accumulate", r => $"{r.Config.Settings.Accumulate}"),
        ("average", r => $"{r.Config.Settings.Average}"), ("patience", r => $"{r.Config.Settings.Patience}"), ("seed", r => $"{r.Config.Settings.Seed}"),
        ("limit", r => $"{r.Config.Settings.Limit}"), ("resize", r => $"{r.Config.Settings.Resize}"), ("version", r => r.Config.Version), ("machine", r => r.Config.Machine), ("status", r => r.Status),
    ];

    /// <summary>The validation metric of each run, epoch by epoch.</summary>
    static void PrintEpochs(RunRecord[] runs, Terminal terminal)
    {
        string[] metrics = [.. runs.SelectMany(r => r.Epochs).SelectMany(e => e.Keys).Distinct().Where(m => m is "train_loss" or "val_loss" or "val_accuracy")];
        if (runs.Length > 1) metrics = [.. metrics.Where(m => m.StartsWith("val", StringComparison.Ordinal)).TakeLast(1)];
        if (metrics.Length == 0) return;
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("epoch");
        foreach (RunRecord r in runs) foreach (string m in metrics) table.AddColumn(Markup.Escape(runs.Length > 1 ? $"{r.Name} {m.Replace('_', ' ')}" : m.Replace('_', ' ')));
        for (int i = 0; i < runs.Max(r => r.Epochs.Count); i++)
            table.AddRow([$"{i + 1}", .. runs.SelectMany(r => metrics.Select(m => i < r.Epochs.Count && r.Epochs[i].TryGetValue(m, out double v) ? m.EndsWith("accuracy", StringComparison.Ordinal) ? Figures.Percent(v) : Figures.Short(v) : ""))]);
        terminal.Console.Write(table);
    }

    static LinePlot[] Plots(RunRecord[] runs)
    {
        string Name(RunRecord r, string what) => runs.Length > 1 ? $"{r.Name} {what}" : what;
        LinePlot loss = new()
        {
            XLabel = "epoch", YLabel = "loss",
            Series = [.. runs.SelectMany(r => new[] { new Series(Name(r, "training"), r.TrainingCurve), r.Curve("val_loss", Name(r, "validation")) }).Where(s => s.Points.Count > 0)],
        };
        LinePlot accuracy = new() { XLabel = "epoch", YLabel = "accuracy", Series = [.. runs.Select(r => r.Curve("val_accuracy", Name(r, "validation"))).Where(s => s.Points.Count > 0)] };
        return [.. new[] { loss, accuracy }.Where(p => p.Series.Count > 0)];
    }

    static void Draw(RunRecord[] runs, Terminal terminal)
    {
        if (!terminal.IsInteractive) return;
        foreach (LinePlot plot in Plots(runs)) terminal.Console.Write(new TerminalPlot(plot) { Height = 14 });
    }

    static Command Clean(Terminal terminal)
    {
        Option<bool> yes = Opt.Flag("--yes", "Delete; without it, only what would be deleted is listed.");
        Option<int?> keep = Opt.Int("--keep", "N", "Keep the N newest runs in any case. [default: 0]", 0);
        Option<bool> all = Opt.Flag("--all", "Complete runs too, not only those that ended without a completed epoch.");
        var command = new Command("clean", "Delete runs that came to nothing; with --all, every run that is not going on.") { In, keep, all, yes };
        command.SetAction(parse => CleanUp(parse.GetValue(In) ?? "runs", parse.GetValue(keep) ?? 0, parse.GetValue(all), parse.GetValue(yes), terminal));
        Examples.AddTo(command, ("fathom runs clean", "list what would be deleted"), ("fathom runs clean --yes", "delete runs without a completed epoch"), ("fathom runs clean --all --keep 5 --yes", "delete all but the five newest"));
        return command;
    }

    static int CleanUp(string parent, int keep, bool all, bool yes, Terminal terminal)
    {
        RunRecord[] doomed = [.. RunRecord.Below(parent, terminal).Skip(keep).Where(r => r.Status != RunRecord.Running && (all || r.Epochs.Count == 0))];
        foreach (RunRecord run in doomed)
        {
            terminal.Out.WriteLine($"{(yes ? "deleted" : "would delete")} {run.Folder} ({run.Config.Settings.Model}, {run.Epochs.Count} epochs, {run.Status})");
            if (yes) Delete(run.Folder);
        }
        terminal.Out.WriteLine(doomed.Length == 0 ? "There is nothing to clean up." : yes ? $"{doomed.Length} deleted." : $"{doomed.Length} would be deleted: add --yes.");
        return ExitCode.Success;
    }

    /// <summary>The run's own files go, and the folder with them unless the user keeps other files there.</summary>
    static void Delete(string folder)
    {
        using (RunFolder run = RunFolder.Create(folder)) run.ClearEarlierRun();
        if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }
}
