namespace Fathom;

/// <summary>Brain floating point: sign, 8 exponent bits, 7 fraction bits; the upper half of a <see cref="float"/>.</summary>
/// <param name="bits">The 16 bits as stored.</param>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>
{
    /// <summary>The 16 bits as stored.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>Rounds to nearest, ties to even; NaN stays NaN.</summary>
    public static explicit operator BFloat16(float value)
    {
        if (float.IsNaN(value)) return new(0x7FC0);
        uint u = BitConverter.SingleToUInt32Bits(value);
        return new((ushort)((u + 0x7FFF + ((u >> 16) & 1)) >> 16));
    }

    /// <summary>Exact.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => (float)this == (float)other;
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 b && Equals(b);
    /// <inheritdoc/>
    public override int GetHashCode() => ((float)this).GetHashCode();
    /// <summary>Numeric equality, as for float.</summary>
    public static bool operator ==(BFloat16 a, BFloat16 b) => a.Equals(b);
    /// <summary>Numeric inequality, as for float.</summary>
    public static bool operator !=(BFloat16 a, BFloat16 b) => !a.Equals(b);
    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString();
}
