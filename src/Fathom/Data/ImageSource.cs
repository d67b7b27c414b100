namespace Fathom.Data;

/// <summary>Pixels that are made when they are first asked for.</summary>
/// <param name="pixels">Room for all of them.</param>
abstract class ImageSource(byte[] pixels)
{
    /// <summary>All pixels, those not yet made at 0.</summary>
    public byte[] Pixels { get; } = pixels;

    /// <summary>What the pixels follow from: two sources that say the same make the same.</summary>
    public abstract string Recipe { get; }

    /// <summary>Makes these images, where that has not been done. From any thread.</summary>
    public abstract void Fill(ReadOnlySpan<int> images);

    /// <summary>Makes all images.</summary>
    public abstract void FillAll();
}
