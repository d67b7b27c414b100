namespace Fathom;

/// <summary>
/// The geometry of a two-dimensional convolution (cross-correlation, as every deep-learning library defines it). For output channel k
/// of group g the output at (h, w) is the sum over the group's channels c and the kernel's taps (r, s) of
/// <c>weight[k, c, r, s] * input[c, h * StrideH - PadH + r * DilationH, w * StrideW - PadW + s * DilationW]</c>; taps outside the image count as zero.
/// </summary>
/// <param name="N">Images in the batch; may be 0.</param>
/// <param name="C">Input channels, of all groups together.</param>
/// <param name="H">Input height in pixels.</param>
/// <param name="W">Input width in pixels.</param>
/// <param name="K">Output channels, of all groups together.</param>
/// <param name="R">Kernel height in taps.</param>
/// <param name="S">Kernel width in taps.</param>
/// <param name="StrideH">Input rows between neighbouring output rows.</param>
/// <param name="StrideW">Input columns between neighbouring output columns.</param>
/// <param name="PadH">Rows of zeros added above and below.</param>
/// <param name="PadW">Columns of zeros added left and right.</param>
/// <param name="DilationH">Input rows between neighbouring taps.</param>
/// <param name="DilationW">Input columns between neighbouring taps.</param>
/// <param name="Groups">Number of groups: output channel group g sees only input channel group g.</param>
public readonly record struct ConvDims(
    int N, int C, int H, int W, int K, int R, int S,
    int StrideH = 1, int StrideW = 1, int PadH = 0, int PadW = 0, int DilationH = 1, int DilationW = 1, int Groups = 1)
{
    /// <summary>Output height in pixels.</summary>
    public int OutH => OutputSize(H, R, StrideH, PadH, DilationH);

    /// <summary>Output width in pixels.</summary>
    public int OutW => OutputSize(W, S, StrideW, PadW, DilationW);

    /// <summary>Input channels that one output channel sees.</summary>
    public int GroupC => C / Groups;

    /// <summary>Output channels of one group.</summary>
    public int GroupK => K / Groups;

    /// <summary>Elements of the input, shape (N, C, H, W).</summary>
    public long InputCount => (long)N * C * H * W;

    /// <summary>Elements of the weight, shape (K, C / Groups, R, S).</summary>
    public long WeightCount => (long)K * GroupC * R * S;

    /// <summary>Elements of the output, shape (N, K, OutH, OutW).</summary>
    public long OutputCount => (long)N * K * OutH * OutW;

    /// <summary>Multiplications and additions of one forward pass, padded taps counted; each gradient takes as many.</summary>
    public double Flops => 2.0 * OutputCount * GroupC * R * S;

    /// <summary>Checks that the sizes make a convolution.</summary>
    /// <returns>The same geometry.</returns>
    /// <exception cref="ArgumentException">A size does not make sense; the message says which, and what would.</exception>
    public ConvDims Validate()
    {
        Require(N >= 0, $"the batch size is {N}; it cannot be negative");
        Require(C >= 1 && H >= 1 && W >= 1, $"the input ({N}, {C}, {H}, {W}) is empty: channels, height and width must be at least 1");
        Require(K >= 1 && R >= 1 && S >= 1, $"{K} output channels with a {R}x{S} kernel: all three must be at least 1");
        Require(StrideH >= 1 && StrideW >= 1, $"stride ({StrideH}, {StrideW}) must be at least 1");
        Require(DilationH >= 1 && DilationW >= 1, $"dilation ({DilationH}, {DilationW}) must be at least 1");
        Require(PadH >= 0 && PadW >= 0, $"padding ({PadH}, {PadW}) cannot be negative");
        Require(Groups >= 1, $"groups is {Groups}; it must be at least 1");
        Require(C % Groups == 0, $"{C} input channels cannot be split into {Groups} groups; choose groups that divide the channels");
        Require(K % Groups == 0, $"{K} output channels cannot be split into {Groups} groups; choose groups that divide the channels");
        RequireFit("height", H, R, PadH, DilationH);
        RequireFit("width", W, S, PadW, DilationW);
        return this;
    }

    private static int OutputSize(int size, int taps, int stride, int pad, int dilation) => (size + 2 * pad - dilation * (taps - 1) - 1) / stride + 1;

    private static void RequireFit(string axis, int size, int taps, int pad, int dilation)
    {
        long reach = (long)dilation * (taps - 1) + 1, padded = size + 2L * pad;
        Require(reach <= padded, $"a kernel that reaches over {reach} pixels is larger than the padded input, {padded} in {axis} " +
            $"({size} + 2 * padding {pad}); use a smaller kernel or dilation, more padding, or a larger image");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition) throw new ArgumentException($"[conv2d] {problem}.");
    }
}
