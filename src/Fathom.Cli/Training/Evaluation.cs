using Fathom.Autograd;
using Fathom.Data;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli;

/// <summary>What a model makes of test samples.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Confusion">Which classes were taken for which; null where numbers are fitted.</param>
/// <param name="Worst">The mistakes that the model was surest of, the worst first.</param>
internal sealed record Evaluation(double Loss, ConfusionMatrix? Confusion, IReadOnlyList<Mistake> Worst)
{
    /// <summary>Goes through all samples of a loader.</summary>
    /// <param name="model">In evaluation mode.</param>
    /// <param name="loader">The samples, in order.</param>
    /// <param name="classes">What the classes are called; empty where numbers are fitted.</param>
    /// <param name="worst">How many mistakes to keep.</param>
    /// <param name="stop">Cancelled by Ctrl-C.</param>
    public static Evaluation Of(TrainableModule model, IDataLoader loader, IReadOnlyList<string> classes, int worst, CancellationToken stop)
    {
        ConfusionMatrix? confusion = classes.Count > 0 ? new(classes) : null;
        PriorityQueue<Mistake, double> mistakes = new();           // the mildest first, to be thrown out
        double loss = 0;
        int place = 0;
        using var _ = GradMode.NoGrad();
        foreach (Batch batch in loader)
        {
            stop.ThrowIfCancellationRequested();
            Tensor prediction = model.Call(batch.Input);
            loss += model.Loss(prediction, batch.Target).Item() * batch.Count;
            if (confusion is not null)
            {
                confusion.Add(prediction.ArgMax(1), batch.Target);
                foreach (Mistake m in Mistakes(((Classifier)model).Probabilities(prediction), batch.Target, place))
                {
                    mistakes.Enqueue(m, m.Probability);
                    if (mistakes.Count > worst) mistakes.Dequeue();
                }
            }
            place += batch.Count;
        }
        return new(loss / Math.Max(1, place), confusion, [.. mistakes.UnorderedItems.Select(m => m.Element).OrderByDescending(m => m.Probability).ThenBy(m => m.Sample)]);
    }

    static IEnumerable<Mistake> Mistakes(Tensor probabilities, Tensor target, int first)
    {
        double[] p = probabilities.To(DType.Float64).ToArray<double>();
        long[] truth = target.ToArray<long>();
        int classes = probabilities.Shape[1];
        for (int i = 0; i < truth.Length; i++)
        {
            int taken = 0;
            for (int c = 1; c < classes; c++) if (p[i * classes + c] > p[i * classes + taken]) taken = c;
            if (taken != truth[i]) yield return new(first + i, (int)truth[i], taken, p[i * classes + taken]);
        }
    }

    /// <summary>Shows the worst mistakes as small pictures, as many as stand beside each other.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="images">The test images.</param>
    /// <param name="classes">What the classes are called.</param>
    public void PrintWorst(Terminal terminal, LabeledImages images, IReadOnlyList<string> classes)
    {
        if (Worst.Count == 0) return;
        terminal.Out.WriteLine("Test images that it was wrong about, and surest of it:");
        int beside = Math.Max(1, (terminal.Console.Profile.Width + TextImage.Gap) / (TextImage.Columns + TextImage.Gap));
        foreach (Mistake[] row in Worst.Chunk(beside).Take(1 + (Worst.Count - 1) / beside))
        {
            string[][] tiles = [.. row.Select(m => TextImage.Tile($"{classes[m.Truth]} taken for {classes[m.Taken]}", Grey(images, m.Sample), images.Height, images.Width))];
            for (int line = 0; line < tiles[0].Length; line++) terminal.Out.WriteLine(string.Join(new string(' ', TextImage.Gap), tiles.Select(t => t[line])).TrimEnd());
        }
        foreach (Mistake m in Worst) terminal.Out.WriteLine($"  {m.Sample}: {classes[m.Truth]} taken for {classes[m.Taken]}, {Figures.Percent(m.Probability)} sure");
    }

    static ReadOnlySpan<byte> Grey(LabeledImages images, int sample) => images.Image(sample)[..(images.Height * images.Width)];       // of colours the first
}

/// <summary>A sample that was taken for another class.</summary>
/// <param name="Sample">Its place among the test samples, from 0.</param>
/// <param name="Truth">What it is.</param>
/// <param name="Taken">What it was taken for.</param>
/// <param name="Probability">How probable the model found that.</param>
internal readonly record struct Mistake(int Sample, int Truth, int Taken, double Probability);
