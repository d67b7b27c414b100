using System.Globalization;
using Fathom.Formats;
using Fathom.Models;
using Fathom.Training;
using Fathom.Training.Plotting;
using Spectre.Console;

namespace Fathom.Cli;

/// <summary>fathom train --find-lr: tries learning rates, shows the loss at each and says what to type next. Nothing that was trained is kept.</summary>
internal sealed class RateSearch(TrainOptions options, Terminal terminal)
{
    /// <summary>The picture's name in a folder that was named by --out.</summary>
    public const string PictureName = "learning-rates.svg";

    /// <summary>A loss that falls by less than this share has not begun to be learnt.</summary>
    const double LittleFall = 0.1;

    const int Rows = 15, PlotWidth = 78, PlotHeight = 16;

    readonly Terminal _progress = options.Json == "-" ? terminal.ResultsToError() : terminal;
    readonly TrainSettings _settings = options.Settings;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        string picture = options.Out is { } folder ? Path.Combine(folder, PictureName) : RunFolder.NewPath("runs", _settings.Model) + ".svg";
        RunFolder.RequireWritable(picture, folderIsMade: true);
        if (options.Json is { } json and not "-") RunFolder.RequireWritable(json);
        RunTask task = await options.LoadAsync(_progress, stop).ConfigureAwait(false);
        Tensor.Seed(_settings.Seed);
        TrainableModule model = task.Build(_settings);
        Terminal told = options.Quiet ? _progress.Silent() : _progress;
        told.Out.WriteLine($"Trying learning rates for {_settings.Model} on {task.Title}: {_settings.Optimizer}, batch {_settings.BatchSize}, seed {_settings.Seed}");
        LearningRateSweep sweep = Sweep(model, task, told, stop);
        if (sweep.Rates.Count == 0) throw new CliException("The loss is not a number before the first step: no learning rate can mend that. Look at the data.");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(picture))!);
        AtomicFile.WriteAllText(picture, SvgPlot.Render(Picture(sweep), 560, 360));
        if (options.Json is { } file) Json.Save(file, terminal.Out, ToJson(task, sweep, picture));
        Print(sweep, picture, told);
        return double.IsNaN(sweep.Suggestion) ? ExitCode.Failure : ExitCode.Success;
    }

    LearningRateSweep Sweep(TrainableModule model, RunTask task, Terminal told, CancellationToken stop)
    {
        using var line = new RateLine(told);
        return LearningRateFinder.Find(model, task.Module, optimizerFactory: _settings.OptimizerFactory ?? (m => OptimizerRegistry.Find(_settings.Optimizer)!(m.Parameters, _settings.LearningRate)), progress: line, cancellation: stop);
    }

    LinePlot Picture(LearningRateSweep sweep) => sweep.ToPlot() with { Title = $"{_settings.Model}: learning rates tried" };

    void Print(LearningRateSweep sweep, string picture, Terminal told)
    {
        double found = sweep.Suggestion;
        if (told.IsInteractive) told.Console.Write(new TerminalPlot(sweep.ToPlot()) { Height = Math.Clamp(told.Console.Profile.Height - 6, 8, PlotHeight) });
        else told.Console.Write(Table(sweep, found));
        told.Out.WriteLine($"The picture is {picture}");
        if (double.IsNaN(found))
        {
            told.Error.WriteLine("The loss never fell, so there is no rate to suggest: try another batch size, another optimiser, or look at the data.");
            return;
        }
        told.Out.WriteLine($"The loss falls fastest at a learning rate of about {Round(found)}{(Same(found) ? ", which is near the usual one" : $"; the usual one is {Text(_settings.LearningRate)}")}.");
        if (sweep.Fall < LittleFall) told.Out.WriteLine($"That is not to be relied on: the loss fell by {Figures.Percent(sweep.Fall)} only, as it does where a few steps are too few to learn anything.");
        told.Out.WriteLine($"Next: {NextCommand(found)}");
    }

    bool Same(double found) => found / _settings.LearningRate is > 0.5 and < 2;

    /// <summary>Some of the rates, evenly apart, the best among them.</summary>
    static Table Table(LearningRateSweep sweep, double found)
    {
        int count = sweep.Rates.Count, every = Math.Max(1, (count + Rows - 1) / Rows), best = sweep.Rates.ToList().IndexOf(found);
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("learning rate").AddColumn("smoothed loss").AddColumn("");
        for (int i = 0; i < count; i++)
            if (i % every == 0 || i == best || i == count - 1) table.AddRow(Text(sweep.Rates[i]), Figures.Short(sweep.Losses[i]), i == best ? "falls fastest" : "");
        return table;
    }

    /// <summary>The command line as it was typed, with the rate in place of the search.</summary>
    internal string NextCommand(double found)
    {
        string[] dropped = ["--find-lr", "--quiet"], droppedWithValue = ["--json", "--out"];
        var kept = new List<string>();
        for (int i = 0; i < options.Typed.Count; i++)
        {
            string word = options.Typed[i];
            if (droppedWithValue.Contains(word)) i++;
            else if (!dropped.Contains(word)) kept.Add(TrainOptions.Quoted(word));
        }
        return $"fathom {string.Join(' ', kept)} --lr {Round(found)}";
    }

    static string Round(double rate) => rate.ToString("G2", CultureInfo.InvariantCulture) is var digits && digits.Contains('E', StringComparison.Ordinal)
        ? rate.ToString("0.0e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal) : digits;

    static string Text(double rate) => rate.ToString("0.###e+0", CultureInfo.InvariantCulture) is var scientific && rate is < 1e-3 or >= 1e3 ? scientific.Replace("e+", "e", StringComparison.Ordinal) : rate.ToString("0.#####", CultureInfo.InvariantCulture);

    string ToJson(RunTask task, LearningRateSweep sweep, string picture) => Json.Object(w =>
    {
        w.WriteString("model", _settings.Model);
        w.WriteString("data", task.Name);
        w.WriteString("optimizer", _settings.Optimizer);
        w.WriteNumber("batch_size", _settings.BatchSize);
        w.WriteNumber("seed", _settings.Seed);
        if (double.IsNaN(sweep.Suggestion)) w.WriteNull("suggestion");
        else w.WriteNumber("suggestion", sweep.Suggestion);
        w.WriteNumber("usual", _settings.LearningRate);
        foreach ((string name, IReadOnlyList<double> values) in ((string, IReadOnlyList<double>)[])[("rates", sweep.Rates), ("losses", sweep.Losses)])
        {
            w.WriteStartArray(name);
            foreach (double v in values) w.WriteNumberValue(v);
            w.WriteEndArray();
        }
        w.WriteString("picture", picture);
    });

    /// <summary>One line that is rewritten on a terminal; nothing elsewhere, since a search is soon over.</summary>
    sealed class RateLine(Terminal told) : IProgress<RateTried>, IDisposable
    {
        static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

        TimeSpan _next;
        readonly System.Diagnostics.Stopwatch _clock = System.Diagnostics.Stopwatch.StartNew();

        public void Report(RateTried value)
        {
            if (!told.IsInteractive || _clock.Elapsed < _next) return;
            _next = _clock.Elapsed + Between;
            string line = $"step {value.Step}/{value.Steps}, learning rate {Text(value.Rate)}, loss {Figures.Short(value.Loss)}";
            told.Out.Write($"\r\u001b[K{(line.Length < told.Console.Profile.Width ? line : line[..Math.Max(0, told.Console.Profile.Width - 1)])}");
            told.Out.Flush();
        }

        public void Dispose()
        {
            if (told.IsInteractive) told.Out.Write("\r\u001b[K");
        }
    }
}
