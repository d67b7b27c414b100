using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Copies strips of a matrix into the order in which the micro-kernel reads them, so that its loads are contiguous and stay in cache whatever
/// the strides of the matrix were. This is where transposed operands cost their transposition.
/// </summary>
internal static unsafe class GemmPack<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>
    /// <c>target[s width + l] = source[l lane + s step]</c> for l &lt; <paramref name="lanes"/> and s &lt; <paramref name="steps"/>; the
    /// remaining lanes, up to <paramref name="width"/>, are set to zero. Lanes are rows of a or columns of b; steps run along k.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Strip(T* source, nint lane, nint step, int lanes, int steps, T* target, int width)
    {
        if (lane == 1) Copy(source, step, lanes, steps, target, width);
        else if (step == 1) Transpose(source, lane, lanes, steps, target, width);
        else CopyLanes(source, lane, step, 0, lanes, 0, steps, target, width);
        if (lanes < width)
            for (int s = 0; s < steps; s++) new Span<T>(target + (nint)s * width + lanes, width - lanes).Clear();
    }

    /// <summary>Lanes lie side by side: each step is copied as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(T* source, nint step, int lanes, int steps, T* target, int width)
    {
        for (int s = 0; s < steps; s++, source += step, target += width)
        {
            int l = 0;
            for (; l <= lanes - V.Count; l += V.Count) V.Store(V.Load(source + l), target + l);
            for (; l <= lanes - Vector128<T>.Count; l += Vector128<T>.Count) Vector128.Load(source + l).Store(target + l);
            for (; l < lanes; l++) target[l] = source[l];
        }
    }

    /// <summary><see cref="Strip"/> where each lane lies along k, without the zeros: blocks of 4 x 4 (or 2 x 2 doubles) are transposed in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(T* source, nint lane, int lanes, int steps, T* target, int width)
    {
        int block = Vector128<T>.Count, wholeLanes = lanes - lanes % block, wholeSteps = steps - steps % block;
        for (int s = 0; s < wholeSteps; s += block)
            for (int l = 0; l < wholeLanes; l += block)
            {
                T* from = source + l * lane + s, to = target + (nint)s * width + l;
                if (sizeof(T) == sizeof(float)) GemmPack.Transpose4x4((float*)from, lane, (float*)to, width);
                else Transpose2x2((double*)from, lane, (double*)to, width);
            }
        CopyLanes(source, lane, 1, 0, wholeLanes, wholeSteps, steps, target, width);
        CopyLanes(source, lane, 1, wholeLanes, lanes, 0, steps, target, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyLanes(T* source, nint lane, nint step, int laneFrom, int laneTo, int stepFrom, int stepTo, T* target, int width)
    {
        for (int l = laneFrom; l < laneTo; l++)
            for (int s = stepFrom; s < stepTo; s++)
                target[(nint)s * width + l] = source[l * lane + s * step];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose2x2(double* source, nint row, double* target, nint width)
    {
        Vector128<double> r0 = Vector128.Load(source), r1 = Vector128.Load(source + row);
        Vector128.Create(r0[0], r1[0]).Store(target);
        Vector128.Create(r0[1], r1[1]).Store(target + width);
    }
}

/// <summary>Transpositions in registers, and the interleaving of two vectors of four floats that they are made of.</summary>
internal static unsafe class GemmPack
{
    /// <summary>Transposes a square of four; rows are so many elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4x4(float* source, nint row, float* target, nint width)
    {
        Vector128<float> r0 = Vector128.Load(source), r1 = Vector128.Load(source + row);
        Vector128<float> r2 = Vector128.Load(source + 2 * row), r3 = Vector128.Load(source + 3 * row);
        Vector128<float> even = ZipLow(r0, r2), odd = ZipLow(r1, r3);
        ZipLow(even, odd).Store(target);
        ZipHigh(even, odd).Store(target + width);
        (even, odd) = (ZipHigh(r0, r2), ZipHigh(r1, r3));
        ZipLow(even, odd).Store(target + 2 * width);
        ZipHigh(even, odd).Store(target + 3 * width);
    }

    /// <summary>x0 y0 x1 y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZipLow(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackLow(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(x, y) : Vector128.Create(x[0], y[0], x[1], y[1]);

    /// <summary>x2 y2 x3 y3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZipHigh(Vector128<float> x, Vector128<float> y) =>
        Sse.IsSupported ? Sse.UnpackHigh(x, y) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(x, y) : Vector128.Create(x[2], y[2], x[3], y[3]);
}
