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
        Rates r = new(group.LearningRate, group.WeightDecay, group.Momentum, alpha, eps, Maximize ? -1 : 1);
        bool heavy = group.Momentum > 0;
        Tensor? velocity = heavy || centered ? state.Get(1, p) : null;
        if (centered) Apply(p, g, state.Get(0, p), velocity, state.Get(2, p), new Centered(r));
        else if (heavy) Apply(p, g, state.Get(0, p), velocity, null, new Heavy(r));
        else Apply(p, g, state.Get(0, p), null, null, new Plain(r));
    }

    readonly record struct Rates(double Rate, double Decay, double Momentum, double Alpha, double Eps, double Sign)
    {
        public V Decayed<V>(V p, V g) where V : struct, ISimd<V> => V.MultiplyAdd(p, V.Const(Decay), g * V.Const(Sign));
        public V Mean<V>(V mean, V fresh) where V : struct, ISimd<V> => V.MultiplyAdd(mean, V.Const(Alpha), fresh * V.Const(1 - Alpha));
    }

    readonly struct Plain(Rates r) : IUpdateKernel
    {
        readonly Rates r = r;
        public static int States => 1;

        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c) where V : struct, ISimd<V>
        {
            g = r.Decayed(p, g);
            a = r.Mean(a, g * g);
            p -= V.Const(r.Rate) * (g / (V.Sqrt(a) + V.Const(r.Eps)));
        }
    }

    readonly struct Heavy(Rates r) : IUpdateKernel
    {
        readonly Rates r = r;
        public static int States => 2;

        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c) where V : struct, ISimd<V>
        {
            g = r.Decayed(p, g);
            a = r.Mean(a, g * g);
            b = V.MultiplyAdd(b, V.Const(r.Momentum), g / (V.Sqrt(a) + V.Const(r.Eps)));
            p -= V.Const(r.Rate) * b;
        }
    }

    /// <summary>With a momentum of 0 the velocity is just the last step.</summary>
    readonly struct Centered(Rates r) : IUpdateKernel
    {
        readonly Rates r = r;
        public static int States => 3;

        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c) where V : struct, ISimd<V>
        {
            g = r.Decayed(p, g);
            a = r.Mean(a, g * g);
            c = r.Mean(c, g);
            b = V.MultiplyAdd(b, V.Const(r.Momentum), g / (V.Sqrt(a - c * c) + V.Const(r.Eps)));
            p -= V.Const(r.Rate) * b;
        }
    }
}
