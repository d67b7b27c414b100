namespace Fathom.Formats;

/// <summary>A picture of 8-bit samples, row by row from the top, the channels of a pixel side by side.</summary>
public sealed class Image
{
    /// <summary>Wraps samples.</summary>
    /// <param name="width">Pixels across, 1 or more.</param>
    /// <param name="height">Pixels down, 1 or more.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="pixels">Height x width x channels samples; not copied.</param>
    /// <exception cref="ArgumentException">A size is out of range or does not fit the samples.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        ArgumentNullException.ThrowIfNull(pixels);
        if ((Int128)width * height * channels != pixels.Length)
            throw new ArgumentException($"{width} x {height} pixels of {channels} channels are {(Int128)width * height * channels} samples, but {pixels.Length} were given.", nameof(pixels));
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>Samples a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Channels { get; }

    /// <summary>The samples: sample (x, y, c) is at (y * Width + x) * Channels + c.</summary>
    public byte[] Pixels { get; }

    /// <summary>Whether the last channel is alpha (255 opaque, 0 transparent).</summary>
    public bool HasAlpha => Channels is 2 or 4;

    /// <summary>The picture in grey: luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded; transparent parts show the background.</summary>
    /// <param name="background">The grey behind transparent parts: 255 white, 0 black.</param>
    public Image ToGrey(byte background = 255) => Convert(1, background);

    /// <summary>The picture in RGB; transparent parts show the background.</summary>
    /// <param name="background">The grey behind transparent parts: 255 white, 0 black.</param>
    public Image ToRgb(byte background = 255) => Convert(3, background);

    Image Convert(int channels, byte background)
    {
        if (Channels == channels) return this;
        byte[] result = new byte[checked(Width * Height * channels)];
        Span<byte> colour = stackalloc byte[3];
        for (int from = 0, to = 0; from < Pixels.Length; from += Channels, to += channels)
        {
            ReadOnlySpan<byte> pixel = Pixels.AsSpan(from, Channels);
            int alpha = HasAlpha ? pixel[^1] : 255;
            for (int c = 0; c < 3; c++)
                colour[c] = (byte)(((Channels < 3 ? pixel[0] : pixel[c]) * alpha + background * (255 - alpha) + 127) / 255);
            if (channels == 3) colour.CopyTo(result.AsSpan(to));
            else result[to] = (byte)((299 * colour[0] + 587 * colour[1] + 114 * colour[2] + 500) / 1000);
        }
        return new Image(Width, Height, channels, result);
    }
}
