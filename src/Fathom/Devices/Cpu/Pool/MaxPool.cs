using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Maximum over each window and where it stands: the position h * W + w in the image of the first maximum, or of the last NaN where the window has any.
/// Channels-last images go through vectors of channels.
/// </summary>
internal readonly unsafe struct MaxPoolJob<V, T>(PoolView view, T* x, T* y, int* indices) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly T* _x = x, _y = y;
    private readonly int* _indices = indices;

    public void Run(int index)
    {
        (int first, int end) = _view.RowsOf(index);
        int width = _view.Cols.Count * _view.Channels;
        for (int row = first; row < end; row++) Row(row, _y + (long)row * width, _indices + (long)row * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(int row, T* y, int* indices)
    {
        (int image, int down) = Math.DivRem(row, _view.Rows.Count);
        int channels = _view.Channels;
        T* x = _x + image * _view.Input;
        (int top, int bottom, _) = _view.Rows[down];
        for (int j = 0; j < _view.Cols.Count; j++, y += channels, indices += channels)
        {
            (int left, int right, _) = _view.Cols[j];
            for (int c = 0; c < channels; c += V.Count) Window(x + c, top, bottom, left, right, Math.Min(V.Count, channels - c), y + c, indices + c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Window(T* x, int top, int bottom, int left, int right, int lanes, T* y, int* indices)
    {
        V best = V.All(T.NegativeInfinity), at = V.Tag(top * _view.W + left);
        for (int h = top; h < bottom; h++)
            for (int w = left; w < right; w++)
            {
                int position = h * _view.W + w;
                T* p = x + (long)position * _view.Channels;
                V value = lanes == V.Count ? V.Load(p) : V.LoadFirst(p, lanes), mask = V.TakesOver(value, best);
                best = V.Select(mask, value, best);
                at = V.Select(mask, V.Tag(position), at);
            }
        V.StoreFirst(best, y, lanes);
        V.StoreTags(at, indices, lanes);
    }
}

/// <summary>The gradient of maximum pooling: <c>gx[index] += gy</c>, each image by one job, outputs in order.</summary>
internal readonly unsafe struct MaxPoolGradientJob<T>(PoolView view, T* gy, int* indices, T* gx) : IJob where T : unmanaged, INumberBase<T>
{
    private readonly PoolView _view = view;
    private readonly T* _gy = gy, _gx = gx;
    private readonly int* _indices = indices;

    public void Run(int index)
    {
        (int first, int end) = _view.ImagesOf(index);
        int channels = _view.Channels;
        for (int image = first; image < end; image++)
        {
            T* gx = _gx + image * _view.Input, gy = _gy + image * _view.Output;
            int* at = _indices + image * _view.Output;
            new Span<T>(gx, checked((int)_view.Input)).Clear();
            for (long pixels = (long)_view.Rows.Count * _view.Cols.Count; pixels > 0; pixels--, gy += channels, at += channels)
                for (int c = 0; c < channels; c++) gx[(long)at[c] * channels + c] += gy[c];
        }
    }
}

/// <summary>The gradient of that gradient, and the pooling itself with known positions: <c>y = x[index]</c>.</summary>
internal readonly unsafe struct MaxPoolGatherJob<T>(PoolView view, T* x, int* indices, T* y) : IJob where T : unmanaged
{
    private readonly PoolView _view = view;
    private readonly T* _x = x, _y = y;
    private readonly int* _indices = indices;

    public void Run(int index)
    {
        (int first, int end) = _view.ImagesOf(index);
        int channels = _view.Channels;
        for (int image = first; image < end; image++)
        {
            T* x = _x + image * _view.Input, y = _y + image * _view.Output;
            int* at = _indices + image * _view.Output;
            for (long pixels = (long)_view.Rows.Count * _view.Cols.Count; pixels > 0; pixels--, y += channels, at += channels)
                for (int c = 0; c < channels; c++) y[c] = x[(long)at[c] * channels + c];
        }
    }
}
