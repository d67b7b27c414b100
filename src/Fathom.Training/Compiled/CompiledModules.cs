using System.Runtime.CompilerServices;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Nn;

namespace Fathom.Training;

/// <summary>Compile, fit, evaluate, predict: training for those who want three calls, on top of <see cref="Trainer"/>.</summary>
/// <example><code>
/// Sequential model = new(new Linear(512), new ReLU(), new Linear(10), new Softmax());
/// model.Compile("rmsprop", "sparse_categorical_crossentropy", ["accuracy"]);
/// History history = model.Fit(images, labels, epochs: 5, batchSize: 128, validationSplit: 0.1);
/// Console.WriteLine(model.Evaluate(testImages, testLabels)["accuracy"]);
/// </code></example>
public static class CompiledModules
{
    static readonly ConditionalWeakTable<Module, CompiledModule> Compiled = [];

    extension(Module net)
    {
        /// <summary>Chooses how the network is trained. Compiling again begins with a fresh optimiser and keeps the weights.</summary>
        /// <param name="optimizer">A name, such as <c>"rmsprop"</c> (see <see cref="OptimizerChoice.Of(string)"/>), or an optimiser over the network's parameters.</param>
        /// <param name="loss">A name, such as <c>"sparse_categorical_crossentropy"</c>; see <see cref="LossChoice.Of(string)"/>.</param>
        /// <param name="metrics">Names or objects: <c>["accuracy", new F1()]</c>; null for the loss alone.</param>
        /// <exception cref="ArgumentException">A name is not known.</exception>
        public void Compile(OptimizerChoice optimizer, LossChoice loss, IReadOnlyList<MetricChoice>? metrics = null)
        {
            ArgumentNullException.ThrowIfNull(net);
            ArgumentNullException.ThrowIfNull(optimizer);
            ArgumentNullException.ThrowIfNull(loss);
            Compiled.AddOrUpdate(net, new(net, optimizer, loss, [.. (metrics ?? []).Select(m => m.Metric)]));
        }

        /// <summary>Chooses how the network is trained, with a loss of one's own.</summary>
        /// <param name="optimizer">A name or an optimiser over the network's parameters.</param>
        /// <param name="loss">From the network's output and the targets to a scalar: <c>(prediction, target) => ...</c></param>
        /// <param name="metrics">Names or objects; null for the loss alone.</param>
        public void Compile(OptimizerChoice optimizer, Func<Tensor, Tensor, Tensor> loss, IReadOnlyList<MetricChoice>? metrics = null) =>
            net.Compile(optimizer, LossChoice.Of(loss), metrics);

        /// <summary>Trains the network. A further call goes on with the optimiser as it is.</summary>
        /// <param name="x">The inputs, samples along the first axis.</param>
        /// <param name="y">The targets, as many.</param>
        /// <param name="epochs">Passes over the training samples.</param>
        /// <param name="batchSize">Samples a batch.</param>
        /// <param name="validationSplit">The share of the samples, the last ones before any shuffling, that is kept for validation: 0 or more, below 1.</param>
        /// <param name="validationData">Samples for validation; takes precedence over the split.</param>
        /// <param name="shuffle">Whether each epoch has a random order of its own.</param>
        /// <param name="verbose">Whether a line an epoch is written to the console.</param>
        /// <param name="callbacks">Told how training goes, and able to stop it.</param>
        /// <param name="seed">What the order comes from.</param>
        /// <returns>What each epoch came to.</returns>
        /// <exception cref="InvalidOperationException">The network is not compiled.</exception>
        /// <exception cref="ArgumentException">A number is out of range, or the split leaves no samples on one side.</exception>
        /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
        public History Fit(Tensor x, Tensor y, int epochs = 1, int batchSize = 32, double validationSplit = 0, (Tensor X, Tensor Y)? validationData = null,
            bool shuffle = true, bool verbose = true, IReadOnlyList<TrainerCallback>? callbacks = null, long seed = 0)
        {
            CompiledModule model = Of(net);
            Batch all = new(x, y);
            int train = validationData is null ? Split(all.Count, validationSplit) : all.Count;
            TensorDataset? validation = validationData is { } given ? new(given.X, given.Y) : train < all.Count ? new(x.Slice(0, train), y.Slice(0, train)) : null;
            DataLoader loader = new(new TensorDataset(x.Slice(0, 0, train), y.Slice(0, 0, train)), batchSize, shuffle, seed) { Epoch = model.EpochsDone };
            Trainer trainer = new() { MaxEpochs = epochs, Callbacks = [.. verbose ? (TrainerCallback[])[new EpochLines()] : [], .. callbacks ?? []] };
            try { trainer.Fit(model, new Loaders(loader, validation is null ? null : new DataLoader(validation, batchSize))); }
            finally { model.EpochsDone += trainer.History.Count; }
            return new(trainer.History);
        }

        /// <summary>The loss and the metrics on some samples, without training.</summary>
        /// <param name="x">The inputs, samples along the first axis.</param>
        /// <param name="y">The targets, as many.</param>
        /// <param name="batchSize">Samples a batch; does not change the figures beyond rounding.</param>
        /// <returns>The figures by name: loss, accuracy, ...</returns>
        /// <exception cref="InvalidOperationException">The network is not compiled.</exception>
        public IReadOnlyDictionary<string, double> Evaluate(Tensor x, Tensor y, int batchSize = 32)
        {
            CompiledModule model = Of(net);
            DataLoader loader = new(new TensorDataset(x, y), batchSize);
            return new Trainer().Evaluate(model, new Loaders(loader, loader)).ToDictionary(m => m.Key["val_".Length..], m => m.Value);
        }

        /// <summary>What the network gives for some inputs, in evaluation mode and without a graph. Needs no compiling.</summary>
        /// <param name="x">The inputs, samples along the first axis.</param>
        /// <param name="batchSize">Samples a batch.</param>
        /// <exception cref="ArgumentException">There are no samples.</exception>
        public Tensor Predict(Tensor x, int batchSize = 32)
        {
            ArgumentNullException.ThrowIfNull(net);
            ArgumentNullException.ThrowIfNull(x);
            ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
            if (x.Rank == 0 || x.Shape[0] == 0) throw new ArgumentException($"There are no samples to predict in a tensor of shape {x.Shape}: they lie along the first axis.", nameof(x));
            bool training = net.IsTraining;
            net.Eval();
            using var mode = GradMode.NoGrad();
            try { return Tensor.Cat([.. Enumerable.Range(0, (x.Shape[0] + batchSize - 1) / batchSize).Select(i => net.Call(x.Slice(0, i * batchSize, Math.Min((i + 1) * batchSize, x.Shape[0]))))]); }
            finally { net.Train(training); }
        }
    }

    static CompiledModule Of(Module net) => Compiled.TryGetValue(net, out CompiledModule? model) ? model
        : throw new InvalidOperationException("The network does not know how to be trained yet: call Compile(\"rmsprop\", \"sparse_categorical_crossentropy\", [\"accuracy\"]) or the like first.");

    /// <summary>How many samples come before those for validation.</summary>
    static int Split(int count, double share)
    {
        if (!(share >= 0 && share < 1)) throw new ArgumentOutOfRangeException(nameof(share), $"The validation split must be 0 or more and below 1, not {share}.");
        int train = (int)Math.Floor(count * (1 - share));
        if (train == 0 || (share > 0 && train == count))
            throw new ArgumentException($"A validation split of {share} leaves {train} of {count} samples for training and {count - train} for validation; both need at least one.", nameof(share));
        return train;
    }

    sealed class Loaders(DataLoader training, DataLoader? validation) : DataModule
    {
        public override IDataLoader? GetDataLoader(bool train) => train ? training : validation;
    }
}
