using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Rows that do not lie in memory element after element are gathered into small buffers, computed there, and scattered. Tails shorter than a
/// vector go the same way, so an element's result never depends on where in a row it stands.
/// </summary>
internal static unsafe class Rows
{
    public const int Block = 256;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(byte* from, long stride, T* to, int n) where T : unmanaged
    {
        if (stride == sizeof(T)) Unsafe.CopyBlockUnaligned(to, from, (uint)(n * sizeof(T)));
        else if (stride == 0) new Span<T>(to, n).Fill(*(T*)from);
        else for (int i = 0; i < n; i++, from += stride) to[i] = *(T*)from;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<T>(T* from, byte* to, long stride, int n) where T : unmanaged
    {
        if (stride == sizeof(T)) Unsafe.CopyBlockUnaligned(to, from, (uint)(n * sizeof(T)));
        else for (int i = 0; i < n; i++, to += stride) *(T*)to = from[i];
    }
}

internal readonly unsafe struct UnaryBody<T, V, K>(K k) : IRowBody where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IUnaryKernel
{
    readonly K k = k;

    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        if (plan.S0[0] == sizeof(T) && plan.S1[0] == sizeof(T)) { Dense(n, (T*)at.P1, (T*)at.P0); return; }
        T* buffer = stackalloc T[Rows.Block];
        for (long i = 0; i < n; i += Rows.Block)
        {
            int m = (int)Math.Min(Rows.Block, n - i);
            Rows.Gather(at.P1 + i * plan.S1[0], plan.S1[0], buffer, m);
            Dense(m, buffer, buffer);
            Rows.Scatter(buffer, at.P0 + i * plan.S0[0], plan.S0[0], m);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void Dense(long n, T* x, T* y)
    {
        long i = 0, w = V.Width;
        for (; i + w <= n; i += w) k.Invoke(V.Load(x + i)).Store(y + i);
        if (i == n) return;
        T* tail = stackalloc T[V.Width];
        uint rest = (uint)(n - i) * (uint)sizeof(T);
        Unsafe.CopyBlockUnaligned(tail, x + i, rest);
        k.Invoke(V.Load(tail)).Store(tail);
        Unsafe.CopyBlockUnaligned(y + i, tail, rest);
    }
}

internal readonly unsafe struct BinaryBody<T, V, K>(K k) : IRowBody where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IBinaryKernel
{
    readonly K k = k;

    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        long sy = plan.S0[0], sa = plan.S1[0], sb = plan.S2[0];
        if (plan.Rank == 0 || n == 1) { One(at); return; }
        if (sy == sizeof(T) && sa == sizeof(T) && sb == sizeof(T)) { Dense(n, (T*)at.P1, (T*)at.P2, (T*)at.P0); return; }
        if (sy == sizeof(T) && sa == sizeof(T) && sb == 0) { DenseConstant(n, (T*)at.P1, *(T*)at.P2, (T*)at.P0); return; }
        if (sy == sizeof(T) && sa == 0 && sb == sizeof(T)) { ConstantDense(n, *(T*)at.P1, (T*)at.P2, (T*)at.P0); return; }
        T* a = stackalloc T[Rows.Block], b = stackalloc T[Rows.Block];
        for (long i = 0; i < n; i += Rows.Block)
        {
            int m = (int)Math.Min(Rows.Block, n - i);
            Rows.Gather(at.P1 + i * sa, sa, a, m);
            Rows.Gather(at.P2 + i * sb, sb, b, m);
            Dense(m, a, b, a);
            Rows.Scatter(a, at.P0 + i * sy, sy, m);
        }
    }

    void One(in Operands at)
    {
        T* lanes = stackalloc T[V.Width];
        k.Invoke(V.Create(*(T*)at.P1), V.Create(*(T*)at.P2)).Store(lanes);
        *(T*)at.P0 = lanes[0];
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void Dense(long n, T* a, T* b, T* y)
    {
        long i = 0, w = V.Width;
        for (; i + w <= n; i += w) k.Invoke(V.Load(a + i), V.Load(b + i)).Store(y + i);
        if (i == n) return;
        T* x1 = stackalloc T[V.Width], x2 = stackalloc T[V.Width];
        uint rest = (uint)(n - i) * (uint)sizeof(T);
        Unsafe.CopyBlockUnaligned(x1, a + i, rest);
        Unsafe.CopyBlockUnaligned(x2, b + i, rest);
        k.Invoke(V.Load(x1), V.Load(x2)).Store(x1);
        Unsafe.CopyBlockUnaligned(y + i, x1, rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void DenseConstant(long n, T* a, T constant, T* y)
    {
        long i = 0, w = V.Width;
        V b = V.Create(constant);
        for (; i + w <= n; i += w) k.Invoke(V.Load(a + i), b).Store(y + i);
        if (i == n) return;
        T* x = stackalloc T[V.Width];
        uint rest = (uint)(n - i) * (uint)sizeof(T);
        Unsafe.CopyBlockUnaligned(x, a + i, rest);
        k.Invoke(V.Load(x), b).Store(x);
        Unsafe.CopyBlockUnaligned(y + i, x, rest);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void ConstantDense(long n, T constant, T* b, T* y)
    {
        long i = 0, w = V.Width;
        V a = V.Create(constant);
        for (; i + w <= n; i += w) k.Invoke(a, V.Load(b + i)).Store(y + i);
        if (i == n) return;
        T* x = stackalloc T[V.Width];
        uint rest = (uint)(n - i) * (uint)sizeof(T);
        Unsafe.CopyBlockUnaligned(x, b + i, rest);
        k.Invoke(a, V.Load(x)).Store(x);
        Unsafe.CopyBlockUnaligned(y + i, x, rest);
    }
}

internal readonly unsafe struct TernaryBody<T, V, K>(K k) : IRowBody where T : unmanaged where V : struct, ISimd<V, T> where K : struct, ITernaryKernel
{
    readonly K k = k;

    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        if (plan.S0[0] == sizeof(T) && plan.S1[0] == sizeof(T) && plan.S2[0] == sizeof(T) && plan.S3[0] == sizeof(T))
        {
            Dense(n, (T*)at.P1, (T*)at.P2, (T*)at.P3, (T*)at.P0);
            return;
        }
        T* a = stackalloc T[Rows.Block], b = stackalloc T[Rows.Block], c = stackalloc T[Rows.Block];
        for (long i = 0; i < n; i += Rows.Block)
        {
            int m = (int)Math.Min(Rows.Block, n - i);
            Rows.Gather(at.P1 + i * plan.S1[0], plan.S1[0], a, m);
            Rows.Gather(at.P2 + i * plan.S2[0], plan.S2[0], b, m);
            Rows.Gather(at.P3 + i * plan.S3[0], plan.S3[0], c, m);
            Dense(m, a, b, c, a);
            Rows.Scatter(a, at.P0 + i * plan.S0[0], plan.S0[0], m);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    void Dense(long n, T* a, T* b, T* c, T* y)
    {
        long i = 0, w = V.Width;
        for (; i + w <= n; i += w) k.Invoke(V.Load(a + i), V.Load(b + i), V.Load(c + i)).Store(y + i);
        if (i == n) return;
        T* x1 = stackalloc T[V.Width], x2 = stackalloc T[V.Width], x3 = stackalloc T[V.Width];
        uint rest = (uint)(n - i) * (uint)sizeof(T);
        Unsafe.CopyBlockUnaligned(x1, a + i, rest);
        Unsafe.CopyBlockUnaligned(x2, b + i, rest);
        Unsafe.CopyBlockUnaligned(x3, c + i, rest);
        k.Invoke(V.Load(x1), V.Load(x2), V.Load(x3)).Store(x1);
        Unsafe.CopyBlockUnaligned(y + i, x1, rest);
    }
}

internal readonly unsafe struct CompareBody<T, V, K>(K k) : IRowBody where T : unmanaged where V : struct, ISimd<V, T> where K : struct, IBinaryKernel
{
    readonly K k = k;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        T* a = stackalloc T[Rows.Block], b = stackalloc T[Rows.Block];
        int w = V.Width;
        for (long i = 0; i < n; i += Rows.Block)
        {
            int m = (int)Math.Min(Rows.Block, n - i);
            Rows.Gather(at.P1 + i * plan.S1[0], plan.S1[0], a, m);
            Rows.Gather(at.P2 + i * plan.S2[0], plan.S2[0], b, m);
            for (int j = 0; j < m; j += w) k.Invoke(V.Load(a + j), V.Load(b + j)).Store(a + j);
            byte* y = at.P0 + i * plan.S0[0], mask = (byte*)a;       // any byte of a mask's lane tells
            for (int j = 0; j < m; j++, y += plan.S0[0], mask += sizeof(T)) *y = (byte)(*mask & 1);
        }
    }
}

internal readonly unsafe struct WhereBody<T> : IRowBody where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        byte* y = at.P0, a = at.P1, b = at.P2, c = at.P3;
        for (long i = 0; i < n; i++, y += plan.S0[0], a += plan.S1[0], b += plan.S2[0], c += plan.S3[0])
            *(T*)y = *c != 0 ? *(T*)a : *(T*)b;
    }
}

internal readonly unsafe struct MoveBody<T> : IRowBody where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        byte* y = at.P0, x = at.P1;
        if (plan.S0[0] == sizeof(T) && plan.S1[0] == sizeof(T)) { Buffer.MemoryCopy(x, y, n * sizeof(T), n * sizeof(T)); return; }
        if (plan.S0[0] == sizeof(T) && plan.S1[0] == 0) { FillBody<T>.Fill((T*)y, n, *(T*)x); return; }
        for (long i = 0; i < n; i++, y += plan.S0[0], x += plan.S1[0]) *(T*)y = *(T*)x;
    }
}

internal readonly unsafe struct FillBody<T>(T value) : IRowBody where T : unmanaged
{
    readonly T value = value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        byte* y = at.P0;
        if (plan.S0[0] == sizeof(T)) { Fill((T*)y, n, value); return; }
        for (long i = 0; i < n; i++, y += plan.S0[0]) *(T*)y = value;
    }

    public static void Fill(T* y, long n, T value)
    {
        for (; n > int.MaxValue; n -= int.MaxValue, y += int.MaxValue) new Span<T>(y, int.MaxValue).Fill(value);
        new Span<T>(y, (int)n).Fill(value);
    }
}

internal readonly unsafe struct CastBody<A, B> : IRowBody where A : unmanaged where B : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Row(long n, in Operands at, in LoopPlan plan)
    {
        byte* y = at.P0, x = at.P1;
        if (plan.S0[0] == sizeof(B) && plan.S1[0] == sizeof(A) && n <= int.MaxValue)
        {
            if (typeof(A) == typeof(float) && typeof(B) == typeof(double)) { TensorPrimitives.ConvertTruncating(new ReadOnlySpan<float>(x, (int)n), new Span<double>(y, (int)n)); return; }
            if (typeof(A) == typeof(double) && typeof(B) == typeof(float)) { TensorPrimitives.ConvertTruncating(new ReadOnlySpan<double>(x, (int)n), new Span<float>(y, (int)n)); return; }
        }
        for (long i = 0; i < n; i++, y += plan.S0[0], x += plan.S1[0]) *(B*)y = Convert(*(A*)x);
    }

    /// <summary>Between integers exactly, wrapping as casts do; everything else by way of double, truncating towards zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static B Convert(A x)
    {
        if (typeof(A) == typeof(long) && typeof(B) == typeof(int)) return Unsafe.BitCast<int, B>((int)Unsafe.BitCast<A, long>(x));
        if (typeof(A) == typeof(long) && typeof(B) == typeof(byte)) return Unsafe.BitCast<byte, B>((byte)Unsafe.BitCast<A, long>(x));
        if (typeof(A) == typeof(int) && typeof(B) == typeof(byte)) return Unsafe.BitCast<byte, B>((byte)Unsafe.BitCast<A, int>(x));
        if (typeof(A) == typeof(float) && typeof(B) == typeof(Half)) return Unsafe.BitCast<Half, B>((Half)Unsafe.BitCast<A, float>(x));
        return Number<B>.From(Number<A>.ToDouble(x));
    }
}
