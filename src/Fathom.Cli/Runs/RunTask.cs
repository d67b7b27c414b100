using System.Security.Cryptography;
using Fathom.Data;
using Fathom.Models;
using Fathom.Nn;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>A model's task with its data at hand.</summary>
/// <param name="Name">The data set's name.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="Module">The loaders.</param>
/// <param name="Input">The shape of one sample as the model sees it.</param>
/// <param name="Classes">What the classes are called; empty where numbers are fitted.</param>
/// <param name="Images">The images behind the loaders; null where numbers are fitted.</param>
internal sealed record RunTask(string Name, string Title, DataModule Module, Shape Input, IReadOnlyList<string> Classes, ImageData? Images = null)
{
    /// <summary>A task over images.</summary>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">Samples a batch.</param>
    /// <param name="resize">The side that images are resized to; null leaves them as they are.</param>
    /// <param name="seed">What the order comes from.</param>
    public static RunTask Of(ImageData data, int batchSize, int? resize, long seed)
    {
        Transform? transform = resize is { } side ? new Resize(side) : null;
        Shape input = resize is { } s ? new Shape(data.ImageShape[0], s, s) : data.ImageShape;
        return new(data.Name, data.Title, new ImageDataModule(data, batchSize, seed, transform), input, data.ClassNames, data);
    }

    /// <summary>The SHA-256 of all images, or of what generated ones follow from, and labels; null where numbers are fitted.</summary>
    public string? Digest()
    {
        if (Images is not { } data) return null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LabeledImages part in (LabeledImages[])[data.Train, data.Test])
        {
            if (part.Recipe is { } recipe) hash.AppendData(System.Text.Encoding.UTF8.GetBytes(recipe));     // rather than making all before the first step
            else hash.AppendData(part.Pixels);
            hash.AppendData(part.Labels);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The course's regression task: w = (2, -3.4), b = 4.2.</summary>
    public static RunTask Synthetic(int batchSize, int? limit, long seed)
    {
        var data = new SyntheticRegressionData(Tensor.From(2f, -3.4f), 4.2, trainCount: limit ?? 1000, batchSize: batchSize, seed: seed);
        return new(DataNames.Synthetic, "synthetic points", new RegressionDataModule(data), new Shape(2), []);
    }

    /// <summary>Makes a model for this task, with all its shapes known.</summary>
    /// <exception cref="CliException">The model does not take such inputs.</exception>
    public TrainableModule Build(TrainSettings settings)
    {
        ModelEntry entry = settings.Entry;
        TrainableModule model = entry.Create(new ModelOptions(Classes.Count, settings.LearningRate, settings.Activation, (int)Input.Count, settings.Width));
        try { model.BuildFor(new Shape([1, .. Input])); }
        catch (Exception e) when (e is ShapeException or ArgumentException) { throw new CliException($"{entry.Name} does not take inputs of shape {Input}: {e.Message}", inner: e); }
        return model;
    }

    /// <summary>Bytes that the model's weights take.</summary>
    public static long WeightBytes(Module model) => model.NamedParameters().Sum(p => p.Parameter.Count * p.Parameter.DType.Size());
}
