using System.CommandLine;
using Fathom.Data;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli.Commands;

/// <summary>fathom evaluate RUN: loss, accuracy, and which classes are taken for which.</summary>
internal static class EvaluateCommand
{
    static readonly Argument<string> Run = new("RUN") { Description = "The folder that 'fathom train' made." };
    static readonly Option<string?> Data = Opt.Choice("--data", "NAME", "Another data set than the run's own.", () => DataNames.Images);
    static readonly Option<string?> DataDir = Opt.Text("--data-dir", "DIR", "A folder of IDX files, read as it is.");

    static readonly Option<bool> Best = Opt.Flag("--best", "Take the weights that did best in validation, not the last ones.");

    static readonly Option<int?> Worst = Opt.Int("--worst", "N", "Show the N mistakes that the model was surest of. [default: 0]", 0, 1000);

    public static Command Create(Terminal terminal)
    {
        var command = new Command("evaluate", "Tell how good a trained model is on the test images, class by class.") { Run, Data, DataDir, Best, Worst };
        command.SetAction((parse, stop) => EvaluateAsync(parse.GetRequiredValue(Run), parse.GetValue(Best), parse.GetValue(Worst) ?? 0, (parse.GetValue(Data), parse.GetValue(DataDir)), terminal, stop));
        Examples.AddTo(command,
            ("fathom evaluate runs/20260131-142501-lenet-4f2a", "on the test images of the data it was trained with"),
            ("fathom evaluate runs/NAME --best --worst 8", "the weights of the best epoch, and the pictures they are most wrong about"),
            ("fathom evaluate runs/NAME --data-dir my/idx", "on images of your own"));
        return command;
    }

    static async Task<int> EvaluateAsync(string run, bool best, int worst, (string?, string?) choice, Terminal terminal, CancellationToken stop)
    {
        TrainedModel trained = TrainedModel.Read(run, best);
        RunTask task = await trained.DataAsync(choice, terminal, stop).ConfigureAwait(false);
        IDataLoader loader = task.Module.ValDataLoader() ?? throw new CliException($"{task.Title} has no test samples.");
        Evaluation found = Evaluation.Of(trained.Model, loader, task.Classes, worst, stop);
        terminal.Out.WriteLine($"{trained.Entry.Name} on {Figures.Count(loader.SampleCount)} test samples of {task.Title}");
        terminal.Out.WriteLine($"loss      {Figures.Short(found.Loss)}");
        if (found.Confusion is not { } confusion) return ExitCode.Success;
        terminal.Out.WriteLine($"accuracy  {Figures.Percent(confusion.Accuracy)}");
        terminal.Out.WriteLine();
        confusion.Print(terminal);
        if (task.Module is ImageDataModule { Data.Test: var images }) found.PrintWorst(terminal, images, task.Classes);
        return ExitCode.Success;
    }
}
