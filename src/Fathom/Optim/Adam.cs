using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Optim;

/// <summary>
/// Adam: the running mean of gradients divided by the root of that of their squares, both corrected for starting at 0 (Kingma and Ba 2014, algorithm 1;
/// AMSGrad after Reddi et al. 2018). Weight decay is added to the gradient; <see cref="AdamW"/> decouples it.
/// </summary>
public class Adam : Optimizer
{
    readonly double beta2, eps;
    readonly bool amsGrad, decoupled;

    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the running mean of gradients is kept; a group calls it momentum.</param>
    /// <param name="beta2">How much of the running mean of squares is kept.</param>
    /// <param name="eps">Added to the root.</param>
    /// <param name="weightDecay">The share of a parameter that is added to its gradient.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean of squares so far.</param>
    public Adam(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0, bool amsGrad = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, eps, weightDecay, amsGrad) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="Adam(IEnumerable{Tensor}, double, double, double, double, double, bool)"/>
    public Adam(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0, bool amsGrad = false)
        : this(groups, learningRate, beta1, beta2, eps, weightDecay, amsGrad, decoupled: false) { }

    private protected Adam(IEnumerable<ParameterGroup> groups, double learningRate, double beta1, double beta2, double eps, double weightDecay, bool amsGrad, bool decoupled)
        : base(groups, learningRate, weightDecay, Beta(beta1)) => (this.beta2, this.eps, this.amsGrad, this.decoupled) = (Beta(beta2), eps, amsGrad, decoupled);

    private protected override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"];

    private protected override void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state)
    {
        double correction1 = 1 - Math.Pow(group.Momentum, state.Step), correction2 = 1 - Math.Pow(beta2, state.Step);
        Settings r = new(group.LearningRate / correction1, group.Momentum, beta2, 1 / Math.Sqrt(correction2), eps,
            decoupled ? 0 : group.WeightDecay, decoupled ? 1 - group.LearningRate * group.WeightDecay : 1, Maximize ? -1 : 1);
        if (amsGrad) Apply(p, g, state.Get(0, p), state.Get(1, p), state.Get(2, p), new Largest(r));
        else Apply(p, g, state.Get(0, p), state.Get(1, p), null, new Plain(r));
    }

    static double Beta(double value) => value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A beta of Adam lies between 0 and 1.");

    readonly record struct Settings(double Rate, double Beta1, double Beta2, double RootScale, double Eps, double Decay, double Shrink, double Sign)
    {
        public Rates<V> As<V>() where V : struct, ISimd<V> => new(Rate, Beta1, 1 - Beta1, Beta2, 1 - Beta2, RootScale, Eps, Decay, Shrink, Sign);
    }

    /// <summary>Shrinks the parameter and brings both means up to date.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Advance<V>(ref V p, V g, ref V mean, ref V square, in Rates<V> r) where V : struct, ISimd<V>
    {
        (V beta1, V fresh1, V beta2, V fresh2, V decay, V shrink, V sign) = (r.R1, r.R2, r.R3, r.R4, r.R7, r.R8, r.R9);
        g = V.MultiplyAdd(p, decay, g * sign);
        p *= shrink;
        mean = V.MultiplyAdd(mean, beta1, g * fresh1);
        square = V.MultiplyAdd(square, beta2, g * g * fresh2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V StepOf<V>(V mean, V square, in Rates<V> r) where V : struct, ISimd<V>
    {
        (V rate, V rootScale, V eps) = (r.R0, r.R5, r.R6);
        return rate * (mean / V.MultiplyAdd(V.Sqrt(square), rootScale, eps));
    }

    readonly struct Plain(Settings settings) : IUpdateKernel
    {
        readonly Settings settings = settings;
        public static int States => 2;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => settings.As<V>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            Advance(ref p, g, ref a, ref b, r);
            p -= StepOf(a, b, r);
        }
    }

    readonly struct Largest(Settings settings) : IUpdateKernel
    {
        readonly Settings settings = settings;
        public static int States => 3;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => settings.As<V>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            Advance(ref p, g, ref a, ref b, r);
            c = V.Max(c, b);
            p -= StepOf(a, c, r);
        }
    }
}

/// <summary>Adam whose weight decay shrinks the parameters themselves, apart from the gradient (Loshchilov and Hutter 2017).</summary>
public sealed class AdamW : Adam
{
    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How much of the running mean of gradients is kept; a group calls it momentum.</param>
    /// <param name="beta2">How much of the running mean of squares is kept.</param>
    /// <param name="eps">Added to the root.</param>
    /// <param name="weightDecay">Each step multiplies a parameter by 1 - rate times this.</param>
    /// <param name="amsGrad">Whether to divide by the largest mean of squares so far.</param>
    public AdamW(IEnumerable<Tensor> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0.01, bool amsGrad = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, eps, weightDecay, amsGrad) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="AdamW(IEnumerable{Tensor}, double, double, double, double, double, bool)"/>
    public AdamW(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0.01, bool amsGrad = false)
        : base(groups, learningRate, beta1, beta2, eps, weightDecay, amsGrad, decoupled: true) { }
}
