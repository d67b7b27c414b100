using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>The convolution kernels for one element type, with the vector width chosen; see <see cref="Conv"/> for what the arguments mean.</summary>
internal abstract unsafe class ConvKernels<T> where T : unmanaged
{
    public abstract void Forward(in ConvDims d, T* x, ImageOrder xOrder, T* w, T* bias, T* y, ImageOrder yOrder);

    public abstract void InputGradient(in ConvDims d, T* gy, ImageOrder gyOrder, T* w, T* gx, ImageOrder gxOrder);

    public abstract void WeightGradient(in ConvDims d, T* x, ImageOrder xOrder, T* gy, ImageOrder gyOrder, T* gw);
}

/// <summary>The kernels with vectors of type <typeparamref name="V"/>.</summary>
/// <param name="choose">Which algorithm a pass takes.</param>
internal sealed unsafe class ConvKernels<V, T>(ConvChoice choose) : ConvKernels<T> where V : struct, ILanes<V, T> where T : unmanaged, INumber<T>
{
    public override void Forward(in ConvDims d, T* x, ImageOrder xOrder, T* w, T* bias, T* y, ImageOrder yOrder)
    {
        Correlation c = Correlation.Forward(d, V.Count);
        bool pointwise = PointwisePass<V, T>.Takes(d);
        if (!pointwise && !AddsWindows(c))
        {
            Correlate(c, x, xOrder, w, bias, y, yOrder);
            return;
        }
        using Scratch<T> xCopy = ChannelsLast(x, xOrder, d.N, d.C, (long)d.H * d.W, out x);
        using Scratch<T> yCopy = Result(y, yOrder, d.N, d.K, (long)d.OutH * d.OutW, out T* result);
        if (pointwise) PointwisePass<V, T>.Forward(d, x, w, bias, result);
        else OverlapAddPass<V, T>.Forward(d, x, w, bias, result);
        if (result != y) ImageReorder.Exchange(result, ImageOrder.ChannelsLast, y, d.N, d.K, (long)d.OutH * d.OutW);
    }

    public override void InputGradient(in ConvDims d, T* gy, ImageOrder gyOrder, T* w, T* gx, ImageOrder gxOrder)
    {
        Correlation c = Correlation.InputGradient(d, V.Count);
        bool pointwise = PointwisePass<V, T>.Takes(d);
        if (!pointwise && !AddsWindows(c))
        {
            Correlate(c, gy, gyOrder, w, null, gx, gxOrder);
            return;
        }
        using Scratch<T> gyCopy = ChannelsLast(gy, gyOrder, d.N, d.K, (long)d.OutH * d.OutW, out gy);
        using Scratch<T> gxCopy = Result(gx, gxOrder, d.N, d.C, (long)d.H * d.W, out T* result);
        if (pointwise) PointwisePass<V, T>.InputGradient(d, gy, w, result);
        else OverlapAddPass<V, T>.InputGradient(d, gy, w, result);
        if (result != gx) ImageReorder.Exchange(result, ImageOrder.ChannelsLast, gx, d.N, d.C, (long)d.H * d.W);
    }

    public override void WeightGradient(in ConvDims d, T* x, ImageOrder xOrder, T* gy, ImageOrder gyOrder, T* gw)
    {
        using Scratch<T> gyCopy = ChannelsLast(gy, gyOrder, d.N, d.K, (long)d.OutH * d.OutW, out gy);
        if (PointwisePass<V, T>.Takes(d))
        {
            using Scratch<T> pixels = ChannelsLast(x, xOrder, d.N, d.C, (long)d.H * d.W, out x);
            PointwisePass<V, T>.WeightGradient(d, x, gy, gw);
            return;
        }
        Correlation c = Correlation.Forward(d, V.Count);
        if (c.ByLines)      // where Winograd's algorithm would fit, too: it saves little here, and nothing on two threads
        {
            LineWeightGradientPass<V, T>.Run(c, x, xOrder, gy, gw);
            return;
        }
        using Scratch<T> xCopy = ChannelsLast(x, xOrder, d.N, d.C, (long)d.H * d.W, out x);
        if (c.IsDepthwise) DepthwiseWeightGradientPass<V, T>.Run(c, x, gy, gw);
        else if (GroupGatherPass<V, T>.Takes(c)) GroupWeightGradient(choose.ForGroupWeightGradient(c, V.Count), c, x, gy, gw);
        else if (choose.For(c, V.Count) is not ConvAlgorithm.Direct and var winograd) WinogradWeightGradient(winograd, c, x, gy, gw);
        else WeightGradientPass<V, T>.Run(c, new PackedWeights(c, V.Count), x, gy, gw);
    }

    private bool AddsWindows(in Correlation c) => c.AddsWindows(V.Count) && choose.For(c, V.Count) == ConvAlgorithm.Direct;

    private void Correlate(in Correlation c, T* x, ImageOrder xOrder, T* w, T* bias, T* y, ImageOrder yOrder)
    {
        int channels = c.Groups * c.GroupOut;
        long pixels = (long)c.Rows.Count * c.Cols.Count * c.Pack;
        using Scratch<T> yCopy = Result(y, yOrder, c.N, channels, pixels, out T* result);
        if (c.ByLines && choose.For(c, V.Count) == ConvAlgorithm.Direct) LinePass<V, T>.Run(c, x, xOrder, w, bias, result);
        else Gather(c, x, xOrder, w, bias, result);
        if (result != y) ImageReorder.Exchange(result, ImageOrder.ChannelsLast, y, c.N, channels, pixels);
    }

    private void Gather(in Correlation c, T* x, ImageOrder order, T* w, T* bias, T* y)
    {
        using Scratch<T> xCopy = ChannelsLast(x, order, c.N, c.SourcePixel, (long)c.Rows.Size * c.Cols.Size, out x);
        if (c.IsDepthwise) DepthwisePass<V, T>.Run(c, x, w, bias, y);
        else if (choose.For(c, V.Count) is not ConvAlgorithm.Direct and var winograd) Winograd(winograd, c, x, w, bias, y);
        else GatherDense(c, x, w, bias, y);
    }

    private static void GatherDense(in Correlation c, T* source, T* w, T* bias, T* y)
    {
        var layout = new PackedWeights(c, V.Count);
        using Scratch<T> packed = Scratch.Rent<T>(layout.Count);
        WeightPacking<V, T>.Pack(c, layout, w, packed.Pointer);
        if (GroupGatherPass<V, T>.Takes(c)) GroupGatherPass<V, T>.Run(c, layout, source, packed.Pointer, bias, y);
        else GatherPass<V, T>.Run(c, layout, source, packed.Pointer, bias, y);
    }

    private static void Winograd(ConvAlgorithm tile, in Correlation c, T* source, T* w, T* bias, T* y)
    {
        if (tile == ConvAlgorithm.Winograd4) Winograd<N4>(c, source, w, bias, y);
        else Winograd<N3>(c, source, w, bias, y);
    }

    private static void Winograd<M>(in Correlation c, T* source, T* w, T* bias, T* y) where M : struct, IConstant
    {
        if (c.Rows.Step == 2) WinogradPass<V, T, StridedScheme<M>>.Run(c, source, w, bias, y);
        else if (c.Rows.Divisor == 2) WinogradPass<V, T, SpreadScheme<M>>.Run(c, source, w, bias, y);
        else WinogradPass<V, T, PlainScheme<M>>.Run(c, source, w, bias, y);
    }

    private static void WinogradWeightGradient(ConvAlgorithm tile, in Correlation c, T* source, T* gradient, T* gw)
    {
        if (tile == ConvAlgorithm.Winograd4) WinogradWeightGradient<N4>(c, source, gradient, gw);
        else WinogradWeightGradient<N3>(c, source, gradient, gw);
    }

    private static void WinogradWeightGradient<M>(in Correlation c, T* source, T* gradient, T* gw) where M : struct, IConstant
    {
        if (c.Rows.Step == 2) WinogradWeightGradient<V, T, StridedScheme<M>>.Run(c, source, gradient, gw);
        else WinogradWeightGradient<V, T, PlainScheme<M>>.Run(c, source, gradient, gw);
    }

    private static void GroupWeightGradient(ConvAlgorithm algorithm, in Correlation c, T* source, T* gradient, T* gw)
    {
        if (algorithm == ConvAlgorithm.Direct) GroupWeightGradientPass<V, T>.Run(c, source, gradient, gw);
        else if (algorithm == ConvAlgorithm.Winograd4) WinogradGroupWeightGradient<N4>(c, source, gradient, gw);
        else WinogradGroupWeightGradient<N3>(c, source, gradient, gw);
    }

    private static void WinogradGroupWeightGradient<M>(in Correlation c, T* source, T* gradient, T* gw) where M : struct, IConstant
    {
        if (c.Rows.Step == 2) WinogradGroupWeightGradient<V, T, StridedScheme<M>>.Run(c, source, gradient, gw);
        else WinogradGroupWeightGradient<V, T, PlainScheme<M>>.Run(c, source, gradient, gw);
    }

    /// <summary>Where to make a result channels-last: <paramref name="y"/> itself, or a block from which it is then copied.</summary>
    private static Scratch<T> Result(T* y, ImageOrder order, int n, int channels, long pixels, out T* result)
    {
        result = y;
        if (order == ImageOrder.ChannelsLast || channels == 1 || pixels == 1) return default;
        Scratch<T> copy = Scratch.Rent<T>(n * channels * pixels);
        result = copy.Pointer;
        return copy;
    }

    private static Scratch<T> ChannelsLast(T* x, ImageOrder order, int n, int channels, long pixels, out T* result)
    {
        result = x;
        if (order == ImageOrder.ChannelsLast || channels == 1 || pixels == 1) return default;
        Scratch<T> copy = Scratch.Rent<T>(n * channels * pixels);
        result = copy.Pointer;
        ImageReorder.Exchange(x, order, result, n, channels, pixels);
        return copy;
    }
}
