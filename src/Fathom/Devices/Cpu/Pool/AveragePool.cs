using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Mean over each window: the sum of its pixels inside the image, divided by their number or by the window's size with padding.</summary>
internal readonly unsafe struct AveragePoolJob<V, T>(PoolView view, bool countPadding, T* x, T* y) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly bool _countPadding = countPadding;
    private readonly T* _x = x, _y = y;

    public void Run(int index)
    {
        (int first, int end) = _view.RowsOf(index);
        int width = _view.Cols.Count * _view.Channels;
        for (int row = first; row < end; row++) Row(row, _y + (long)row * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(int row, T* y)
    {
        (int image, int down) = Math.DivRem(row, _view.Rows.Count);
        int channels = _view.Channels;
        T* x = _x + image * _view.Input;
        (int top, int bottom, int tall) = _view.Rows[down];
        for (int j = 0; j < _view.Cols.Count; j++, y += channels)
        {
            (int left, int right, int wide) = _view.Cols[j];
            V divisor = V.All(T.CreateChecked(_countPadding ? (long)tall * wide : (long)(bottom - top) * (right - left)));
            for (int c = 0; c < channels; c += V.Count)
            {
                int lanes = Math.Min(V.Count, channels - c);
                V.StoreFirst(V.Divide(Sum(x + c, top, bottom, left, right, lanes), divisor), y + c, lanes);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V Sum(T* x, int top, int bottom, int left, int right, int lanes)
    {
        V sum = default;
        for (int h = top; h < bottom; h++)
            for (int w = left; w < right; w++)
            {
                T* p = x + ((long)h * _view.W + w) * _view.Channels;
                sum = V.Add(sum, lanes == V.Count ? V.Load(p) : V.LoadFirst(p, lanes));
            }
        return sum;
    }
}

/// <summary>The gradient of average pooling: every output's gradient, divided as the output was, is added to all pixels of its window.</summary>
internal readonly unsafe struct AveragePoolGradientJob<V, T>(PoolView view, bool countPadding, T* gy, T* gx) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly bool _countPadding = countPadding;
    private readonly T* _gy = gy, _gx = gx;

    public void Run(int index)
    {
        (int first, int end) = _view.ImagesOf(index);
        for (int image = first; image < end; image++)
        {
            T* gx = _gx + image * _view.Input;
            new Span<T>(gx, checked((int)_view.Input)).Clear();
            Scatter(_gy + image * _view.Output, gx);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(T* gy, T* gx)
    {
        int channels = _view.Channels;
        // Where windows do not overlap there is nothing to add to, and storing spares the loads, which would wait for the stores to the pixel before.
        bool store = _view.Rows.IsDisjoint && _view.Cols.IsDisjoint;
        for (int i = 0; i < _view.Rows.Count; i++)
        {
            (int top, int bottom, int tall) = _view.Rows[i];
            for (int j = 0; j < _view.Cols.Count; j++, gy += channels)
            {
                (int left, int right, int wide) = _view.Cols[j];
                V divisor = V.All(T.CreateChecked(_countPadding ? (long)tall * wide : (long)(bottom - top) * (right - left)));
                for (int c = 0; c < channels; c += V.Count)
                {
                    int lanes = Math.Min(V.Count, channels - c);
                    Spread(V.Divide(V.LoadFirst(gy + c, lanes), divisor), gx + c, top, bottom, left, right, lanes, store);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Spread(V share, T* gx, int top, int bottom, int left, int right, int lanes, bool store)
    {
        for (int h = top; h < bottom; h++)
            for (int w = left; w < right; w++)
            {
                T* p = gx + ((long)h * _view.W + w) * _view.Channels;
                if (store) V.StoreFirst(share, p, lanes);
                else if (lanes == V.Count) V.Store(V.Add(V.Load(p), share), p);
                else V.StoreFirst(V.Add(V.LoadFirst(p, lanes), share), p, lanes);
            }
    }
}

/// <summary>
/// The same means where a pixel's channels do not fill a vector: the rows of a window are added up over the whole width first, in whole vectors; then the sums of a
/// window's pixels, a vector from each pixel on, of which the first channels count. Stores overlap: what a window writes too much is its right neighbour's, written later.
/// </summary>
internal readonly unsafe struct NarrowAveragePoolJob<V, T>(PoolView view, bool countPadding, T* x, T* y) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly bool _countPadding = countPadding;
    private readonly T* _x = x, _y = y;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        (int first, int end) = _view.RowsOf(index);
        int width = _view.Cols.Count * _view.Channels;
        using Scratch<T> sums = Scratch.Rent<T>((long)_view.W * _view.Channels + V.Count);
        V.Store(default, sums.Pointer + (long)_view.W * _view.Channels);
        for (int row = first; row < end; row++)
        {
            (int image, int down) = Math.DivRem(row, _view.Rows.Count);
            (int top, int bottom, int tall) = _view.Rows[down];
            AddRows(_x + image * _view.Input, top, bottom, sums.Pointer);
            Means(sums.Pointer, bottom - top, tall, _y + (long)row * width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRows(T* x, int top, int bottom, T* sums)
    {
        int line = _view.W * _view.Channels;
        for (int i = 0; i < line; i += V.Count)
        {
            int lanes = Math.Min(V.Count, line - i);
            V sum = default;
            T* p = x + (long)top * line + i;
            for (int h = top; h < bottom; h++, p += line) sum = V.Add(sum, lanes == V.Count ? V.Load(p) : V.LoadFirst(p, lanes));
            V.StoreFirst(sum, sums + i, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Means(T* sums, int height, int tall, T* y)
    {
        int channels = _view.Channels, windows = _view.Cols.Count, whole = Math.Max(0, windows - (V.Count + channels - 1) / channels);
        PoolAxis cols = _view.Cols;
        for (int j = 0; j < windows; j++, y += channels)
        {
            (int left, int right, int wide) = cols[j];
            V sum = default;
            T* p = sums + (long)left * channels;
            for (int w = left; w < right; w++, p += channels) sum = V.Add(sum, V.Load(p));
            sum = V.Divide(sum, V.All(T.CreateChecked(_countPadding ? (long)tall * wide : (long)height * (right - left))));
            if (j < whole) V.Store(sum, y); else V.StoreFirst(sum, y, channels);
        }
    }
}

/// <summary>
/// The gradient where a pixel's channels do not fill a vector and every pixel is in one window: a row of the image is laid out once, by stores that overlap, and then copied to all
/// rows of its windows.
/// </summary>
internal readonly unsafe struct NarrowAveragePoolGradientJob<V, T>(PoolView view, bool countPadding, T* gy, T* gx) : IJob
    where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly PoolView _view = view;
    private readonly bool _countPadding = countPadding;
    private readonly T* _gy = gy, _gx = gx;

    /// <summary>Whether pixels and windows are as they must be.</summary>
    public static bool Fits(in PoolView view) => view.Channels < V.Count && view.Rows is { IsDisjoint: true, Covers: true } && view.Cols is { IsDisjoint: true, Covers: true };

    public void Run(int index)
    {
        (int first, int end) = _view.ImagesOf(index);
        int line = _view.W * _view.Channels, width = _view.Cols.Count * _view.Channels;
        using Scratch<T> row = Scratch.Rent<T>(line + V.Count);
        for (int image = first; image < end; image++)
            for (int i = 0; i < _view.Rows.Count; i++)
            {
                (int top, int bottom, int tall) = _view.Rows[i];
                LayOut(_gy + image * _view.Output + (long)i * width, bottom - top, tall, row.Pointer);
                T* to = _gx + image * _view.Input + (long)top * line;
                for (int h = top; h < bottom; h++, to += line) new Span<T>(row.Pointer, line).CopyTo(new Span<T>(to, line));
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LayOut(T* gy, int height, int tall, T* row)
    {
        int channels = _view.Channels, windows = _view.Cols.Count;
        PoolAxis cols = _view.Cols;
        for (int j = 0; j < windows; j++, gy += channels)
        {
            (int left, int right, int wide) = cols[j];
            V share = V.Divide(V.LoadFirst(gy, channels), V.All(T.CreateChecked(_countPadding ? (long)tall * wide : (long)height * (right - left))));
            for (int w = left; w < right; w++, row += channels) V.Store(share, row);
        }
    }
}
