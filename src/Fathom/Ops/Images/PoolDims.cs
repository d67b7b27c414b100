namespace Fathom;

/// <summary>
/// The geometry of two-dimensional pooling: every output pixel summarises a window of R x S input pixels of its own channel.
/// Windows may reach into the padding, which holds nothing: maxima ignore it, and averages may or may not count it.
/// </summary>
/// <param name="N">Images in the batch; may be 0.</param>
/// <param name="C">Channels.</param>
/// <param name="H">Input height in pixels.</param>
/// <param name="W">Input width in pixels.</param>
/// <param name="R">Window height.</param>
/// <param name="S">Window width.</param>
/// <param name="StrideH">Input rows between neighbouring windows.</param>
/// <param name="StrideW">Input columns between neighbouring windows.</param>
/// <param name="PadH">Rows of padding above and below; at most half the window.</param>
/// <param name="PadW">Columns of padding left and right; at most half the window.</param>
/// <param name="CeilMode">Whether a last window that is only partly inside counts, so that no input pixel is left out.</param>
public readonly record struct PoolDims(
    int N, int C, int H, int W, int R, int S, int StrideH, int StrideW, int PadH = 0, int PadW = 0, bool CeilMode = false)
{
    /// <summary>Output height in pixels.</summary>
    public int OutH => OutputSize(H, R, StrideH, PadH);

    /// <summary>Output width in pixels.</summary>
    public int OutW => OutputSize(W, S, StrideW, PadW);

    /// <summary>Elements of the input, shape (N, C, H, W).</summary>
    public long InputCount => (long)N * C * H * W;

    /// <summary>Elements of the output, shape (N, C, OutH, OutW).</summary>
    public long OutputCount => (long)N * C * OutH * OutW;

    /// <summary>Checks that the sizes make a pooling.</summary>
    /// <param name="op">Name of the operation, for the message.</param>
    /// <returns>The same geometry.</returns>
    /// <exception cref="ArgumentException">A size does not make sense; the message says which, and what would.</exception>
    public PoolDims Validate(string op = "pool2d")
    {
        Require(op, N >= 0, $"the batch size is {N}; it cannot be negative");
        Require(op, C >= 1 && H >= 1 && W >= 1, $"the input ({N}, {C}, {H}, {W}) is empty: channels, height and width must be at least 1");
        Require(op, (long)H * W <= int.MaxValue, $"images of {H}x{W} have more pixels than an index can count");
        Require(op, R >= 1 && S >= 1, $"the window is {R}x{S}; both sides must be at least 1");
        Require(op, StrideH >= 1 && StrideW >= 1, $"stride ({StrideH}, {StrideW}) must be at least 1");
        Require(op, PadH >= 0 && PadW >= 0, $"padding ({PadH}, {PadW}) cannot be negative");
        Require(op, PadH <= R / 2 && PadW <= S / 2, $"padding ({PadH}, {PadW}) is more than half the {R}x{S} window: some windows would hold nothing but padding");
        Require(op, R <= H + 2L * PadH && S <= W + 2L * PadW,
            $"the {R}x{S} window is larger than the padded input, {H + 2L * PadH}x{W + 2L * PadW}; use a smaller window or a larger image");
        return this;
    }

    // A last, partial window must start inside the input or its leading padding; one that would start in the trailing padding is dropped.
    private int OutputSize(int size, int window, int stride, int pad)
    {
        int room = size + 2 * pad - window;
        if (!CeilMode) return room / stride + 1;
        int windows = (room + stride - 1) / stride + 1;
        return (windows - 1) * stride >= size + pad ? windows - 1 : windows;
    }

    private static void Require(string op, bool condition, string problem)
    {
        if (!condition) throw new ArgumentException($"[{op}] {problem}.");
    }
}
