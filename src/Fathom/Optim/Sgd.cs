using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Optim;

/// <summary>Stochastic gradient descent, with momentum if wanted: p -= rate v, where v = momentum v + g (in the form of Sutskever et al. 2013, as PyTorch has it).</summary>
public sealed class Sgd : Optimizer
{
    readonly double dampening;
    readonly bool nesterov;

    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">How much of the former update is kept.</param>
    /// <param name="weightDecay">The share of a parameter that is added to its gradient.</param>
    /// <param name="dampening">The share of a new gradient that does not enter the momentum.</param>
    /// <param name="nesterov">Whether to look ahead: the step is g + momentum v.</param>
    /// <exception cref="ArgumentException">Nesterov needs a momentum and no dampening.</exception>
    public Sgd(IEnumerable<Tensor> parameters, double learningRate, double momentum = 0, double weightDecay = 0, double dampening = 0, bool nesterov = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, weightDecay, dampening, nesterov) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="Sgd(IEnumerable{Tensor}, double, double, double, double, bool)"/>
    public Sgd(IEnumerable<ParameterGroup> groups, double learningRate, double momentum = 0, double weightDecay = 0, double dampening = 0, bool nesterov = false)
        : base(groups, learningRate, weightDecay, momentum)
    {
        if (nesterov && (momentum <= 0 || dampening != 0)) throw new ArgumentException("Nesterov's momentum needs a momentum above 0 and a dampening of 0.", nameof(nesterov));
        (this.dampening, this.nesterov) = (dampening, nesterov);
    }

    private protected override IReadOnlyList<string> StateNames { get; } = ["momentum_buffer"];

    private protected override void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state)
    {
        double sign = Maximize ? -1 : 1;
        if (group.Momentum == 0)
        {
            Apply(p, g, null, null, null, new Plain(group.LearningRate, group.WeightDecay, sign));
            return;
        }
        double fresh = state.Has(0) ? 1 - dampening : 1;                 // the first gradient enters whole
        Apply(p, g, state.Get(0, p), null, null, new Heavy(group.LearningRate, group.WeightDecay, group.Momentum, fresh, sign, nesterov));
    }

    readonly struct Plain(double rate, double decay, double sign) : IUpdateKernel
    {
        readonly double rate = rate, decay = decay, sign = sign;
        public static int States => 0;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => new(rate, decay, sign);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V> =>
            p -= r.R0 * V.MultiplyAdd(p, r.R1, g * r.R2);
    }

    readonly struct Heavy(double rate, double decay, double momentum, double fresh, double sign, bool nesterov) : IUpdateKernel
    {
        readonly double rate = rate, decay = decay, momentum = momentum, fresh = fresh, sign = sign;
        readonly bool nesterov = nesterov;
        public static int States => 1;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => new(rate, decay, sign, momentum, fresh);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            (V rate, V decay, V sign, V momentum, V fresh) = (r.R0, r.R1, r.R2, r.R3, r.R4);
            g = V.MultiplyAdd(p, decay, g * sign);
            a = V.MultiplyAdd(a, momentum, g * fresh);
            p -= rate * (nesterov ? V.MultiplyAdd(a, momentum, g) : a);
        }
    }
}
