using Fathom.Autograd;
using Fathom.Data;
using Fathom.Optim;
using Fathom.Training.Plotting;

namespace Fathom.Training;

/// <summary>
/// Finds a learning rate by trying: the rate grows from step to step by the same factor, and the rate where the smoothed loss falls most steeply is a good one
/// (Smith 2017, Cyclical learning rates for training neural networks, section 3.3). The model, its random stream and its mode are afterwards as they were.
/// </summary>
public static class LearningRateFinder
{
    /// <summary>Weight of the past in the smoothed loss.</summary>
    const double Smoothing = 0.9;

    /// <summary>A loss that is so many times the best ends the sweep: from here on it only explodes.</summary>
    const double Hopeless = 4;

    /// <summary>Tries learning rates on batches of the training data.</summary>
    /// <param name="model">The model; its optimiser is made as for training.</param>
    /// <param name="data">Where the batches come from; it begins again where it ends.</param>
    /// <param name="lowest">The first rate.</param>
    /// <param name="highest">The last rate.</param>
    /// <param name="steps">How many rates to try, at least 10.</param>
    /// <param name="optimizerFactory">Makes the optimiser in place of the model's own; null leaves the choice to the model.</param>
    /// <param name="progress">Told of each rate that was tried.</param>
    /// <param name="cancellation">Asks the search to end after the step at hand.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the model is as it was.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The optimiser has no learning rate to set.</exception>
    public static LearningRateSweep Find(TrainableModule model, DataModule data, double lowest = 1e-6, double highest = 10, int steps = 100,
        Func<TrainableModule, IOptimizer>? optimizerFactory = null, IProgress<RateTried>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lowest);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(highest, lowest);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 10);
        IDataLoader loader = data.TrainDataLoader();
        using (GradMode.NoGrad()) model.Call(loader.First().Input);                  // lazy layers get their shapes
        RandomState random = RandomStream.Default.State;
        Dictionary<string, Tensor> weights = model.StateDict().ToDictionary(w => w.Key, w => w.Value.Clone());
        bool training = model.IsTraining;
        IOptimizer made = optimizerFactory?.Invoke(model) ?? model.ConfigureOptimizers();
        if (made is not Optimizer optimizer) throw new InvalidOperationException($"{made.GetType().Name} has no learning rate that could be set: derive it from Optimizer.");
        try
        {
            model.Train();
            double[] rates = [.. Enumerable.Range(0, steps).Select(i => lowest * Math.Pow(highest / lowest, (double)i / (steps - 1)))];
            return Sweep(model, Endless(loader), optimizer, rates, progress, cancellation);
        }
        finally
        {
            model.LoadStateDict(weights);
            model.ZeroGrad();
            model.Train(training);
            RandomStream.Default.State = random;
        }
    }

    static LearningRateSweep Sweep(TrainableModule model, IEnumerable<Batch> batches, Optimizer optimizer, double[] rates, IProgress<RateTried>? progress, CancellationToken cancellation)
    {
        List<double> losses = [];
        double mean = 0, best = double.PositiveInfinity;
        foreach ((double rate, Batch batch) in rates.Zip(batches))
        {
            cancellation.ThrowIfCancellationRequested();
            optimizer.LearningRate = rate;
            Tensor loss = model.Loss(model.Call(batch.Input), batch.Target);
            mean = Smoothing * mean + (1 - Smoothing) * loss.Item();
            double smooth = mean / (1 - Math.Pow(Smoothing, losses.Count + 1));
            if (!double.IsFinite(smooth) || smooth > Hopeless * best) break;
            best = Math.Min(best, smooth);
            losses.Add(smooth);
            progress?.Report(new(losses.Count, rates.Length, rate, smooth));
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
        }
        return new(rates[..losses.Count], losses);
    }

    static IEnumerable<Batch> Endless(IDataLoader loader)
    {
        while (true) foreach (Batch batch in loader) yield return batch;
    }
}

/// <summary>A learning rate that was tried.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Steps">How many there are to be at the most.</param>
/// <param name="Rate">The rate.</param>
/// <param name="Loss">The smoothed training loss before a step of that size.</param>
public readonly record struct RateTried(int Step, int Steps, double Rate, double Loss);

/// <summary>What trying learning rates showed.</summary>
/// <param name="Rates">The rates, rising.</param>
/// <param name="Losses">The smoothed training loss at each.</param>
public sealed record LearningRateSweep(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses)
{
    /// <summary>Of all rates, the first share whose mean loss is still made of too few batches.</summary>
    const double Unsettled = 0.1;

    /// <summary>The share of all rates on either side over which a slope is taken, so that single batches do not make it.</summary>
    const double Reach = 0.05;

    /// <summary>
    /// The rate where the loss falls most steeply against the logarithm of the rate, over the part before its lowest point; NaN where it never fell. The slope is that of a
    /// straight line through the neighbours on both sides.
    /// </summary>
    public double Suggestion
    {
        get
        {
            int first = Math.Min((int)(Unsettled * Losses.Count), Losses.Count), lowest = first, reach = Math.Max(1, (int)(Reach * Losses.Count));
            for (int i = first; i < Losses.Count; i++) if (Losses[i] < Losses[lowest]) lowest = i;
            double steepest = 0, found = double.NaN;
            for (int i = first + 1; i < lowest; i++)
            {
                double slope = Slope(Math.Max(first, i - reach), Math.Min(lowest, i + reach));
                if (slope < steepest) (steepest, found) = (slope, Rates[i]);
            }
            return found;
        }
    }

    /// <summary>By which share of itself the loss fell at the most. Where that is little, the steps were too few for the model to learn anything, and <see cref="Suggestion"/> says little.</summary>
    public double Fall
    {
        get
        {
            double[] settled = [.. Losses.Skip((int)(Unsettled * Losses.Count))];
            return settled.Length == 0 || settled[0] == 0 ? 0 : (settled[0] - settled.Min()) / Math.Abs(settled[0]);
        }
    }

    /// <summary>The slope of the straight line of least squares through some of the losses, against the logarithms of their rates.</summary>
    double Slope(int from, int to)
    {
        double meanX = 0, meanY = 0, xy = 0, xx = 0;
        for (int i = from; i <= to; i++) (meanX, meanY) = (meanX + Math.Log(Rates[i]) / (to - from + 1), meanY + Losses[i] / (to - from + 1));
        for (int i = from; i <= to; i++)
        {
            double x = Math.Log(Rates[i]) - meanX;
            (xy, xx) = (xy + x * (Losses[i] - meanY), xx + x * x);
        }
        return xy / xx;
    }

    /// <summary>Loss against rate, the rates on a logarithmic axis. Where the loss explodes at the end, it leaves the picture, which would show nothing else.</summary>
    public LinePlot ToPlot()
    {
        int lowest = Losses.Count == 0 ? 0 : Losses.Index().MinBy(l => l.Item).Index;
        double top = Losses.Take(lowest + 1).DefaultIfEmpty(1).Max(), bottom = Losses.DefaultIfEmpty(0).Min(), margin = (top > bottom ? top - bottom : Math.Abs(top) + 1) / 10;
        return new()
        {
            Title = "Learning rates tried", XLabel = "learning rate", YLabel = "smoothed loss", XScale = AxisScale.Log, YLimits = (bottom - margin, top + margin),
            Series = [new Series("", [.. Rates.Zip(Losses, (r, l) => new DataPoint(r, l)).TakeWhile((p, i) => i <= lowest || p.Y <= top + margin)])],
        };
    }
}
