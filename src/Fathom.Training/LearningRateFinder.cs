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
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The optimiser has no learning rate to set.</exception>
    public static LearningRateSweep Find(TrainableModule model, DataModule data, double lowest = 1e-6, double highest = 10, int steps = 100, Func<TrainableModule, IOptimizer>? optimizerFactory = null)
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
            return Sweep(model, loader, optimizer, lowest, Math.Pow(highest / lowest, 1.0 / (steps - 1)), steps);
        }
        finally
        {
            model.LoadStateDict(weights);
            model.ZeroGrad();
            model.Train(training);
            RandomStream.Default.State = random;
        }
    }

    static LearningRateSweep Sweep(TrainableModule model, IDataLoader loader, Optimizer optimizer, double rate, double factor, int steps)
    {
        List<double> rates = [], losses = [];
        double mean = 0, best = double.PositiveInfinity;
        foreach (Batch batch in Endless(loader).Take(steps))
        {
            optimizer.LearningRate = rate;
            Tensor loss = model.Loss(model.Call(batch.Input), batch.Target);
            double value = loss.Item();
            mean = Smoothing * mean + (1 - Smoothing) * value;
            double smooth = mean / (1 - Math.Pow(Smoothing, rates.Count + 1));
            if (!double.IsFinite(smooth) || smooth > Hopeless * best) break;
            best = Math.Min(best, smooth);
            rates.Add(rate);
            losses.Add(smooth);
            optimizer.ZeroGrad();
            loss.Backward();
            optimizer.Step();
            rate *= factor;
        }
        return new(rates, losses);
    }

    static IEnumerable<Batch> Endless(IDataLoader loader)
    {
        while (true) foreach (Batch batch in loader) yield return batch;
    }
}

/// <summary>What trying learning rates showed.</summary>
/// <param name="Rates">The rates, rising.</param>
/// <param name="Losses">The smoothed training loss at each.</param>
public sealed record LearningRateSweep(IReadOnlyList<double> Rates, IReadOnlyList<double> Losses)
{
    /// <summary>The rate where the loss falls most steeply against the logarithm of the rate, over the part before its lowest point; NaN where it never fell.</summary>
    public double Suggestion
    {
        get
        {
            int lowest = 0;
            for (int i = 1; i < Losses.Count; i++) if (Losses[i] < Losses[lowest]) lowest = i;
            double steepest = 0, found = double.NaN;
            for (int i = 1; i + 1 <= lowest; i++)
            {
                double slope = (Losses[i + 1] - Losses[i - 1]) / Math.Log(Rates[i + 1] / Rates[i - 1]);
                if (slope < steepest) (steepest, found) = (slope, Rates[i]);
            }
            return found;
        }
    }

    /// <summary>Loss against rate, the rates on a logarithmic axis.</summary>
    public LinePlot ToPlot() => new()
    {
        Title = "Learning rates tried", XLabel = "learning rate", YLabel = "smoothed loss", XScale = AxisScale.Log,
        Series = [new Series("loss", [.. Rates.Zip(Losses, (r, l) => new DataPoint(r, l))])],
    };
}
