using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Optim;

/// <summary>RMSprop: gradients divided by the root of a running mean of their squares (Hinton 2012; centred and with momentum as in Graves 2013).</summary>
public sealed class RmsProp : Optimizer
{
    readonly double alpha, eps;
    readonly bool centered;

    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="alpha">How much of the running mean is kept.</param>
    /// <param name="eps">Added to the root.</param>
    /// <param name="weightDecay">The share of a parameter that is added to its gradient.</param>
    /// <param name="momentum">How much of the former update is kept.</param>
    /// <param name="centered">Whether to divide by the deviation rather than the root of the mean square.</param>
    public RmsProp(IEnumerable<Tensor> parameters, double learningRate = 0.01, double alpha = 0.99, double eps = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false)
        : this([new ParameterGroup(parameters)], learningRate, alpha, eps, weightDecay, momentum, centered) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="RmsProp(IEnumerable{Tensor}, double, double, double, double, double, bool)"/>
    public RmsProp(IEnumerable<ParameterGroup> groups, double learningRate = 0.01, double alpha = 0.99, double eps = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false)
        : base(groups, learningRate, weightDecay, momentum) => (this.alpha, this.eps, this.centered) = (alpha, eps, centered);

    private protected override IReadOnlyList<string> StateNames { get; } = ["square_avg", "momentum_buffer", "grad_avg"];

    private protected override void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state)
    {
        Settings r = new(group.LearningRate, group.WeightDecay, group.Momentum, alpha, eps, Maximize ? -1 : 1);
        bool heavy = group.Momentum > 0;
        Tensor? velocity = heavy || centered ? state.Get(1, p) : null;
        if (centered) Apply(p, g, state.Get(0, p), velocity, state.Get(2, p), new Centered(r));
        else if (heavy) Apply(p, g, state.Get(0, p), velocity, null, new Heavy(r));
        else Apply(p, g, state.Get(0, p), null, null, new Plain(r));
    }

    readonly record struct Settings(double Rate, double Decay, double Momentum, double Alpha, double Eps, double Sign)
    {
        public Rates<V> As<V>() where V : struct, ISimd<V> => new(Rate, Decay, Momentum, Alpha, 1 - Alpha, Eps, Sign);
    }

    /// <summary>Decays the gradient and brings the mean of its squares up to date.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Advance<V>(V p, ref V g, ref V mean, in Rates<V> r) where V : struct, ISimd<V>
    {
        (V decay, V alpha, V fresh, V sign) = (r.R1, r.R3, r.R4, r.R6);
        g = V.MultiplyAdd(p, decay, g * sign);
        mean = V.MultiplyAdd(mean, alpha, g * g * fresh);
    }

    readonly struct Plain(Settings settings) : IUpdateKernel
    {
        readonly Settings settings = settings;
        public static int States => 1;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => settings.As<V>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            Advance(p, ref g, ref a, r);
            (V rate, V eps) = (r.R0, r.R5);
            p -= rate * (g / (V.Sqrt(a) + eps));
        }
    }

    readonly struct Heavy(Settings settings) : IUpdateKernel
    {
        readonly Settings settings = settings;
        public static int States => 2;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => settings.As<V>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            Advance(p, ref g, ref a, r);
            (V rate, V momentum, V eps) = (r.R0, r.R2, r.R5);
            b = V.MultiplyAdd(b, momentum, g / (V.Sqrt(a) + eps));
            p -= rate * b;
        }
    }

    /// <summary>With a momentum of 0 the velocity is just the last step.</summary>
    readonly struct Centered(Settings settings) : IUpdateKernel
    {
        readonly Settings settings = settings;
        public static int States => 3;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => settings.As<V>();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            Advance(p, ref g, ref a, r);
            (V rate, V momentum, V eps) = (r.R0, r.R2, r.R5);
            c = V.MultiplyAdd(c, r.R3, g * r.R4);
            b = V.MultiplyAdd(b, momentum, g / (V.Sqrt(a - c * c) + eps));
            p -= rate * b;
        }
    }
}
