using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>What a scheme computes along an axis.</summary>
internal enum WinogradKind
{
    /// <summary>A correlation with three taps.</summary>
    Plain,

    /// <summary>One that goes two source pixels a step.</summary>
    Strided,

    /// <summary>The input gradient of such a one: two destination pixels for each source pixel, the first of which one tap reads, the second two.</summary>
    Spread,
}

/// <summary>
/// How a correlation with three taps along an axis is computed by fewer products than it has taps. In two dimensions a scheme is applied along both axes, and the numbers of products
/// multiply.
/// <para>
/// <see cref="WinogradKind.Plain"/> is F(m, 3): m + 2 products for m outputs. With a stride of 2 the even source pixels meet the outer two taps and the odd ones the tap between them
/// (y_j = w0 x_2j + w1 x_2j+1 + w2 x_2j+2): F(m, 2) takes m + 1 products for the former, the latter take m as they are, all m with the same weight. Together 2m + 1 in
/// place of 3m, in two dimensions 81 for 144 with m = 4 and 49 for 81 with m = 3. The input gradient is the same backwards: of each two neighbouring pixels one meets the tap between,
/// the other the outer two.
/// </para>
/// </summary>
internal interface IWinogradScheme
{
    /// <summary>What is computed.</summary>
    static abstract WinogradKind Kind { get; }

    /// <summary>m, the outputs of the polynomial product: 3 or 4.</summary>
    static abstract int Outputs { get; }

    /// <summary>Destination pixels along a tile's side.</summary>
    static abstract int Side { get; }

    /// <summary>Source pixels from one tile to the next.</summary>
    static abstract int Step { get; }
}

/// <summary>F(m, 3) for a correlation without a stride.</summary>
internal readonly struct PlainScheme<M> : IWinogradScheme where M : struct, IConstant
{
    public static WinogradKind Kind => WinogradKind.Plain;
    public static int Outputs => M.N;
    public static int Side => M.N;
    public static int Step => M.N;
}

/// <summary>F(m, 2) and one tap beside it, for a correlation with a stride of 2.</summary>
internal readonly struct StridedScheme<M> : IWinogradScheme where M : struct, IConstant
{
    public static WinogradKind Kind => WinogradKind.Strided;
    public static int Outputs => M.N;
    public static int Side => M.N;
    public static int Step => 2 * M.N;
}

/// <summary>The same for its input gradient.</summary>
internal readonly struct SpreadScheme<M> : IWinogradScheme where M : struct, IConstant
{
    public static WinogradKind Kind => WinogradKind.Spread;
    public static int Outputs => M.N;
    public static int Side => 2 * M.N;
    public static int Step => M.N;
}

/// <summary>What follows from a scheme.</summary>
internal static class WinogradScheme<S> where S : struct, IWinogradScheme
{
    /// <summary>Points of the polynomial product, infinity included.</summary>
    public static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => S.Kind == WinogradKind.Plain ? S.Outputs + 2 : S.Outputs + 1;
    }

    /// <summary>Products along an axis.</summary>
    public static int Products
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => S.Kind == WinogradKind.Plain ? Points : Points + S.Outputs;
    }

    /// <summary>Values of a filter along an axis: one for each point, and one that all products of a single tap share.</summary>
    public static int Filters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => S.Kind == WinogradKind.Plain ? Points : Points + 1;
    }

    /// <summary>Source pixels that a tile reads along an axis.</summary>
    public static int Window
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => S.Kind == WinogradKind.Strided ? 2 * S.Outputs + 1 : Points;
    }
}

/// <summary>Frequencies of a tile (places in its transformed form) in the order of their filters, of which products of a single tap share one.</summary>
internal static class WinogradOrder<S> where S : struct, IWinogradScheme
{
    /// <summary>Filters of a tile.</summary>
    public static int Filters => WinogradScheme<S>.Filters * WinogradScheme<S>.Filters;

    /// <summary>The frequencies; those of a filter stand from <c>First[filter]</c> to <c>First[filter + 1] - 1</c>.</summary>
    public static readonly int[] Frequencies = [.. Enumerable.Range(0, Filters).SelectMany(Of)];

    /// <inheritdoc cref="Frequencies"/>
    public static readonly int[] First = [.. Enumerable.Range(0, Filters + 1).Select(filter => Enumerable.Range(0, filter).Sum(f => Of(f).Count()))];

    private static IEnumerable<int> Of(int filter)
    {
        (int down, int across) = Math.DivRem(filter, WinogradScheme<S>.Filters);
        return from row in Along(down) from col in Along(across) select row * WinogradScheme<S>.Products + col;
    }

    /// <summary>The products along an axis that share a filter value: one each for the points, then all of a single tap.</summary>
    private static IEnumerable<int> Along(int filter) =>
        Enumerable.Range(filter, filter < WinogradScheme<S>.Points ? 1 : WinogradScheme<S>.Products - WinogradScheme<S>.Points);
}

/// <summary>
/// The constants of F(m, r), Winograd's way to m outputs of a filter of r taps by m + r - 1 multiplications: input and filter are read as polynomials,
/// evaluated at m + r - 2 points and at infinity, multiplied there, and the product is interpolated (Toom and Cook; S. Winograd, "Arithmetic Complexity of Computations", 1980;
/// A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016).
/// <para>
/// The points are 0, +-5/8, +-3/2 for F(4, 3), +-1/2, +-5/4 for F(3, 3) and F(4, 2), 0, +-1 for F(3, 2).
/// Which pairs was found by measuring (random normal data, 64 channels; root mean square error over that of the result, single precision, input and weights
/// transformed, multiplied and transformed back in that precision): F(4, 3) with the usual +-1, +-2 1.7e-6, +-1/2, +-3/2 9.7e-7, +-5/8, +-3/2 8.0e-7; F(3, 3) with
/// the usual 0, +-1, 2 9.9e-7, +-1/2, +-1 6.3e-7, +-1/2, +-5/4 4.7e-7. All powers of the points that stand in the transforms are exact in single precision.
/// That small, balanced points are better is the finding of B. Barabasz and others, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks" (2018).
/// </para>
/// </summary>
internal static class WinogradPoints<S> where S : struct, IWinogradScheme
{
    /// <summary>The smaller pair of points is +-<see cref="A"/>.</summary>
    public static double A
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points == 6 ? 5 / 8.0 : WinogradScheme<S>.Points == 5 ? 1 / 2.0 : 1;
    }

    /// <summary>The larger pair of points is +-<see cref="B"/>; with four points there is none.</summary>
    public static double B
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points == 6 ? 3 / 2.0 : 5 / 4.0;
    }

    // Lagrange's denominators: products of the distances of +A (+B, 0) to all other points. At -A and -B they are the same where 0 is a point, negative with five points.

    /// <summary>Denominator at A.</summary>
    public static double NA
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points == 6 ? 2 * A * A * (A * A - B * B) : WinogradScheme<S>.Points == 5 ? 2 * A * (A * A - B * B) : 2 * A * A;
    }

    /// <summary>Denominator at B.</summary>
    public static double NB
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points == 6 ? 2 * B * B * (B * B - A * A) : 2 * B * (B * B - A * A);
    }

    /// <summary>Denominator at 0, a point where there is an even number of them.</summary>
    public static double N0
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => WinogradScheme<S>.Points == 6 ? A * A * B * B : -A * A;
    }
}
