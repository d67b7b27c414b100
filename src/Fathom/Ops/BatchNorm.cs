using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// Normalises each channel (axis 1) of (N, C, ...) by the batch's own mean and biased variance, which come back too, then scales and shifts it
    /// (Ioffe and Szegedy 2015); adds a residual of the same shape and rectifies the sum, where asked.
    /// </summary>
    internal (Tensor Y, Tensor Mean, Tensor Variance) BatchNormalize(Tensor? weight, Tensor? bias, double eps, Tensor? residual = null, bool relu = false)
    {
        BatchNormOp op = new(eps, weight is not null, bias is not null, residual is not null, relu, null);
        Tensor y = Op.Run(op, BatchNormInputs(weight, bias, residual));
        return (y, op.Mean, op.Variance);
    }

    /// <summary>The same with a given mean and variance, (C), through which no gradient goes.</summary>
    internal Tensor BatchNormalize(Tensor mean, Tensor variance, Tensor? weight, Tensor? bias, double eps, Tensor? residual = null, bool relu = false)
    {
        (Tensor, Tensor) given = (mean.To(DType).Contiguous(), variance.To(DType).Contiguous());
        return Op.Run(new BatchNormOp(eps, weight is not null, bias is not null, residual is not null, relu, given), BatchNormInputs(weight, bias, residual));
    }

    Tensor[] BatchNormInputs(Tensor? weight, Tensor? bias, Tensor? residual)
    {
        List<Tensor> inputs = [ChannelsInnermost()];
        if (weight is not null) inputs.Add(weight.To(DType).Contiguous());
        if (bias is not null) inputs.Add(bias.To(DType).Contiguous());
        if (residual is not null) inputs.Add(residual.ChannelsInnermost());
        return [.. inputs];
    }

    /// <summary>This tensor with the elements of axis 1 side by side in memory: itself where they lie so, else a copy.</summary>
    internal Tensor ChannelsInnermost()
    {
        if (Rank == 2) return Contiguous();
        if (Layout.IsChannelsLast) return this;
        int[] last = [0, .. Enumerable.Range(2, Rank - 2), 1], back = [0, Rank - 1, .. Enumerable.Range(1, Rank - 2)];
        return Permute(last).Contiguous().Permute(back);
    }
}

/// <summary>
/// y = f((x - mean) / sqrt(variance + eps) weight + bias + residual). Of the passes over memory that normalisation, addition and rectifier take one by one
/// it spares more than half: two and a half reads and a write forward, and the gradient reads x and gy twice and writes once.
/// </summary>
file sealed class BatchNormOp(double eps, bool hasWeight, bool hasBias, bool hasResidual, bool relu, (Tensor Mean, Tensor Variance)? given) : Op
{
    public Tensor Mean { get; private set; } = null!;
    public Tensor Variance { get; private set; } = null!;

    int BiasAt => hasWeight ? 2 : 1;
    int ResidualAt => BiasAt + (hasBias ? 1 : 0);

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        (Mean, Variance) = given ?? (Tensor.Empty(x[0].Shape[1], x[0].DType, x[0].Device), Tensor.Empty(x[0].Shape[1], x[0].DType, x[0].Device));
        return new(x[0].Layout.SameOrder(x[0].Shape), x[0].DType);
    }

    BatchNormArgs Args(Tensor x, Tensor? weight, Tensor? bias, Tensor? residual) => new(x, weight, bias, residual, relu, eps, Mean, Variance, OfBatch: given is null);

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y)
    {
        Save(x[0]);
        if (hasWeight) Save(x[1]);
        if (hasBias) Save(x[BiasAt]);
        if (hasResidual && relu) Save(y);                         // whose sign tells where the sum was rectified; x alone does not
        y.Device.BatchNorm(Args(x[0], hasWeight ? x[1] : null, hasBias ? x[BiasAt] : null, hasResidual ? x[ResidualAt] : null), y);
    }

    protected override void Backward(Tensor gy, Span<Tensor?> gx)
    {
        gy = gy.ChannelsInnermost();
        if (GradMode.IsEnabled) BackwardInOps(gy, gx);
        else BackwardFused(gy, gx);
    }

    void BackwardFused(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0);
        bool gates = relu && hasResidual;
        Tensor? g = gates ? MayOverwrite(gy) ? gy : new(x.Layout, x.DType, x.Device) : null;
        if (Needs(0)) gx[0] = !gates && !(hasResidual && Needs(ResidualAt)) && MayOverwrite(gy) ? gy : new(x.Layout, x.DType, x.Device);
        if (hasWeight && Needs(1)) gx[1] = Tensor.Empty(Mean.Shape, x.DType, x.Device);
        if (hasBias && Needs(BiasAt)) gx[BiasAt] = Tensor.Empty(Mean.Shape, x.DType, x.Device);
        Tensor? y = gates ? Saved(ResidualAt) : null;
        BatchNormArgs args = Args(x, hasWeight ? Saved(1) : null, hasBias ? Saved(BiasAt) : null, null);
        double[] totals = x.Device.BatchNormGrad(args, gy, y, gx[0], hasWeight ? gx[1] : null, hasBias ? gx[BiasAt] : null, g);
        if (g is not null) g.ChannelTotals = totals;
        if (gx[0] is { } made) made.ChannelTotals = given is null ? Zeros(totals) : null;
        if (hasResidual && Needs(ResidualAt)) gx[ResidualAt] = g ?? gy;
    }

    /// <summary>
    /// The totals of the gradient of x, whose mean is taken out: exactly zero, so that the bias of a convolution before is left alone by rounding. NaN where a
    /// total of the given gradient is not finite.
    /// </summary>
    static double[] Zeros(double[] totals) => Array.ConvertAll(totals, t => 0 * t);

    /// <summary>The same in differentiable ops: mean and variance are functions of x unless they were given.</summary>
    void BackwardInOps(Tensor gy, Span<Tensor?> gx)
    {
        Tensor x = Saved(0);
        int[] axes = [0, .. Enumerable.Range(2, x.Rank - 2)], perChannel = [-1, .. Enumerable.Repeat(1, x.Rank - 2)];
        Tensor mean = given is null ? x.Mean(axes, keepDim: true) : Mean.Reshape(perChannel), centred = x - mean;
        Tensor variance = given is null ? centred.Square().Mean(axes, keepDim: true) : Variance.Reshape(perChannel);
        Tensor inverse = (variance + eps).Rsqrt(), normal = centred * inverse;
        if (relu) gy = gy * Sign(normal, perChannel);
        if (Needs(0))
        {
            Tensor g = hasWeight ? gy * Saved(1).Reshape(perChannel) : gy;
            gx[0] = given is null ? inverse * (g - g.Mean(axes, keepDim: true) - normal * (g * normal).Mean(axes, keepDim: true)) : inverse * g;
        }
        if (hasWeight && Needs(1)) gx[1] = (gy * normal).Sum(axes);
        if (hasBias && Needs(BiasAt)) gx[BiasAt] = gy.Sum(axes);
        if (hasResidual && Needs(ResidualAt)) gx[ResidualAt] = gy;
    }

    /// <summary>1 where the result is positive, else 0.</summary>
    Tensor Sign(Tensor normal, int[] perChannel)
    {
        using var _ = GradMode.NoGrad();                        // constant but for jumps
        if (hasResidual) return Saved(ResidualAt).Sign();
        Tensor y = hasWeight ? normal * Saved(1).Reshape(perChannel) : normal;
        if (hasBias) y = y + Saved(BiasAt).Reshape(perChannel);
        return y.Relu().Sign();
    }
}
