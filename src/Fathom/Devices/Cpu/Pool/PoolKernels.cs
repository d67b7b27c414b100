using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>The pooling kernels for one element type, with the vector width chosen; see <see cref="Pool"/> for what the arguments mean.</summary>
internal abstract unsafe class PoolKernels<T> where T : unmanaged
{
    public abstract void Max(in PoolView view, T* x, T* y, int* indices);

    public abstract void MaxGradient(in PoolView view, T* gy, int* indices, T* gx);

    public abstract void MaxGather(in PoolView view, T* x, int* indices, T* y);

    public abstract void Average(in PoolView view, bool countPadding, T* x, T* y);

    public abstract void AverageGradient(in PoolView view, bool countPadding, T* gy, T* gx);
}

/// <summary>The kernels with vectors of type <typeparamref name="V"/> over channels, and one element at a time where channels are not interleaved.</summary>
internal sealed unsafe class PoolKernels<V, T> : PoolKernels<T> where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Max(in PoolView view, T* x, T* y, int* indices)
    {
        if (view.Channels == 1) Run(view.RowJobs, new MaxPoolJob<Lane<T>, T>(view, x, y, indices));
        else Run(view.RowJobs, new MaxPoolJob<V, T>(view, x, y, indices));
    }

    public override void MaxGradient(in PoolView view, T* gy, int* indices, T* gx) => Run(view.ImageJobs, new MaxPoolGradientJob<T>(view, gy, indices, gx));

    public override void MaxGather(in PoolView view, T* x, int* indices, T* y) => Run(view.ImageJobs, new MaxPoolGatherJob<T>(view, x, indices, y));

    public override void Average(in PoolView view, bool countPadding, T* x, T* y)
    {
        if (view.Channels == 1) Run(view.RowJobs, new AveragePoolJob<Lane<T>, T>(view, countPadding, x, y));
        else Run(view.RowJobs, new AveragePoolJob<V, T>(view, countPadding, x, y));
    }

    public override void AverageGradient(in PoolView view, bool countPadding, T* gy, T* gx)
    {
        if (view.Channels == 1) Run(view.ImageJobs, new AveragePoolGradientJob<Lane<T>, T>(view, countPadding, gy, gx));
        else Run(view.ImageJobs, new AveragePoolGradientJob<V, T>(view, countPadding, gy, gx));
    }

    private static void Run<TJob>(int jobs, TJob job) where TJob : struct, IJob => Threads.For(jobs, ref job);
}
