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
    // How far ahead of the copying memory is fetched: 4 to 16 rows, or 64 to 256 floats of each lane, measured alike at 1024 and 2048 square.
    private const int StepsAhead = 8, FloatsAhead = 64, LineBytes = 64;

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

    /// <summary>
    /// <see cref="Strip"/> for neighbouring strips, <paramref name="stride"/> elements apart in the target: all <paramref name="lanes"/>, <paramref name="width"/> of them a strip. What is left
    /// makes a last strip <paramref name="lastWidth"/> wide.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Strips(T* source, nint lane, nint step, int lanes, int steps, T* target, int width, int lastWidth, nint stride)
    {
        int whole = lanes / width;
        if (lane == 1) CopyStrips(source, step, whole, steps, target, width, stride);
        else for (int i = 0; i < whole; i++) Strip(source + i * width * lane, lane, step, width, steps, target + i * stride, width);
        if (whole * width < lanes) Strip(source + whole * width * lane, lane, step, lanes - whole * width, steps, target + whole * stride, lastWidth);
    }

    /// <summary>
    /// Lanes lie side by side: each step is copied as it is, for all strips before the next step, so that memory is read in long pieces. The next steps' pieces are
    /// fetched meanwhile: they lie too far apart for the processor to foresee.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyStrips(T* source, nint step, int strips, int steps, T* target, int width, nint stride)
    {
        for (int s = 0; s < steps; s++, source += step, target += width)
        {
            if (Sse.IsSupported && s + StepsAhead < steps)
                for (int l = 0; l < strips * width; l += LineBytes / sizeof(T)) Sse.Prefetch0(source + StepsAhead * step + l);
            T* from = source, to = target;
            for (int i = 0; i < strips; i++, from += width, to += stride) CopyStep(from, width, to);
        }
    }

    /// <summary>Lanes lie side by side: each step is copied as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(T* source, nint step, int lanes, int steps, T* target, int width)
    {
        for (int s = 0; s < steps; s++, source += step, target += width) CopyStep(source, lanes, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyStep(T* source, int lanes, T* target)
    {
        int l = 0;
        for (; l <= lanes - V.Count; l += V.Count) V.Store(V.Load(source + l), target + l);
        for (; l <= lanes - Vector128<T>.Count; l += Vector128<T>.Count) Vector128.Load(source + l).Store(target + l);
        for (; l < lanes; l++) target[l] = source[l];
    }

    /// <summary>
    /// <see cref="Strip"/> where each lane lies along k, without the zeros: blocks of 4 x 16 floats (where vectors are as wide), 4 x 4, or 2 x 2 doubles are transposed in
    /// registers. The wide ones read a whole cache line of a lane at once: with lanes a power of two apart, lines push each other out of the first-level cache.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Transpose(T* source, nint lane, int lanes, int steps, T* target, int width)
    {
        int block = Vector128<T>.Count, wholeLanes = lanes - lanes % block, wholeSteps = steps - steps % block, s = 0;
        if (Avx512F.IsSupported && typeof(V) == typeof(Singlex16))
            for (; s <= steps - 16; s += 16)
                for (int l = 0; l < wholeLanes; l += block)
                {
                    float* from = (float*)(source + l * lane + s);
                    if (s < steps - FloatsAhead) GemmPack.Fetch4(from + FloatsAhead, lane);
                    GemmPack.Transpose4x16(from, lane, (float*)(target + (nint)s * width + l), width);
                }
        for (; s < wholeSteps; s += block)
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

    /// <summary>Transposes 4 rows of 16 floats, so many elements apart: 16 steps of 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose4x16(float* source, nint row, float* target, nint width)
    {
        Vector512<float> r0 = Vector512.Load(source), r1 = Vector512.Load(source + row);
        Vector512<float> r2 = Vector512.Load(source + 2 * row), r3 = Vector512.Load(source + 3 * row);
        Vector512<float> even = Avx512F.UnpackLow(r0, r2), odd = Avx512F.UnpackLow(r1, r3);
        Vector512<float> step0 = Avx512F.UnpackLow(even, odd), step1 = Avx512F.UnpackHigh(even, odd);      // steps 0, 4, 8, 12 and 1, 5, 9, 13
        (even, odd) = (Avx512F.UnpackHigh(r0, r2), Avx512F.UnpackHigh(r1, r3));
        Vector512<float> step2 = Avx512F.UnpackLow(even, odd), step3 = Avx512F.UnpackHigh(even, odd);
        StoreQuarters(step0, target, 4 * width);
        StoreQuarters(step1, target + width, 4 * width);
        StoreQuarters(step2, target + 2 * width, 4 * width);
        StoreQuarters(step3, target + 3 * width, 4 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters(Vector512<float> v, float* target, nint apart)
    {
        Avx512F.ExtractVector128(v, 0).Store(target);
        Avx512F.ExtractVector128(v, 1).Store(target + apart);
        Avx512F.ExtractVector128(v, 2).Store(target + 2 * apart);
        Avx512F.ExtractVector128(v, 3).Store(target + 3 * apart);
    }

    /// <summary>Fetches a line of each of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch4(float* p, nint row)
    {
        Sse.Prefetch0(p);
        Sse.Prefetch0(p + row);
        Sse.Prefetch0(p + 2 * row);
        Sse.Prefetch0(p + 3 * row);
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
