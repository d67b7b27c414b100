using System.Globalization;

namespace Fathom.Training.Plotting;

/// <summary>A colour by its red, green and blue, 0 to 255 each.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>Reads <c>#rrggbb</c>.</summary>
    public static Rgb Parse(string hex)
    {
        int value = int.Parse(hex.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return new((byte)(value >> 16), (byte)(value >> 8), (byte)value);
    }

    /// <summary>Black or white, whichever is read better on this colour (after the relative luminance of WCAG 2, with a square for its exponent 2.2).</summary>
    public Rgb Contrast => 0.2126 * R * R + 0.7152 * G * G + 0.0722 * B * B > 0.21 * 255 * 255 ? new(0, 0, 0) : new(255, 255, 255);

    public Rgb Mix(Rgb other, double share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    static byte Mix(byte a, byte b, double share) => (byte)Math.Round(a + (b - a) * share);

    public override string ToString() => $"#{R:x2}{G:x2}{B:x2}";
}

/// <summary>How numbers become colours in a heat map.</summary>
public enum ColourMap
{
    /// <summary>Dark violet over green to yellow; lightness rises evenly (viridis by van der Walt and Smith, 2015).</summary>
    Viridis,

    /// <summary>White to dark blue, for counts (ColorBrewer's Blues by Brewer and Harrower).</summary>
    Blues,

    /// <summary>Blue over white to red, for values on both sides of zero (ColorBrewer's RdBu by Brewer and Harrower).</summary>
    BlueRed,

    /// <summary>Black to white.</summary>
    Grey,
}

/// <summary>The colours of each map, from anchors with straight lines between them.</summary>
internal static class ColourMaps
{
    static readonly Rgb[][] Anchors =
    [
        Parse("440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725"),
        Parse("f7fbff deebf7 c6dbef 9ecae1 6baed6 4292c6 2171b5 08519c 08306b"),
        Parse("053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"),
        Parse("000000 ffffff"),
    ];

    /// <summary>The colour of a place between 0 and 1; beyond them that of the end.</summary>
    public static Rgb At(this ColourMap map, double place)
    {
        Rgb[] anchors = Anchors[(int)map];
        double at = Math.Clamp(place, 0, 1) * (anchors.Length - 1);
        int below = Math.Min((int)at, anchors.Length - 2);
        return anchors[below].Mix(anchors[below + 1], at - below);
    }

    static Rgb[] Parse(string colours) => [.. colours.Split(' ').Select(c => Rgb.Parse("#" + c))];
}
