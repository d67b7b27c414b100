using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Maximum over each window and where it stands: the position h * W + w in the image of the first maximum, or of the last NaN where the window has any.
/// Where asked, the maximum is rectified, max(., 0), and stands nowhere, at -1, unless it is positive. Channels-last images go through vectors of channels.
/// </summary>
internal readonly unsafe struct MaxPoolJob<V, T>(PoolView view, bool rectify, T* x, T* y, int* indices) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly bool _rectify = rectify;
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
        (int top, int bottom, _) = _view.Rows[down];
        int channels = _view.Channels, whole = channels - channels % V.Count, w = _view.W, windows = _view.Cols.Count;
        PoolAxis cols = _view.Cols;
        T* line = _x + image * _view.Input + (long)top * w * channels;
        for (int j = 0; j < windows; j++, y += channels, indices += channels)
        {
            (int left, int right, _) = cols[j];
            T* corner = line + (long)left * channels;
            int position = top * w + left;
            for (int c = 0; c < whole; c += V.Count) Window(corner + c, position, bottom - top, right - left, w, channels, V.Count, y + c, indices + c);
            if (whole < channels) Window(corner + whole, position, bottom - top, right - left, w, channels, channels - whole, y + whole, indices + whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Window(T* corner, int position, int tall, int wide, int w, int channels, int lanes, T* y, int* indices)
    {
        V best = V.All(T.NegativeInfinity), at = V.Tag(position);
        for (int h = 0; h < tall; h++, corner += (long)w * channels, position += w)
        {
            T* p = corner;
            for (int s = 0; s < wide; s++, p += channels)
            {
                V value = lanes == V.Count ? V.Load(p) : V.LoadFirst(p, lanes), mask = V.TakesOver(value, best);
                best = V.Select(mask, value, best);
                at = V.Select(mask, V.Tag(position + s), at);
            }
        }
        if (_rectify)
        {
            V zero = V.All(T.Zero), nowhere = V.Tag(-1), passes = V.TakesOver(best, zero);                       // NaN passes too
            at = V.Select(V.TakesOver(best, V.All(T.PositiveInfinity)), nowhere, V.Select(passes, at, nowhere));  // but has no gradient
            best = V.Select(passes, best, zero);
        }
        if (lanes == V.Count) V.Store(best, y); else V.StoreFirst(best, y, lanes);
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
                for (int c = 0; c < channels; c++)
                    if (at[c] >= 0) gx[(long)at[c] * channels + c] += gy[c];
        }
    }
}

/// <summary>
/// The same where no pixel is in two windows: each window's pixels are written once, vector by vector, with the gradient where the maximum stood and zeros
/// elsewhere. The sums over each channel come along: <c>totals</c> has a row of channels for every job, and <c>rows</c> scratch of the same size.
/// </summary>
internal readonly unsafe struct MaxPoolDisjointGradientJob<V, T>(PoolView view, T* gy, int* indices, T* gx, double* totals, T* rows) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly T* _gy = gy, _gx = gx, _rows = rows;
    private readonly int* _indices = indices;
    private readonly double* _totals = totals;

    public void Run(int index)
    {
        (int first, int end) = _view.ImagesOf(index);
        int channels = _view.Channels, width = _view.Cols.Count * channels;
        double* totals = _totals + (long)index * channels;
        T* sums = _rows + (long)index * channels;
        new Span<double>(totals, channels).Clear();
        for (int image = first; image < end; image++)
        {
            T* gx = _gx + image * _view.Input;
            if (!_view.Rows.Covers || !_view.Cols.Covers) new Span<T>(gx, checked((int)_view.Input)).Clear();
            for (int i = 0; i < _view.Rows.Count; i++)
            {
                long at = image * _view.Output + (long)i * width;
                new Span<T>(sums, channels).Clear();
                Row(i, _gy + at, _indices + at, gx, sums);
                for (int c = 0; c < channels; c++) totals[c] += double.CreateTruncating(sums[c]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(int row, T* gy, int* indices, T* gx, T* sums)
    {
        (int top, int bottom, _) = _view.Rows[row];
        int channels = _view.Channels, whole = channels - channels % V.Count, w = _view.W, windows = _view.Cols.Count;
        PoolAxis cols = _view.Cols;
        T* line = gx + (long)top * w * channels;
        for (int j = 0; j < windows; j++, gy += channels, indices += channels)
        {
            (int left, int right, _) = cols[j];
            T* corner = line + (long)left * channels;
            int position = top * w + left;
            for (int c = 0; c < whole; c += V.Count) Window(gy + c, indices + c, corner + c, position, bottom - top, right - left, w, channels, V.Count, sums + c);
            if (whole < channels) Window(gy + whole, indices + whole, corner + whole, position, bottom - top, right - left, w, channels, channels - whole, sums + whole);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Window(T* gy, int* indices, T* corner, int position, int tall, int wide, int w, int channels, int lanes, T* sums)
    {
        V g = lanes == V.Count ? V.Load(gy) : V.LoadFirst(gy, lanes), at = V.LoadTags(indices, lanes), sum = lanes == V.Count ? V.Load(sums) : V.LoadFirst(sums, lanes);
        for (int h = 0; h < tall; h++, corner += (long)w * channels, position += w)
        {
            T* p = corner;
            for (int s = 0; s < wide; s++, p += channels)
            {
                V placed = V.WhereTag(at, position + s, g);
                sum = V.Add(sum, placed);
                if (lanes == V.Count) V.Store(placed, p); else V.StoreFirst(placed, p, lanes);
            }
        }
        if (lanes == V.Count) V.Store(sum, sums); else V.StoreFirst(sum, sums, lanes);
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
                for (int c = 0; c < channels; c++) y[c] = at[c] < 0 ? default : x[(long)at[c] * channels + c];
        }
    }
}
