using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A linear map of a few vectors to a few others; a tile is transformed by applying one along its columns and then along its rows. Inputs past <see cref="In"/>
/// are ignored, outputs past <see cref="Out"/> are zero; neither costs anything once compiled.
/// </summary>
internal interface ILine<V> where V : struct
{
    /// <summary>Vectors that the map takes, at least 3 and at most 9.</summary>
    static abstract int In { get; }

    /// <summary>Vectors that it makes, at least 3 and at most 9.</summary>
    static abstract int Out { get; }

    /// <summary>Applies the map.</summary>
    static abstract void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8);
}

/// <summary>Input of a line of pixels: their values at the points, and for a stride of 2 the pixels that one tap reads as they are.</summary>
internal readonly struct InputLine<V, T, S> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    public static int In => WinogradScheme<S>.Window;
    public static int Out => WinogradScheme<S>.Products;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8)
    {
        V p0, p1, p2, p3, p4, p5;
        y6 = y7 = y8 = default;
        if (S.Kind == WinogradKind.Plain)
        {
            PointMaps<V, T, S>.Input(x0, x1, x2, x3, x4, x5, out y0, out y1, out y2, out y3, out y4, out y5);
            return;
        }
        if (S.Kind == WinogradKind.Strided) PointMaps<V, T, S>.Input(x0, x2, x4, x6, x8, default, out p0, out p1, out p2, out p3, out p4, out p5);
        else PointMaps<V, T, S>.Input(x0, x1, x2, x3, x4, default, out p0, out p1, out p2, out p3, out p4, out p5);
        if (S.Kind == WinogradKind.Strided) (x0, x1, x2, x3) = (x1, x3, x5, x7);
        (y0, y1, y2, y3) = (p0, p1, p2, p3);
        if (S.Outputs == 4) (y4, y5, y6, y7, y8) = (p4, x0, x1, x2, x3);
        else (y4, y5, y6) = (x0, x1, x2);
    }
}

/// <summary>From the products to the pixels of a line.</summary>
internal readonly struct OutputLine<V, T, S> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    public static int In => WinogradScheme<S>.Products;
    public static int Out => S.Side;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8)
    {
        PointMaps<V, T, S>.Output(x0, x1, x2, x3, x4, x5, out y0, out y1, out y2, out y3);
        y4 = y5 = y6 = y7 = y8 = default;
        if (S.Kind == WinogradKind.Plain) return;
        if (S.Outputs == 3) (x5, x6, x7, x8) = (x4, x5, x6, default);        // the products of one tap
        if (S.Kind == WinogradKind.Strided)
        {
            (y0, y1, y2) = (V.Add(y0, x5), V.Add(y1, x6), V.Add(y2, x7));
            if (S.Outputs == 4) y3 = V.Add(y3, x8);
        }
        else
        {
            (y0, y1, y2, y3, y4, y5, y6, y7) = (x5, y0, x6, y1, x7, y2, x8, y3);
        }
    }
}

/// <summary>The values of a line of output gradients at the points, and for a stride of 2 the gradients as they are: what <see cref="OutputLine{V, T, S}"/> turns into for gradients.</summary>
internal readonly struct GradientLine<V, T, S> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    public static int In => S.Side;
    public static int Out => WinogradScheme<S>.Products;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8)
    {
        PointMaps<V, T, S>.Gradient(x0, x1, x2, x3, out y0, out y1, out y2, out y3, out y4, out y5);
        y6 = y7 = y8 = default;
        if (S.Kind == WinogradKind.Plain) return;
        if (S.Outputs == 4) (y5, y6, y7, y8) = (x0, x1, x2, x3);
        else (y4, y5, y6) = (x0, x1, x2);
    }
}

/// <summary>The values of three weights at the points, over Lagrange's denominators; for a stride of 2 of the outer two, and the one between them as it is.</summary>
internal readonly struct FilterLine<V, T, S> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    public static int In => 3;
    public static int Out => WinogradScheme<S>.Filters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8)
    {
        y6 = y7 = y8 = default;
        if (S.Kind == WinogradKind.Plain)
        {
            PointMaps<V, T, S>.Filter(x0, x1, x2, x2, out y0, out y1, out y2, out y3, out y4, out y5);
            return;
        }
        PointMaps<V, T, S>.Filter(x0, x2, default, x2, out y0, out y1, out y2, out y3, out y4, out y5);
        if (S.Outputs == 4) y5 = x1;
        else y4 = x1;
    }
}

/// <summary>From sums of products to the gradients of three weights.</summary>
internal readonly struct FilterGradientLine<V, T, S> : ILine<V> where V : struct, ILanes<V, T> where T : unmanaged where S : struct, IWinogradScheme
{
    public static int In => WinogradScheme<S>.Filters;
    public static int Out => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(V x0, V x1, V x2, V x3, V x4, V x5, V x6, V x7, V x8, out V y0, out V y1, out V y2, out V y3, out V y4, out V y5, out V y6, out V y7, out V y8)
    {
        PointMaps<V, T, S>.FilterGradient(x0, x1, x2, x3, x4, x5, out y0, out y1, out y2);
        y3 = y4 = y5 = y6 = y7 = y8 = default;
        if (S.Kind != WinogradKind.Plain) (y1, y2) = (S.Outputs == 4 ? x5 : x4, y1);
    }
}
