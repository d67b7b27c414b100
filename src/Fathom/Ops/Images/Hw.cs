namespace Fathom;

/// <summary>A size, stride or padding along height and width; one number stands for both.</summary>
/// <param name="H">Along the height.</param>
/// <param name="W">Along the width.</param>
public readonly record struct Hw(int H, int W)
{
    /// <summary>The same along both axes.</summary>
    public static implicit operator Hw(int both) => new(both, both);
    /// <summary>Height and width.</summary>
    public static implicit operator Hw((int H, int W) pair) => new(pair.H, pair.W);
    /// <inheritdoc/>
    public override string ToString() => H == W ? $"{H}" : $"({H}, {W})";
}
