using Fathom.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Fathom.Cli.Tests;

public class DisplayTests
{
    static readonly string[] Description = ["lenet (sigmoid) on Fashion-MNIST", "61,706 parameters", "adam, learning rate 0.005, batch 128, 10 epochs, seed 0"];

    /// <summary>A run of 3 epochs of 10 steps, seen by the callbacks alone.</summary>
    static (TrainingProgress, Curves) Trained()
    {
        var progress = new TrainingProgress();
        var curves = new Curves("lenet on Fashion-MNIST");
        var data = new RegressionDataModule(new(Tensor.From(2f, -3.4f), 4.2, trainCount: 320));
        new Trainer { MaxEpochs = 3, Callbacks = [progress, curves] }.Fit(new Models.LinearRegression(), data);
        return (progress, curves);
    }

    [Fact]
    public void Every_frame_fits_the_terminal()
    {
        (TrainingProgress progress, Curves curves) = Trained();
        for (int width = 40; width <= 200; width += 7)
            for (int height = 10; height <= 60; height += 5)
            {
                string[] lines = Frame(progress, curves, width, height);
                Assert.True(lines.Length < height, $"{lines.Length} lines of {height}, {width} wide");
                Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, $"{line.Length} of {width}: {line}"));
            }
    }

    [Fact]
    public void A_frame_tells_where_training_stands()
    {
        (TrainingProgress progress, Curves curves) = Trained();
        string frame = string.Join('\n', Frame(progress, curves, 100, 30));
        Assert.Contains("epoch 3/3", frame);
        Assert.Contains("10/10", frame);
        Assert.Contains("samples/s", frame);
        Assert.Contains("after epoch 3: train loss", frame);
        Assert.Contains("validation", frame);
    }

    static string[] Frame(TrainingProgress progress, Curves curves, int width, int height)
    {
        var text = new StringWriter();
        var terminal = new Terminal(text, TextWriter.Null);
        terminal.Console.Profile.Width = width;
        IRenderable frame = new LiveDisplay(terminal, progress, curves, Description).Compose(width, height);
        terminal.Console.Write(frame);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    [Fact]
    public void Progress_knows_epoch_batch_and_rate()
    {
        (TrainingProgress progress, _) = Trained();
        TrainingProgress.Snapshot now = progress.Now();
        Assert.Equal((3, 10, 1.0), (now.Epoch, now.Batch, now.Done));
        Assert.True(now.Rate > 0 && progress.MeanRate > 0 && progress.TrainingTime <= progress.Elapsed);
        Assert.True(progress.IsOver);
    }
}
