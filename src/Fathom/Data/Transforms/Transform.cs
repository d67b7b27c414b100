namespace Fathom.Data;

/// <summary>Changes a batch of images (N, C, H, W). Random ones draw from a stream of each sample, so they are the same on any number of threads.</summary>
public abstract class Transform
{
    /// <summary>Changes a batch.</summary>
    /// <param name="images">Shape (N, C, H, W).</param>
    /// <param name="streams">A random stream for each of the N samples.</param>
    /// <returns>Images with the same N; a new tensor, or the same if there is nothing to change.</returns>
    /// <exception cref="ShapeException">The images do not fit the transform.</exception>
    public abstract Tensor Apply(Tensor images, SampleStreams streams);

    /// <summary>Changes a batch, samples numbered from 0.</summary>
    /// <param name="images">Shape (N, C, H, W).</param>
    /// <param name="seed">Where random ones draw from.</param>
    public Tensor Apply(Tensor images, long seed = 0)
    {
        Require(images);
        return Apply(images, new SampleStreams(seed, Enumerable.Range(0, images.Shape[0]).ToArray()));
    }

    /// <summary>This transform, then another.</summary>
    public Transform Then(Transform next) => new Compose(this, next);

    private protected void Require(Tensor images, params ReadOnlySpan<DType> types)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4) throw ShapeException.For(GetType().Name, $"images have the shape (N, C, H, W); this tensor has {images.Shape}");
        if (!images.Device.HasData) throw new ArgumentException($"[{GetType().Name}] images are changed on the CPU, before the batch moves to device '{images.Device}'.", nameof(images));
        if (types.Length > 0 && !types.Contains(images.DType))
            throw new ArgumentException($"[{GetType().Name}] takes {string.Join(" or ", types.ToArray().Select(t => t.Name()))} images; these are {images.DType.Name()}.", nameof(images));
    }
}

/// <summary>Several transforms, one after the other.</summary>
public sealed class Compose : Transform
{
    /// <summary>A chain of transforms.</summary>
    public Compose(params IReadOnlyList<Transform> transforms) => Transforms = [.. transforms];

    /// <summary>The transforms, in order.</summary>
    public IReadOnlyList<Transform> Transforms { get; }

    /// <inheritdoc/>
    public override Tensor Apply(Tensor images, SampleStreams streams)
    {
        for (int i = 0; i < Transforms.Count; i++) images = Transforms[i].Apply(images, streams.Fork(i));
        return images;
    }
}
