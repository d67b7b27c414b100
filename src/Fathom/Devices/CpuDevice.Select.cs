using Fathom.Devices.Cpu;

namespace Fathom.Devices;

internal sealed unsafe partial class CpuDevice
{
    public override void Gather(Tensor x, Tensor index, int axis, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: Selection.Gather<byte>(x, index, axis, y); break;
            case 2: Selection.Gather<short>(x, index, axis, y); break;
            case 4: Selection.Gather<int>(x, index, axis, y); break;
            default: Selection.Gather<long>(x, index, axis, y); break;
        }
    }

    public override void Scatter(Tensor x, Tensor index, int axis, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: Selection.Scatter<byte>(x, index, axis, y); break;
            case 2: Selection.Scatter<short>(x, index, axis, y); break;
            case 4: Selection.Scatter<int>(x, index, axis, y); break;
            default: Selection.Scatter<long>(x, index, axis, y); break;
        }
    }

    public override void ScatterAdd(Tensor x, Tensor index, int axis, Tensor y)
    {
        switch (y.DType)
        {
            case DType.Float32: Selection.ScatterAdd<float>(x, index, axis, y); break;
            case DType.Float64: Selection.ScatterAdd<double>(x, index, axis, y); break;
            case DType.Int64: Selection.ScatterAdd<long>(x, index, axis, y); break;
            case DType.Int32: Selection.ScatterAdd<int>(x, index, axis, y); break;
            case DType.UInt8 or DType.Bool: Selection.ScatterAdd<byte>(x, index, axis, y); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void ArgExtremum(Tensor x, Tensor y, int axis, bool largest)
    {
        switch (x.DType)
        {
            case DType.Float32: ArgReduction.Run<float>(x, y, axis, largest); break;
            case DType.Float64: ArgReduction.Run<double>(x, y, axis, largest); break;
            case DType.Int64: ArgReduction.Run<long>(x, y, axis, largest); break;
            case DType.Int32: ArgReduction.Run<int>(x, y, axis, largest); break;
            case DType.UInt8 or DType.Bool: ArgReduction.Run<byte>(x, y, axis, largest); break;
            default: throw StorageOnly(x.DType);
        }
    }

    public override void CumSum(Tensor x, Tensor y, int axis)
    {
        switch (y.DType)
        {
            case DType.Float32: RunningSum.Run<float, double>(x, y, axis); break;
            case DType.Float64: RunningSum.Run<double, double>(x, y, axis); break;
            case DType.Int64: RunningSum.Run<long, long>(x, y, axis); break;
            default: throw StorageOnly(y.DType);
        }
    }

    public override void ArgSort(Tensor x, Tensor y, int axis, bool descending)
    {
        switch (x.DType)
        {
            case DType.Float32: Sorting.Run<float, SingleKey>(x, y, axis, descending); break;
            case DType.Float64: Sorting.Run<double, DoubleKey>(x, y, axis, descending); break;
            case DType.Int64: Sorting.Run<long, Int64Key>(x, y, axis, descending); break;
            case DType.Int32: Sorting.Run<int, Int32Key>(x, y, axis, descending); break;
            case DType.UInt8 or DType.Bool: Sorting.Run<byte, ByteKey>(x, y, axis, descending); break;
            default: throw StorageOnly(x.DType);
        }
    }
}
