using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>Element-wise loops: every formula passes through one of these rows, at the width that was chosen at start.</summary>
internal static unsafe class Elementwise
{
    /// <summary>The vector width in use; tests set it to run every one.</summary>
    internal static SimdWidth Width = Isa.Current;

    public static void Unary<T, K>(Tensor x, Tensor y, K k) where T : unmanaged where K : struct, IUnaryKernel
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), x.Layout.BroadcastStrides(y.Shape), sizeof(T));
        Operands at = new() { P0 = (byte*)y.Ptr<T>(), P1 = (byte*)x.Ptr<T>() };
        switch (Width)
        {
            case SimdWidth.V512: plan.Run(at, new UnaryBody<T, V512<T>, K>(k), K.Cost); break;
            case SimdWidth.V256: plan.Run(at, new UnaryBody<T, V256<T>, K>(k), K.Cost); break;
            case SimdWidth.V128: plan.Run(at, new UnaryBody<T, V128<T>, K>(k), K.Cost); break;
            default: plan.Run(at, new UnaryBody<T, V1<T>, K>(k), K.Cost); break;
        }
    }

    public static void Binary<T, K>(Tensor a, Tensor b, Tensor y, K k) where T : unmanaged where K : struct, IBinaryKernel
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), a.Layout.BroadcastStrides(y.Shape), sizeof(T), b.Layout.BroadcastStrides(y.Shape), sizeof(T));
        Operands at = new() { P0 = (byte*)y.Ptr<T>(), P1 = (byte*)a.Ptr<T>(), P2 = (byte*)b.Ptr<T>() };
        switch (Width)
        {
            case SimdWidth.V512: plan.Run(at, new BinaryBody<T, V512<T>, K>(k), K.Cost); break;
            case SimdWidth.V256: plan.Run(at, new BinaryBody<T, V256<T>, K>(k), K.Cost); break;
            case SimdWidth.V128: plan.Run(at, new BinaryBody<T, V128<T>, K>(k), K.Cost); break;
            default: plan.Run(at, new BinaryBody<T, V1<T>, K>(k), K.Cost); break;
        }
    }

    public static void Ternary<T, K>(Tensor a, Tensor b, Tensor c, Tensor y, K k) where T : unmanaged where K : struct, ITernaryKernel
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), a.Layout.BroadcastStrides(y.Shape), sizeof(T),
            b.Layout.BroadcastStrides(y.Shape), sizeof(T), c.Layout.BroadcastStrides(y.Shape), sizeof(T));
        Operands at = new() { P0 = (byte*)y.Ptr<T>(), P1 = (byte*)a.Ptr<T>(), P2 = (byte*)b.Ptr<T>(), P3 = (byte*)c.Ptr<T>() };
        switch (Width)
        {
            case SimdWidth.V512: plan.Run(at, new TernaryBody<T, V512<T>, K>(k), K.Cost); break;
            case SimdWidth.V256: plan.Run(at, new TernaryBody<T, V256<T>, K>(k), K.Cost); break;
            case SimdWidth.V128: plan.Run(at, new TernaryBody<T, V128<T>, K>(k), K.Cost); break;
            default: plan.Run(at, new TernaryBody<T, V1<T>, K>(k), K.Cost); break;
        }
    }

    public static void Compare<T, K>(Tensor a, Tensor b, Tensor y, K k) where T : unmanaged where K : struct, IBinaryKernel
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, 1, a.Layout.BroadcastStrides(y.Shape), sizeof(T), b.Layout.BroadcastStrides(y.Shape), sizeof(T));
        Operands at = new() { P0 = y.Ptr<byte>(), P1 = (byte*)a.Ptr<T>(), P2 = (byte*)b.Ptr<T>() };
        switch (Width)
        {
            case SimdWidth.V512: plan.Run(at, new CompareBody<T, V512<T>, K>(k), 4); break;
            case SimdWidth.V256: plan.Run(at, new CompareBody<T, V256<T>, K>(k), 4); break;
            case SimdWidth.V128: plan.Run(at, new CompareBody<T, V128<T>, K>(k), 4); break;
            default: plan.Run(at, new CompareBody<T, V1<T>, K>(k), 4); break;
        }
    }

    public static void Where<T>(Tensor condition, Tensor a, Tensor b, Tensor y) where T : unmanaged
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), a.Layout.BroadcastStrides(y.Shape), sizeof(T),
            b.Layout.BroadcastStrides(y.Shape), sizeof(T), condition.Layout.BroadcastStrides(y.Shape), 1);
        Operands at = new() { P0 = y.Bytes(), P1 = a.Bytes(), P2 = b.Bytes(), P3 = condition.Bytes() };
        plan.Run(at, new WhereBody<T>(), 2);
    }

    public static void Move(Tensor x, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: Move<byte>(x, y); break;
            case 2: Move<short>(x, y); break;
            case 4: Move<int>(x, y); break;
            default: Move<long>(x, y); break;
        }
    }

    static void Move<T>(Tensor x, Tensor y) where T : unmanaged
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), x.Layout.BroadcastStrides(y.Shape), sizeof(T));
        Operands at = new() { P0 = y.Bytes(), P1 = x.Bytes() };
        if (!TransposeCopy.TryRun<T>(plan, at)) plan.Run(at, new MoveBody<T>(), 1);
    }

    public static void Fill<T>(Tensor y, T value) where T : unmanaged
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(T), null, 0);
        plan.Run(new Operands { P0 = y.Bytes() }, new FillBody<T>(value), 1);
    }

    public static void Cast(Tensor x, Tensor y)
    {
        switch (x.DType)
        {
            case DType.Float32: CastFrom<float>(x, y); break;
            case DType.Float64: CastFrom<double>(x, y); break;
            case DType.Int64: CastFrom<long>(x, y); break;
            case DType.Int32: CastFrom<int>(x, y); break;
            case DType.UInt8: CastFrom<byte>(x, y); break;
            case DType.Bool: CastFrom<bool>(x, y); break;
            case DType.Float16: CastFrom<Half>(x, y); break;
            default: CastFrom<BFloat16>(x, y); break;
        }
    }

    static void CastFrom<A>(Tensor x, Tensor y) where A : unmanaged
    {
        switch (y.DType)
        {
            case DType.Float32: Cast<A, float>(x, y); break;
            case DType.Float64: Cast<A, double>(x, y); break;
            case DType.Int64: Cast<A, long>(x, y); break;
            case DType.Int32: Cast<A, int>(x, y); break;
            case DType.UInt8: Cast<A, byte>(x, y); break;
            case DType.Bool: Cast<A, bool>(x, y); break;
            case DType.Float16: Cast<A, Half>(x, y); break;
            default: Cast<A, BFloat16>(x, y); break;
        }
    }

    static void Cast<A, B>(Tensor x, Tensor y) where A : unmanaged where B : unmanaged
    {
        LoopPlan plan = LoopPlan.For(y.Shape, y.Strides, sizeof(B), x.Layout.BroadcastStrides(y.Shape), sizeof(A));
        plan.Run(new Operands { P0 = y.Bytes(), P1 = x.Bytes() }, new CastBody<A, B>(), 2);
    }
}
