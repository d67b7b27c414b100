using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Optim;

/// <summary>Adadelta: steps in the units of the parameters, by the ratio of the root mean squares of past steps and of gradients (Zeiler 2012).</summary>
public sealed class Adadelta : Optimizer
{
    readonly double rho, eps;

    /// <summary>Optimises one group of parameters.</summary>
    /// <param name="parameters">Tensors that require gradients, such as <c>net.Parameters</c>.</param>
    /// <param name="learningRate">What the step is multiplied by.</param>
    /// <param name="rho">How much of the running means is kept.</param>
    /// <param name="eps">Added to the means before their roots.</param>
    /// <param name="weightDecay">The share of a parameter that is added to its gradient.</param>
    public Adadelta(IEnumerable<Tensor> parameters, double learningRate = 1, double rho = 0.9, double eps = 1e-6, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, rho, eps, weightDecay) { }

    /// <summary>Optimises several groups; what they leave open is filled in from here.</summary>
    /// <inheritdoc cref="Adadelta(IEnumerable{Tensor}, double, double, double, double)"/>
    public Adadelta(IEnumerable<ParameterGroup> groups, double learningRate = 1, double rho = 0.9, double eps = 1e-6, double weightDecay = 0)
        : base(groups, learningRate, weightDecay, null) => (this.rho, this.eps) = (rho, eps);

    private protected override IReadOnlyList<string> StateNames { get; } = ["square_avg", "acc_delta"];

    private protected override void Update(ParameterGroup group, Tensor p, Tensor g, ParameterState state) =>
        Apply(p, g, state.Get(0, p), state.Get(1, p), null, new Kernel(group.LearningRate, group.WeightDecay, rho, eps, Maximize ? -1 : 1));

    readonly struct Kernel(double rate, double decay, double rho, double eps, double sign) : IUpdateKernel
    {
        readonly double rate = rate, decay = decay, rho = rho, eps = eps, sign = sign;
        public static int States => 2;
        public static int Cost => 4;
        public Rates<V> RatesAs<V>() where V : struct, ISimd<V> => new(rate, decay, rho, 1 - rho, eps, sign);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<V>(ref V p, V g, ref V a, ref V b, ref V c, in Rates<V> r) where V : struct, ISimd<V>
        {
            (V rate, V decay, V rho, V fresh, V eps, V sign) = (r.R0, r.R1, r.R2, r.R3, r.R4, r.R5);
            g = V.MultiplyAdd(p, decay, g * sign);
            a = V.MultiplyAdd(a, rho, g * g * fresh);
            V step = V.Sqrt(b + eps) / V.Sqrt(a + eps) * g;
            b = V.MultiplyAdd(b, rho, step * step * fresh);
            p -= rate * step;
        }
    }
}
