using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// The input gradient of a convolution of few input channels. Gathering it pixel by pixel would fill as few lanes as there are channels. So each pixel of the output's gradient makes what it adds to a
/// row of the result, the S columns of its window side by side as lanes (S * C elements that lie together in memory):
/// <code>line[w][s, c] = sum over rows h, r that meet row i, and k, of gy[h][w][k] * weight[k][c][r][s];   gx[i][w * stride - pad + s][c] = sum over w, s of line[w][s, c]</code>
/// Windows overlap, but of every Q-th pixel, Q = S / stride rounded up, they do not. So there are Q lines, each pixel stores its window to the line of its turn, and at the end the lines are added.
/// The forward pass with a stride of 1 is the input gradient of the convolution with the channels exchanged and the kernel turned around, and takes the same way
/// (<see cref="Correlation.AddsWindows"/> says where): 12 outputs of a 5x5 kernel fill 60 of 64 lanes, pixel by pixel 12 of 16.
/// Rows of padding cost nothing, a stride leaves nothing idle, and since a window meets every lane it makes, a NaN stays where it is seen.
/// </summary>
internal readonly unsafe struct OverlapAddPass<V, T> : IJob where V : struct, ILanes<V, T> where T : unmanaged
{
    // Rows of the result that a job makes, at least; clearing its lines costs as much as a few rows of additions.
    private const int LeastRows = 8, MostJobs = 256;

    private readonly ConvDims _d;
    private readonly PackedWeights _layout;
    private readonly T* _gy, _weight, _bias, _gx;
    private readonly int _lines, _bands;
    private readonly nint _pitch;

    /// <summary>Makes an input gradient.</summary>
    /// <param name="d">The convolution.</param>
    /// <param name="gy">Gradient of its output, channels-last.</param>
    /// <param name="w">The weight tensor.</param>
    /// <param name="gx">Result: gradient of its input, channels-last.</param>
    public static void InputGradient(in ConvDims d, T* gy, T* w, T* gx) => Run(d, gy, w, turned: false, null, gx);

    /// <summary>Makes the output of a convolution with a stride of 1 and no more padding than the kernel reaches.</summary>
    /// <param name="d">The convolution.</param>
    /// <param name="x">Its input, channels-last.</param>
    /// <param name="w">The weight tensor.</param>
    /// <param name="bias">A value for each output channel, or null.</param>
    /// <param name="y">Result: its output, channels-last.</param>
    public static void Forward(in ConvDims d, T* x, T* w, T* bias, T* y)
    {
        ConvDims opposite = d with { C = d.K, K = d.C, H = d.OutH, W = d.OutW, PadH = (d.R - 1) * d.DilationH - d.PadH, PadW = (d.S - 1) * d.DilationW - d.PadW };
        // As often as a vector loaded at any channel needs it.
        int count = bias == null ? 0 : d.K + V.Count;
        using Scratch<T> repeated = Scratch.Rent<T>(count);
        for (int i = 0; i < count; i++) repeated.Pointer[i] = bias[i % d.K];
        Run(opposite, x, w, turned: true, bias == null ? null : repeated.Pointer, y);
    }

    private static void Run(in ConvDims d, T* gy, T* w, bool turned, T* bias, T* gx)
    {
        var layout = new PackedWeights(d.S * d.C, (long)d.R * d.K, V.Count);
        using Scratch<T> packed = Scratch.Rent<T>(layout.Count);
        PackWeights(d, layout, w, turned, packed.Pointer);
        var pass = new OverlapAddPass<V, T>(d, layout, gy, packed.Pointer, bias, gx);
        Threads.For(checked(d.N * pass._bands), ref pass);
    }

    private OverlapAddPass(in ConvDims d, in PackedWeights layout, T* gy, T* weight, T* bias, T* gx)
    {
        (_d, _layout) = (d, layout);
        _gy = gy;
        _weight = weight;
        _bias = bias;
        _gx = gx;
        _lines = Math.Min((d.S + d.StrideW - 1) / d.StrideW, d.OutW);
        // As long as the windows reach, and as the row of the result with its padding.
        _pitch = (nint)Math.Max((d.OutW - 1) * d.StrideW + d.S, d.PadW + d.W) * d.C;
        _bands = Math.Clamp(MostJobs / Math.Max(d.N, 1), 1, (d.H + LeastRows - 1) / LeastRows);
    }

    /// <summary>Lanes are (column of the kernel, channel), rows are (row of the kernel, output channel).</summary>
    private static void PackWeights(in ConvDims d, in PackedWeights layout, T* w, bool turned, T* packed)
    {
        new Span<T>(packed, checked((int)layout.Count)).Clear();
        for (int b = 0; b < layout.Blocks; b++)
        {
            PackedWeights.Block block = layout[b];
            for (int lane = 0; lane < block.Lanes; lane++)
            {
                (int s, int c) = Math.DivRem(block.Lane + lane, d.C);
                T* to = packed + block.Start + lane;
                for (int r = 0; r < d.R; r++)
                    for (int k = 0; k < d.K; k++, to += block.Width) *to = turned ? w[(((nint)c * d.K + k) * d.R + d.R - 1 - r) * d.S + d.S - 1 - s] : w[(((nint)k * d.C + c) * d.R + r) * d.S + s];
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index)
    {
        (int image, int band) = Math.DivRem(index, _bands);
        using Scratch<T> lines = Scratch.Rent<T>(_lines * _pitch);
        using Scratch<nint> offsets = Scratch.Rent<nint>(_d.OutW);
        LineSegment* segments = stackalloc LineSegment[_d.R];
        new Span<T>(lines.Pointer, checked((int)(_lines * _pitch))).Clear();        // what no window reaches stays zero
        for (int w = 0; w < _d.OutW; w++) offsets.Pointer[w] = w % _lines * _pitch + (nint)w * _d.StrideW * _d.C;
        nint row = (nint)_d.W * _d.C;
        for (int i = (int)((long)_d.H * band / _bands), end = (int)((long)_d.H * (band + 1) / _bands); i < end; i++)
        {
            T* gx = _gx + ((nint)image * _d.H + i) * row;
            int count = FillSegments(image, i, segments);
            if (count == 0 && _bias == null)
            {
                new Span<T>(gx, (int)row).Clear();
                continue;
            }
            for (int b = 0; b < _layout.Blocks; b++)
            {
                PackedWeights.Block block = _layout[b];
                LineKernels<V, T>.Run(_d.OutW, block.Width / V.Count, segments, count, _d.K, _d.K, _weight + block.Start, null, lines.Pointer + block.Lane, offsets.Pointer, block.Lanes);
            }
            AddLines(lines.Pointer + (nint)_d.PadW * _d.C, gx, row);
        }
    }

    /// <summary>A segment for each row of the output's gradient whose windows meet row <paramref name="i"/>, in the order of the kernel's rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int FillSegments(int image, int i, LineSegment* segments)
    {
        int count = 0;
        for (int r = 0; r < _d.R; r++)
        {
            int z = i + _d.PadH - r * _d.DilationH;
            if (z < 0 || z % _d.StrideH != 0 || z / _d.StrideH >= _d.OutH) continue;
            T* source = _gy + ((nint)image * _d.OutH + z / _d.StrideH) * _d.OutW * _d.K;
            segments[count++] = new LineSegment((nint)source, (nint)r * _d.K);
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLines(T* lines, T* gx, nint count)
    {
        nint j = 0;
        int channel = 0, step = V.Count % _d.C;
        for (; j + V.Count <= count; j += V.Count)
        {
            V sum = V.Load(lines + j);
            for (int q = 1; q < _lines; q++) sum = V.Add(sum, V.Load(lines + q * _pitch + j));
            if (_bias != null)
            {
                sum = V.Add(sum, V.Load(_bias + channel));
                if ((channel += step) >= _d.C) channel -= _d.C;
            }
            V.Store(sum, gx + j);
        }
        if (j == count) return;
        int rest = (int)(count - j);
        V last = V.LoadFirst(lines + j, rest);
        for (int q = 1; q < _lines; q++) last = V.Add(last, V.LoadFirst(lines + q * _pitch + j, rest));
        if (_bias != null) last = V.Add(last, V.LoadFirst(_bias + channel, rest));
        V.StoreFirst(last, gx + j, rest);
    }
}
