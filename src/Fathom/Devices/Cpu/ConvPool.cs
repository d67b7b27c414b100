using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

/// <summary>
/// A convolution, a rectifier and maximum pooling image by image: what the convolution makes of an image is pooled while it is in a cache, and never written to memory. The same
/// for the gradient of the pooled images, which is spread out for one image at a time. The first layers of a VGG network, whose results are far larger than any cache, are
/// spared half of their memory traffic so. An image is a job, so jobs follow from the shape alone.
/// </summary>
internal static unsafe class ConvPool
{
    const long LeastResult = 16L << 20, MostOfImage = 8L << 20;      // bytes
    const int LeastImages = 8;

    /// <summary>
    /// Whether it pays: the convolution's result leaves the caches, an image of it does not, there are images enough for several threads, and no pixel is in two windows (so that the
    /// gradient's sums over channels come along). What an image costs by itself, arranging the weights, must be little: few channels.
    /// </summary>
    public static bool Pays(in ConvDims d, in PoolDims p)
    {
        long image = (long)d.K * d.OutH * d.OutW * sizeof(float);
        return d.N >= LeastImages && image * d.N >= LeastResult && image <= MostOfImage && d.C <= 64 && d.K is > 1 and <= 64 && p.StrideH >= p.R && p.StrideW >= p.S;
    }

    /// <summary>y = the rectified maxima of x convolved with w plus a bias, and where they stand, as in <see cref="Pool"/>; y and the positions lie channels-last.</summary>
    public static void Forward<T>(in ConvDims d, in PoolDims p, T* x, ImageOrder order, T* w, T* bias, T* y, int* indices) where T : unmanaged
    {
        var job = new ForwardJob<T> { D = d with { N = 1 }, P = p with { N = 1 }, X = x, Order = order, W = w, Bias = bias, Y = y, Indices = indices };
        Threads.For(d.N, ref job);
    }

    /// <summary>The gradients of weight, input (null for none) and bias (the sums that come back) from that of y; gy and gx lie channels-last.</summary>
    public static double[] Gradient<T>(in ConvDims d, in PoolDims p, T* x, ImageOrder order, T* w, T* gy, int* indices, T* gw, T* gx) where T : unmanaged
    {
        long weights = (long)d.K * d.GroupC * d.R * d.S;
        using Scratch<T> parts = Scratch.Rent<T>(weights * d.N);
        double[]?[] totals = new double[d.N][];
        var job = new GradientJob<T>
        {
            D = d with { N = 1 }, P = p with { N = 1 }, X = x, Order = order, W = w,
            Gy = gy, Indices = indices, Parts = gw == null ? null : parts.Pointer, Weights = weights, Gx = gx, Totals = totals,
        };
        Threads.For(d.N, ref job);
        if (gw != null) Add(parts.Pointer, weights, d.N, gw);
        double[] sum = new double[d.K];
        foreach (double[]? image in totals)
            for (int c = 0; c < sum.Length; c++) sum[c] += image![c];
        return sum;
    }

    /// <summary>The sum of the images' parts, in their order.</summary>
    static void Add<T>(T* parts, long count, int images, T* sum) where T : unmanaged
    {
        for (long i = 0; i < count; i++)
        {
            double s = 0;
            for (int n = 0; n < images; n++) s += Number<T>.ToDouble(parts[n * count + i]);
            sum[i] = Number<T>.From(s);
        }
    }

    static long Size(in ConvDims d) => (long)d.K * d.OutH * d.OutW;
    static long Pooled(in PoolDims p) => (long)p.C * p.OutH * p.OutW;

    struct ForwardJob<T> : IJob where T : unmanaged
    {
        public ConvDims D;
        public PoolDims P;
        public T* X, W, Bias, Y;
        public ImageOrder Order;
        public int* Indices;

        public readonly void Run(int image)
        {
            using Scratch<T> made = Scratch.Rent<T>(Size(D));
            T* x = X + (long)image * D.C * D.H * D.W, y = Y + image * Pooled(P);
            int* at = Indices + image * Pooled(P);
            if (typeof(T) == typeof(float))
            {
                Conv.Forward(D, (float*)x, Order, (float*)W, (float*)Bias, (float*)made.Pointer, ImageOrder.ChannelsLast);
                Pool.Max(P, (float*)made.Pointer, ImageOrder.ChannelsLast, (float*)y, at, rectify: true);
            }
            else
            {
                Conv.Forward(D, (double*)x, Order, (double*)W, (double*)Bias, (double*)made.Pointer, ImageOrder.ChannelsLast);
                Pool.Max(P, (double*)made.Pointer, ImageOrder.ChannelsLast, (double*)y, at, rectify: true);
            }
        }
    }

    struct GradientJob<T> : IJob where T : unmanaged
    {
        public ConvDims D;
        public PoolDims P;
        public T* X, W, Gy, Parts, Gx;
        public ImageOrder Order;
        public int* Indices;
        public long Weights;
        public double[]?[] Totals;

        public readonly void Run(int image)
        {
            using Scratch<T> spread = Scratch.Rent<T>(Size(D));
            T* x = X + (long)image * D.C * D.H * D.W, gx = Gx == null ? null : Gx + (long)image * D.C * D.H * D.W, gy = Gy + image * Pooled(P);
            T* gw = Parts == null ? null : Parts + image * Weights;
            int* at = Indices + image * Pooled(P);
            Totals[image] = typeof(T) == typeof(float)
                ? Of((float*)x, (float*)W, (float*)gy, at, (float*)spread.Pointer, (float*)gw, (float*)gx)
                : Of((double*)x, (double*)W, (double*)gy, at, (double*)spread.Pointer, (double*)gw, (double*)gx);
        }

        readonly double[]? Of(float* x, float* w, float* gy, int* at, float* spread, float* gw, float* gx)
        {
            double[]? totals = Pool.MaxGradient(P, gy, at, ImageOrder.ChannelsLast, spread);
            if (gw != null) Conv.WeightGradient(D, x, Order, spread, ImageOrder.ChannelsLast, gw);
            if (gx != null) Conv.InputGradient(D, spread, ImageOrder.ChannelsLast, w, gx, ImageOrder.ChannelsLast);
            return totals;
        }

        readonly double[]? Of(double* x, double* w, double* gy, int* at, double* spread, double* gw, double* gx)
        {
            double[]? totals = Pool.MaxGradient(P, gy, at, ImageOrder.ChannelsLast, spread);
            if (gw != null) Conv.WeightGradient(D, x, Order, spread, ImageOrder.ChannelsLast, gw);
            if (gx != null) Conv.InputGradient(D, spread, ImageOrder.ChannelsLast, w, gx, ImageOrder.ChannelsLast);
            return totals;
        }
    }
}
