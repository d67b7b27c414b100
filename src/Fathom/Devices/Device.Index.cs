using Fathom.Devices.Cpu;
using Fathom.Ops;

namespace Fathom.Devices;

public abstract partial class Device
{
    /// <summary>Rows of x by index, one after another into y, which is contiguous.</summary>
    internal abstract void GatherRows(Tensor x, GatherIndex index, Tensor y);

    /// <summary>Writes contiguous rows to where they stand in y; of several for one place the last stays.</summary>
    internal abstract void ScatterRows(Tensor rows, GatherIndex index, Tensor y);

    /// <summary>Adds contiguous rows to where they stand in y, in the order of the rows.</summary>
    internal abstract void AddRows(Tensor rows, GatherIndex index, Tensor y);
}

internal sealed partial class MetaDevice
{
    internal override void GatherRows(Tensor x, GatherIndex index, Tensor y) { }
    internal override void ScatterRows(Tensor rows, GatherIndex index, Tensor y) { }
    internal override void AddRows(Tensor rows, GatherIndex index, Tensor y) { }
}

internal sealed unsafe partial class CpuDevice
{
    internal override void GatherRows(Tensor x, GatherIndex index, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: RowMoves.Gather(x.Bytes(), y.Bytes(), Walk(index, x)); break;
            case 2: RowMoves.Gather((short*)x.Bytes(), (short*)y.Bytes(), Walk(index, x)); break;
            case 4: RowMoves.Gather((int*)x.Bytes(), (int*)y.Bytes(), Walk(index, x)); break;
            default: RowMoves.Gather((long*)x.Bytes(), (long*)y.Bytes(), Walk(index, x)); break;
        }
    }

    internal override void ScatterRows(Tensor rows, GatherIndex index, Tensor y)
    {
        switch (y.DType.Size())
        {
            case 1: RowMoves.Scatter(rows.Bytes(), y.Bytes(), Walk(index, y)); break;
            case 2: RowMoves.Scatter((short*)rows.Bytes(), (short*)y.Bytes(), Walk(index, y)); break;
            case 4: RowMoves.Scatter((int*)rows.Bytes(), (int*)y.Bytes(), Walk(index, y)); break;
            default: RowMoves.Scatter((long*)rows.Bytes(), (long*)y.Bytes(), Walk(index, y)); break;
        }
        GC.KeepAlive(rows);
    }

    internal override void AddRows(Tensor rows, GatherIndex index, Tensor y)
    {
        rows = rows.Contiguous();
        RowWalk walk = Walk(index, y);
        switch (y.DType)
        {
            case DType.Float32: RowMoves.ScatterAdd(rows.Ptr<float>(), y.Ptr<float>(), walk); break;
            case DType.Float64: RowMoves.ScatterAdd(rows.Ptr<double>(), y.Ptr<double>(), walk); break;
            case DType.Int64: RowMoves.ScatterAdd(rows.Ptr<long>(), y.Ptr<long>(), walk); break;
            case DType.Int32: RowMoves.ScatterAdd(rows.Ptr<int>(), y.Ptr<int>(), walk); break;
            default: throw StorageOnly(y.DType);
        }
        GC.KeepAlive(rows);
    }

    static RowWalk Walk(GatherIndex index, Tensor t) =>
        new(index.Offsets(t.Strides), Array.ConvertAll(index.Rest, a => index.Source[a]), Array.ConvertAll(index.Rest, a => t.Strides[a]));
}
