using Fathom.Training;
using Fathom.Training.Plotting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Cli;

/// <summary>
/// Training on a terminal: where it stands, how fast it goes, how long it will take, and the curves. A thread of its own draws a few times a second from what the
/// training thread leaves in <see cref="TrainingProgress"/>, so that training never waits for the terminal.
/// </summary>
internal sealed class LiveDisplay(Terminal terminal, TrainingProgress progress, Curves curves, string[] description) : TrainingDisplay
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    const int LeastWidth = 40, LeastHeight = 10;                   // smaller terminals get lines
    const int SideBySideWidth = 90, MostPlotWidth = 78, MostPlotHeight = 14;
    const int LinesBeside = 6;                                     // heading, progress, epoch, gaps, and a line for the cursor

    static readonly Style Faint = new(Color.FromInt32(244)), Strong = new(decoration: Decoration.Bold), Bar = new(Color.FromInt32(32));

    readonly ManualResetEventSlim _over = new();
    Thread? _thread;

    /// <summary>Whether the terminal has room for it.</summary>
    public static bool Fits(Terminal terminal) =>
        terminal.Console.Profile.Capabilities.Ansi && terminal.Console.Profile.Width >= LeastWidth && terminal.Console.Profile.Height >= LeastHeight;

    public override void OnFitStart(Trainer trainer)
    {
        _thread = new Thread(Draw) { IsBackground = true, Name = "display" };
        _thread.Start();
    }

    public override void OnFitEnd(Trainer trainer) => Dispose();

    public override void Dispose()
    {
        _over.Set();
        _thread?.Join();
        _thread = null;
    }

    void Draw() => terminal.Console.Live(Text.Empty).AutoClear(false).Overflow(VerticalOverflow.Crop).Start(live =>
    {
        do live.UpdateTarget(Compose(terminal.Console.Profile.Width, terminal.Console.Profile.Height));
        while (!_over.Wait(Between));
        live.UpdateTarget(Compose(terminal.Console.Profile.Width, terminal.Console.Profile.Height));
    });

    /// <summary>One picture for a terminal of this size.</summary>
    internal IRenderable Compose(int width, int height)
    {
        TrainingProgress.Snapshot now = progress.Now();
        List<IRenderable> rows = [Heading(width), Where(now, width)];
        if (Latest(width) is { } latest) rows.Add(latest);
        IReadOnlyList<LinePlot> plots = curves.Plots;
        bool beside = width >= SideBySideWidth && plots.Count > 1;
        int room = height - LinesBeside, each = Math.Min(MostPlotHeight, beside ? room : room / plots.Count);
        if (each < 8 && !beside) (plots, each) = ([plots[0]], Math.Min(MostPlotHeight, room));
        if (each >= 5)
        {
            rows.Add(Text.Empty);
            rows.Add(beside ? Beside(plots, width, each) : new Rows(plots.Select(p => Plot(p, Math.Min(width, MostPlotWidth), each))));
        }
        return new Rows(rows);
    }

    IRenderable Heading(int width)
    {
        string rest = $"   {string.Join(", ", description.Skip(1))}";
        var line = new Paragraph(Cut(description[0], width), Strong) { Overflow = Overflow.Ellipsis };
        if (description[0].Length + rest.Length < width) line.Append(rest, Faint);
        return line;
    }

    IRenderable Where(TrainingProgress.Snapshot now, int width)
    {
        string epoch = $"epoch {now.Epoch}/{progress.Epochs} ";
        string batch = $" {now.Batch}/{progress.BatchCount}";
        string rate = now.Rate > 0 ? $"   {Figures.Count(now.Rate)} samples/s" : "";
        string time = progress.IsOver ? $"   {Figures.Clock(progress.Elapsed)}" : now.Left is { } left ? $"   {Figures.Clock(left)} left" : "";
        int room = width - epoch.Length - batch.Length - rate.Length - time.Length;
        if (room < 8) (rate, room) = ("", room + rate.Length);
        if (room < 8) (batch, room) = ("", room + batch.Length);
        int bar = Math.Clamp(room, 0, 40), full = (int)Math.Round(now.Done * bar);
        char mark = terminal.Console.Profile.Capabilities.Unicode ? '━' : '=';
        return new Paragraph(epoch).Append(new string(mark, full), Bar).Append(new string(mark == '=' ? '-' : mark, bar - full), Faint).Append(Cut(batch + rate + time, Math.Max(0, width - epoch.Length - bar)));
    }

    IRenderable? Latest(int width)
    {
        if (progress.LastEpoch is not { } last) return null;
        string metrics = EpochLine.Metrics(last), whole = $"after epoch {last.Epoch}: {metrics}";
        return new Text(Cut(whole.Length <= width ? whole : metrics, width), Faint);
    }

    static IRenderable Beside(IReadOnlyList<LinePlot> plots, int width, int height)
    {
        int each = Math.Min(MostPlotWidth, (width - 2 * (plots.Count - 1)) / plots.Count);
        var grid = new Grid { Expand = false };
        foreach (LinePlot _ in plots) grid.AddColumn(new GridColumn { Width = each, Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        grid.Columns[^1].Padding = new Padding(0);
        grid.AddRow([.. plots.Select(p => Plot(p, each, height))]);
        return grid;
    }

    /// <summary>The axis's name is the heading: a column of text beside the plot would cost more room.</summary>
    static IRenderable Plot(LinePlot plot, int width, int height) => new Fixed(new TerminalPlot(plot with { Title = plot.YLabel }) { Height = height }, width);

    static string Cut(string text, int width) => text.Length <= width ? text : text[..Math.Max(0, width)];

    /// <summary>Shows something as if the terminal were narrower.</summary>
    sealed class Fixed(IRenderable inner, int width) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(width, maxWidth), Math.Min(width, maxWidth));

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => inner.Render(options, Math.Min(width, maxWidth));
    }
}
