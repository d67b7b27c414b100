using Fathom.Autograd;

namespace Fathom.Nn;

/// <summary>
/// Normalises every channel (axis 1) to mean 0 and variance 1 over batch and space, then scales and shifts it by learned amounts (Ioffe and Szegedy
/// 2015). While training it uses the batch's statistics and keeps running ones, which it uses otherwise.
/// </summary>
public abstract class BatchNorm : Module
{
    readonly int? features;
    readonly double eps;
    readonly double? momentum;

    private protected BatchNorm(int? features, double eps, double? momentum, bool affine, bool trackRunningStats)
    {
        if (features is { } given) ArgumentOutOfRangeException.ThrowIfLessThan(given, 1, nameof(features));
        (this.features, this.eps, this.momentum) = (features, eps, momentum);
        Weight = affine ? new(Init.Ones) : null;
        Bias = affine ? new(Init.Zeros) : null;
        RunningMean = trackRunningStats ? new(Init.Zeros) : null;
        RunningVar = trackRunningStats ? new(Init.Ones) : null;
        NumBatchesTracked = trackRunningStats ? new(Init.Zeros, DType.Int64) : null;
        NumBatchesTracked?.Materialize(Shape.Scalar);
        if (features is { } n) Materialize(n);
    }

    /// <summary>The scale, (channels); null if not affine.</summary>
    public Parameter? Weight { get; set => field = Register(value); }

    /// <summary>The shift, (channels); null if not affine.</summary>
    public Parameter? Bias { get; set => field = Register(value); }

    /// <summary>The running mean, (channels); null if not tracked.</summary>
    public ModuleBuffer? RunningMean { get; set => field = Register(value); }

    /// <summary>The running variance, unbiased, (channels); null if not tracked.</summary>
    public ModuleBuffer? RunningVar { get; set => field = Register(value); }

    /// <summary>How many batches the running statistics have seen, a scalar; null if not tracked.</summary>
    public ModuleBuffer? NumBatchesTracked { get; set => field = Register(value); }

    /// <summary>Throws unless the layer can work on an input of this shape.</summary>
    private protected abstract void Check(Shape input);

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        Check(input);
        Materialize(Weight is { HasShape: true } w ? w.Shape[0] : RunningMean is { HasShape: true } m ? m.Shape[0] : features ?? input[1]);
    }

    void Materialize(int channels)
    {
        foreach (ModuleTensor? t in (ReadOnlySpan<ModuleTensor?>)[Weight, Bias, RunningMean, RunningVar]) t?.Materialize(channels);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Normalize(x, null, relu: false);

    /// <summary>
    /// max(y + residual, 0) for y = Call(x): the same numbers as layer, addition and rectifier one after the other, in one op that takes about half the passes
    /// over memory and keeps nothing between them. <see cref="Sequential"/> does so by itself where a ReLU follows.
    /// </summary>
    /// <param name="x">The layer's input.</param>
    /// <param name="residual">Added after normalising, of x's shape, as in a residual block; null for nothing.</param>
    /// <example><code>Tensor y = Bn1.CallRelu(Conv1.Call(x));
    /// return Bn2.CallRelu(Conv2.Call(y), residual: x);</code></example>
    public Tensor CallRelu(Tensor x, Tensor? residual = null)
    {
        if (!ShapeTrace.IsActive)
        {
            EnsureBuilt(x);
            return Normalize(x, residual, relu: true);
        }
        Tensor y = Call(x);
        return (residual is null ? y : y + residual).Relu();
    }

    Tensor Normalize(Tensor x, Tensor? residual, bool relu)
    {
        Check(x.Shape);
        if (!IsTraining || RunningMean is null)
            return Functional.BatchNorm(x, RunningMean, RunningVar, Weight, Bias, IsTraining || RunningMean is null, eps: eps, residual: residual, relu: relu);
        double share = momentum ?? 1.0 / (NumBatchesTracked!.Item<long>() + 1);
        Tensor y = Functional.BatchNorm(x, RunningMean, RunningVar, Weight, Bias, training: true, share, eps, residual, relu);
        using var _ = GradMode.NoGrad();
        NumBatchesTracked!.AddInPlace(1);
        return y;
    }

    /// <inheritdoc/>
    protected override string Details => (Weight?.HasShape ?? RunningMean?.HasShape ?? false) ? $"{(Weight?.Shape ?? RunningMean!.Shape)[0]}" : $"{features?.ToString() ?? "?"}";
}

/// <inheritdoc/>
/// <remarks>For inputs of shape (N, C) or (N, C, L).</remarks>
public sealed class BatchNorm1d : BatchNorm, IKeepsNothing
{
    /// <summary>A layer for inputs of shape (N, C) or (N, C, L).</summary>
    /// <param name="features">The number of channels; null takes it from the first input.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <param name="momentum">The share of a new batch in the running statistics; null for a plain average over all batches.</param>
    /// <param name="affine">Whether to scale and shift.</param>
    /// <param name="trackRunningStats">Whether to keep running statistics; without them the batch's own are always used.</param>
    public BatchNorm1d(int? features = null, double eps = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true) : base(features, eps, momentum, affine, trackRunningStats) { }

    private protected override void Check(Shape input)
    {
        if (input.Rank is not (2 or 3)) throw ShapeException.For("batch_norm1d", $"needs an input of shape (N, C) or (N, C, L); this one has shape {input}");
    }
}

/// <inheritdoc/>
/// <remarks>For inputs of shape (N, C, H, W).</remarks>
public sealed class BatchNorm2d : BatchNorm, IKeepsNothing
{
    /// <summary>A layer for inputs of shape (N, C, H, W).</summary>
    /// <inheritdoc cref="BatchNorm1d(int?, double, double?, bool, bool)"/>
    public BatchNorm2d(int? features = null, double eps = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true) : base(features, eps, momentum, affine, trackRunningStats) { }

    private protected override void Check(Shape input)
    {
        if (input.Rank != 4) throw ShapeException.For("batch_norm2d", $"needs an input of shape (N, C, H, W); this one has shape {input}");
    }
}

public static partial class Functional
{
    /// <summary>
    /// Normalises each channel by the batch's mean and variance when training, else by the running ones; then scales and shifts, adds a residual and rectifies,
    /// where asked. Gradients go to x, weight, bias and residual.
    /// </summary>
    /// <param name="x">(N, C, ...).</param>
    /// <param name="runningMean">(C), updated in place when training; null to keep none.</param>
    /// <param name="runningVar">(C), likewise; the variance that goes in is unbiased.</param>
    /// <param name="weight">(C), or null for no scale.</param>
    /// <param name="bias">(C), or null for no shift.</param>
    /// <param name="training">Whether the batch's statistics are used.</param>
    /// <param name="momentum">The share of this batch in the running statistics.</param>
    /// <param name="eps">Added to the variance before the root.</param>
    /// <param name="residual">Added at last, in a shape that broadcasts; null for nothing.</param>
    /// <param name="relu">Whether the result is rectified, max(., 0): one op with the rest.</param>
    /// <exception cref="ShapeException">The sizes of axis 1 differ, or a channel has but one value to take statistics of.</exception>
    public static Tensor BatchNorm(Tensor x, Tensor? runningMean, Tensor? runningVar, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1e-5,
        Tensor? residual = null, bool relu = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        CheckChannels(x, weight ?? runningMean, "batch_norm");
        if (!training && (runningMean is null || runningVar is null))
            throw new ArgumentException("[batch_norm] without training the running mean and variance are needed.", nameof(runningMean));
        x = x.Floating();
        if (residual is not null && (residual.Shape != x.Shape || residual.DType != x.DType))
        {
            Tensor sum = BatchNorm(x, runningMean, runningVar, weight, bias, training, momentum, eps) + residual;
            return relu ? sum.Relu() : sum;
        }
        if (!training) return x.BatchNormalize(runningMean!, runningVar!, weight, bias, eps, residual, relu);
        long n = x.Count / Math.Max(x.Shape[1], 1);
        if (n < 2) throw ShapeException.For("batch_norm", $"an input of shape {x.Shape} has one value a channel, which has no variance: use a larger batch, or Eval()");
        var (normal, mean, variance) = x.BatchNormalize(weight, bias, eps, residual, relu);
        Update(runningMean, mean, 1, momentum);
        Update(runningVar, variance, (double)n / (n - 1), momentum);
        return normal;
    }

    /// <summary>(C, 1, 1, ...): what broadcasts along axis 1.</summary>
    static Shape PerChannel(Tensor x)
    {
        int[] sizes = new int[x.Rank - 1];
        Array.Fill(sizes, 1);
        sizes[0] = x.Shape[1];
        return sizes;
    }

    /// <summary>running = (1 - share) running + share factor value.</summary>
    static void Update(Tensor? running, Tensor value, double factor, double share)
    {
        if (running is null) return;
        using var _ = GradMode.NoGrad();
        if (running.DType == value.DType && running.Device == value.Device && running.IsContiguous) running.Device.MoveAverage(running, value, factor, share);
        else running.CopyFrom(running * (1 - share) + value * (factor * share));
    }

    static void CheckChannels(Tensor x, Tensor? perChannel, string op)
    {
        if (x.Rank < 2) throw ShapeException.For(op, $"needs an input of shape (N, C, ...); this one has shape {x.Shape}");
        if (perChannel is not null && perChannel.Count != x.Shape[1])
            throw ShapeException.For(op, $"an input of shape {x.Shape} has {x.Shape[1]} channels (axis 1), the layer {perChannel.Count}");
    }
}
