using Fathom.Devices.Cpu;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices;

/// <summary>The processor. Picks the element type and the vector width, then hands raw pointers to the loops.</summary>
internal sealed unsafe partial class CpuDevice() : Device("cpu")
{
    public override void Unary<K>(Tensor x, Tensor y, K k)
    {
        switch (y.DType)
        {
            case DType.Float32: Elementwise.Unary<float, K>(x, y, k); break;
            case DType.Float64: Elementwise.Unary<double, K>(x, y, k); break;
            case DType.Int64: Elementwise.Unary<long, K>(x, y, k); break;
            case DType.Int32: Elementwise.Unary<int, K>(x, y, k); break;
            case DType.UInt8 or DType.Bool: Elementwise.Unary<byte, K>(x, y, k); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void Binary<K>(Tensor a, Tensor b, Tensor y, K k)
    {
        switch (y.DType)
        {
            case DType.Float32: Elementwise.Binary<float, K>(a, b, y, k); break;
            case DType.Float64: Elementwise.Binary<double, K>(a, b, y, k); break;
            case DType.Int64: Elementwise.Binary<long, K>(a, b, y, k); break;
            case DType.Int32: Elementwise.Binary<int, K>(a, b, y, k); break;
            case DType.UInt8 or DType.Bool: Elementwise.Binary<byte, K>(a, b, y, k); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void Ternary<K>(Tensor a, Tensor b, Tensor c, Tensor y, K k)
    {
        switch (y.DType)
        {
            case DType.Float32: Elementwise.Ternary<float, K>(a, b, c, y, k); break;
            case DType.Float64: Elementwise.Ternary<double, K>(a, b, c, y, k); break;
            case DType.Int64: Elementwise.Ternary<long, K>(a, b, c, y, k); break;
            case DType.Int32: Elementwise.Ternary<int, K>(a, b, c, y, k); break;
            case DType.UInt8 or DType.Bool: Elementwise.Ternary<byte, K>(a, b, c, y, k); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void Compare<K>(Tensor a, Tensor b, Tensor y, K k)
    {
        switch (a.DType)
        {
            case DType.Float32: Elementwise.Compare<float, K>(a, b, y, k); break;
            case DType.Float64: Elementwise.Compare<double, K>(a, b, y, k); break;
            case DType.Int64: Elementwise.Compare<long, K>(a, b, y, k); break;
            case DType.Int32: Elementwise.Compare<int, K>(a, b, y, k); break;
            case DType.UInt8 or DType.Bool: Elementwise.Compare<byte, K>(a, b, y, k); break;
            default: throw StorageOnly(a.DType);
        }
    }

    public override void Where(Tensor condition, Tensor a, Tensor b, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: Elementwise.Where<byte>(condition, a, b, y); break;
            case 2: Elementwise.Where<short>(condition, a, b, y); break;
            case 4: Elementwise.Where<int>(condition, a, b, y); break;
            default: Elementwise.Where<long>(condition, a, b, y); break;
        }
    }

    public override void Reduce<K>(Tensor x, Tensor y, K k)
    {
        switch (y.DType)
        {
            case DType.Float32: Reduction.Run<float, K>(x, y, k); break;
            case DType.Float64: Reduction.Run<double, K>(x, y, k); break;
            case DType.Int64: Reduction.Run<long, K>(x, y, k); break;
            case DType.Int32: Reduction.Run<int, K>(x, y, k); break;
            case DType.UInt8 or DType.Bool: Reduction.Run<byte, K>(x, y, k); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void Copy(Tensor x, Tensor y)
    {
        if (x.DType == y.DType) Elementwise.Move(x, y);
        else Elementwise.Cast(x, y);
    }

    public override void Fill(Tensor y, double value)
    {
        switch (y.DType)
        {
            case DType.Float32: Elementwise.Fill(y, (float)value); break;
            case DType.Float64: Elementwise.Fill(y, value); break;
            case DType.Int64: Elementwise.Fill(y, (long)value); break;
            case DType.Int32: Elementwise.Fill(y, (int)value); break;
            case DType.UInt8: Elementwise.Fill(y, (byte)value); break;
            case DType.Bool: Elementwise.Fill(y, (byte)(value != 0 ? 1 : 0)); break;
            case DType.Float16: Elementwise.Fill(y, (Half)value); break;
            default: Elementwise.Fill(y, (BFloat16)(float)value); break;
        }
    }

    internal static NotSupportedException StorageOnly(DType dtype) =>
        new($"{dtype.Name()} is for storage and conversion; convert with .To(DType.Float32) before arithmetic.");
}
