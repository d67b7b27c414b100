namespace Fathom.Nn;

/// <summary>Zeros around the input of a convolution: so many on each side, or as many as keep the size.</summary>
public readonly record struct Padding
{
    readonly Hw size;

    /// <summary>This many rows above and below, and columns left and right.</summary>
    public Padding(Hw size) => this.size = size;

    /// <summary>As many as make the output as large as the input, for stride 1; where their number is odd the last one goes below or to the right.</summary>
    public static Padding Same { get; } = new() { IsSame = true };

    /// <summary>Whether this is <see cref="Same"/>.</summary>
    public bool IsSame { get; private init; }

    /// <summary>The same on all sides.</summary>
    public static implicit operator Padding(int all) => new(all);

    /// <summary>Rows above and below, and columns left and right.</summary>
    public static implicit operator Padding((int H, int W) sides) => new(sides);

    /// <summary>Rows above and below, and columns left and right.</summary>
    public static implicit operator Padding(Hw sides) => new(sides);

    /// <summary>
    /// Symmetric padding for a kernel, and how many rows and columns to drop at the start of the result, so that an odd total falls to the end.
    /// </summary>
    internal (Hw Pad, Hw Drop) For(Hw kernel, Hw dilation)
    {
        if (!IsSame) return (size, 0);
        int h = dilation.H * (kernel.H - 1), w = dilation.W * (kernel.W - 1);
        return (((h + 1) / 2, (w + 1) / 2), (h % 2, w % 2));
    }

    /// <summary>For sequences, whose one axis is taken as the width: nothing above and below.</summary>
    internal Padding AlongWidth() => IsSame ? this : new((0, size.W));

    /// <inheritdoc/>
    public override string ToString() => IsSame ? "same" : size.ToString();
}
