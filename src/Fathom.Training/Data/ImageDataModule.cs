using Fathom.Data;

namespace Fathom.Training;

/// <summary>Labelled images as a task: training images in a new random order each epoch, test images for validation.</summary>
/// <param name="data">The images.</param>
/// <param name="batchSize">Samples a batch.</param>
/// <param name="seed">What the order and random transforms come from.</param>
/// <param name="transform">Changes the images of each batch, of training and validation alike; null leaves them as they are.</param>
/// <param name="workers">How many batches are made ahead by other threads; 0 makes each when it is asked for.</param>
public sealed class ImageDataModule(ImageData data, int batchSize = 128, long seed = 0, Transform? transform = null, int workers = 0) : DataModule
{
    /// <summary>The images.</summary>
    public ImageData Data => data;

    /// <inheritdoc/>
    public override IDataLoader? GetDataLoader(bool train)
    {
        LabeledImages part = train ? data.Train : data.Test;
        return part.Count == 0 ? null : new DataLoader(part, batchSize, shuffle: train, seed: seed, transform: transform, workers: workers);
    }
}
