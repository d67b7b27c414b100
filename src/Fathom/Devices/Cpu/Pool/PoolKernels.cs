using System.Numerics;

namespace Fathom.Devices.Cpu;

/// <summary>The pooling kernels for one element type, with the vector width chosen; see <see cref="Pool"/> for what the arguments mean.</summary>
internal abstract unsafe class PoolKernels<T> where T : unmanaged
{
    public abstract void Max(in PoolView view, T* x, T* y, int* indices, bool rectify = false);

    /// <returns>The sums of gx over each channel, where they came along.</returns>
    public abstract double[]? MaxGradient(in PoolView view, T* gy, int* indices, T* gx);

    public abstract void MaxGather(in PoolView view, T* x, int* indices, T* y);

    public abstract void Average(in PoolView view, bool countPadding, T* x, T* y);

    public abstract void AverageGradient(in PoolView view, bool countPadding, T* gy, T* gx);
}

/// <summary>The kernels with vectors of type <typeparamref name="V"/> over channels, and one element at a time where channels are not interleaved.</summary>
internal sealed unsafe class PoolKernels<V, T> : PoolKernels<T> where V : struct, ILanes<V, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public override void Max(in PoolView view, T* x, T* y, int* indices, bool rectify = false)
    {
        if (view.Channels == 1) Run(view.RowJobs, new MaxPoolJob<Lane<T>, T>(view, rectify, x, y, indices));
        else Run(view.RowJobs, new MaxPoolJob<V, T>(view, rectify, x, y, indices));
    }

    public override double[]? MaxGradient(in PoolView view, T* gy, int* indices, T* gx)
    {
        int jobs = view.ImageJobs, channels = view.Channels;
        if (channels == 1 || !view.Rows.IsDisjoint || !view.Cols.IsDisjoint)
        {
            Run(jobs, new MaxPoolGradientJob<T>(view, gy, indices, gx));
            return null;
        }
        using Scratch<double> totals = Scratch.Rent<double>((long)jobs * channels);
        using Scratch<T> rows = Scratch.Rent<T>((long)jobs * channels);
        Run(jobs, new MaxPoolDisjointGradientJob<V, T>(view, gy, indices, gx, totals.Pointer, rows.Pointer));
        double[] sums = new double[channels];
        for (int job = 0; job < jobs; job++)
            for (int c = 0; c < channels; c++) sums[c] += totals.Pointer[(long)job * channels + c];
        return sums;
    }

    public override void MaxGather(in PoolView view, T* x, int* indices, T* y) => Run(view.ImageJobs, new MaxPoolGatherJob<T>(view, x, indices, y));

    public override void Average(in PoolView view, bool countPadding, T* x, T* y)
    {
        if (view.Channels == 1) Run(view.RowJobs, new AveragePoolJob<Lane<T>, T>(view, countPadding, x, y));
        else if (view.Channels < V.Count) Run(view.RowJobs, new NarrowAveragePoolJob<V, T>(view, countPadding, x, y));
        else Run(view.RowJobs, new AveragePoolJob<V, T>(view, countPadding, x, y));
    }

    public override void AverageGradient(in PoolView view, bool countPadding, T* gy, T* gx)
    {
        if (view.Channels == 1) Run(view.ImageJobs, new AveragePoolGradientJob<Lane<T>, T>(view, countPadding, gy, gx));
        else if (NarrowAveragePoolGradientJob<V, T>.Fits(view)) Run(view.ImageJobs, new NarrowAveragePoolGradientJob<V, T>(view, countPadding, gy, gx));
        else Run(view.ImageJobs, new AveragePoolGradientJob<V, T>(view, countPadding, gy, gx));
    }

    private static void Run<TJob>(int jobs, TJob job) where TJob : struct, IJob => Threads.For(jobs, ref job);
}
