using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Optim;

/// <summary>Adagrad: gradients divided by the root of the sum of all their squares so far (Duchi et al. 2011).</summary>
public sealed class Adagrad : Optimizer
{
    readonly double rateDecay, eps, initial;

    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="rateDecay">The rate at step t is divided by 1 + (t - 1) times this.</param>
    /// <param name="weightDecay">The share of a parameter that is added to its gradient.</param>
    /// <param name="initialAccumulator">What the sum of squares starts with.</param>
    /// <param name="eps">Added to the root.</param>
    public Adagrad(IEnumerable<Tensor> parameters, double learningRate = 0.01, double rateDecay = 0, double weightDecay = 0, double initialAccumulator = 0, double eps = 1e-10)
        : this([new ParameterGroup(parameters)], learningRate, rateDecay, weightDecay, initialAccumulator, eps) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="Adagrad(IEnumerable{Tensor}, double, double, double, double, double)"/>
    public Adagrad(IEnumerable<ParameterGroup> groups, double learningRate = 0.01, double rateDecay = 0, double weightDecay = 0, double initialAccumulator = 0, double eps = 1e-10)
        : base(groups, learningRate, weightDecay, null) => (this.rateDecay, this.eps, initial) = (rateDecay, eps, initialAccumulator);

    private protected override IReadOnlyList<string> StateNames { get; } = ["sum"];

    private protected override void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state)
    {
        double rate = group.LearningRate / (1 + (state.Step - 1) * rateDecay);
        Apply(p, g, state.Get(0, p, initial), null, null, new Kernel(rate, group.WeightDecay, eps, Maximize ? -1 : 1));
    }

    readonly struct Kernel(double rate, double decay, double eps, double sign) : IUpdateKernel
    {
        readonly double rate = rate, decay = decay, eps = eps, sign = sign;
        public static int States => 1;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => new(rate, decay, eps, sign);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            (V rate, V decay, V eps, V sign) = (r.R0, r.R1, r.R2, r.R3);
            g = V.MultiplyAdd(p, decay, g * sign);
            a = V.MultiplyAdd(g, g, a);
            p -= rate * (g / (V.Sqrt(a) + eps));
        }
    }
}
