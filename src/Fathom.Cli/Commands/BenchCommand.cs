using System.CommandLine;
using System.CommandLine.Parsing;
using Fathom.Cli.Bench;
using Fathom.Devices;

namespace Fathom.Cli.Commands;

/// <summary>fathom bench [NAME...]: how fast this machine trains, what its limits are, and what the garbage collector costs.</summary>
internal static class BenchCommand
{
    const double StepSeconds = 3, RateSeconds = 0.25;

    static readonly Argument<string[]> Names = new("NAME")
    {
        Description = $"The workloads, all if none is named: {string.Join(", ", Workload.Names)}.",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = r => [.. r.Tokens.Select(t => Opt.Known(r, "Workload", t.Value, Workload.Names) ?? "")],
    };

    static readonly Option<int?> Threads = Opt.Int("--threads", "N", "Threads to compute with. [default: all; with --limits one, then all]", 1, CpuSettings.MaxThreadCount);
    static readonly Option<double?> Seconds = Opt.Positive("--seconds", "S", "How long to train each. [default: 3; with --limits 0.25 for each rate]");
    static readonly Option<int[]?> Input = Opt.ImageShape("--input", "Images of this shape in place of the workload's own.");
    static readonly Option<int?> Batch = Opt.Int("--batch", "N", "So many samples a batch in place of the workload's own.", 1, 1 << 20);
    static readonly Option<bool> Limits = Opt.Flag("--limits", "Measure the machine's arithmetic and memory rates, and matrix products and convolutions beside them.");
    static readonly Option<bool> Collector = Opt.Flag("--gc", "Measure the garbage collector's pauses in the same training loop.");

    static readonly Option<bool> Ops = Opt.Flag("--ops", "Show where a step's time goes, op by op, as a table.");
    static readonly Option<bool> Scaling = Opt.Flag("--scaling", "Show how much faster each op is on all threads than on one, and why not more, as a table.");

    public static Command Create(Terminal terminal)
    {
        var command = new Command("bench", "Time training steps on random inputs, one JSON object a line. peak_rss_mb is the most memory that the process has had so far: for that of one workload, name it alone.")
        {
            Names, Threads, Seconds, Input, Batch, Limits, Collector, Ops, Scaling,
        };
        command.SetAction((parse, stop) => Task.FromResult(Run(parse, terminal, stop)));
        Examples.AddTo(command,
            ("fathom bench", "a training step of each of eight workloads"),
            ("fathom bench resnet18-96-b32 --threads 1 --seconds 10", "one of them, on one thread, more exactly"),
            ("fathom bench lenet-28-b128 --input 3x32x32 --batch 64", "the same network on other inputs"),
            ("fathom bench --limits", "what this machine can do at most, and how near the kernels come"),
            ("fathom bench mlp-28-b256 --gc --seconds 30", "the longest pause of the garbage collector"),
            ("fathom bench resnet18-96-b32 --ops", "which ops a step spends its time in"),
            ("fathom bench resnet18-96-b32 --scaling", "which ops a second thread helps least"));
        return command;
    }

    static int Run(ParseResult parse, Terminal terminal, CancellationToken stop)
    {
        bool limits = parse.GetValue(Limits), collector = parse.GetValue(Collector), ops = parse.GetValue(Ops), scaling = parse.GetValue(Scaling);
        int[]? image = parse.GetValue(Input) is { Length: 3 } given ? given : null;         // an option left out gives an empty array
        int? batch = parse.GetValue(Batch), threads = parse.GetValue(Threads);
        if ((limits ? 1 : 0) + (collector ? 1 : 0) + (ops ? 1 : 0) + (scaling ? 1 : 0) > 1) throw CliException.Usage("--limits, --gc, --ops and --scaling are different measurements: choose one.");
        if (limits && (image is not null || batch is not null)) throw CliException.Usage("--limits measures the shapes of the workloads as they are: leave out --input and --batch.");

        Workload[] workloads = [.. Chosen(parse).Select(w => w with { Image = image is null ? w.Image : new Shape(image), Batch = batch ?? w.Batch })];
        if (threads is { } count) CpuSettings.ThreadCount = count;
        double seconds = parse.GetValue(Seconds) ?? (limits ? RateSeconds : StepSeconds);
        if (limits)
        {
            LimitsReport report = new(workloads, seconds, terminal.Out, stop);
            foreach (int n in threads is { } only ? [only] : new[] { 1, CpuSettings.ThreadCount }.Distinct().ToArray()) report.Run(n);
            return ExitCode.Success;
        }
        foreach (Workload w in workloads)
        {
            terminal.Out.WriteLine(collector ? CollectorReport.Measure(w, seconds, stop).ToJson() : ops ? StepProfile.Measure(w, seconds, stop)
                : scaling ? ScalingProfile.Measure(w, seconds, stop) : StepTime.Measure(w, seconds, stop).ToJson());
            terminal.Out.Flush();
        }
        return ExitCode.Success;
    }

    static IEnumerable<Workload> Chosen(ParseResult parse) =>
        parse.GetValue(Names) is { Length: > 0 } names ? names.Select(n => Workload.All.First(w => w.Name == n)) : Workload.All;
}
