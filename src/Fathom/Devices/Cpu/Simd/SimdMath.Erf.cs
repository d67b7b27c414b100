using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu.Simd;

internal static partial class SimdMath
{
    /// <summary>
    /// Error function: x P(x^2) up to 1, 1 - e^-Q(|x|) above; both polynomials are minimax fits, of relative error 2^-29 and absolute error 2^-29 of the result.
    /// </summary>
    [MethodImpl(Inline)]
    public static V Erf<V>(V x) where V : struct, ISimd<V>
    {
        if (V.IsDouble) return V.Lanewise<ErfFunction>(x);
        V a = V.MinNative(V.Abs(x), V.Const(4)), z = x * x;             // erf 4 is 1 in float
        V p = V.Const(7.853907591730233e-05);
        p = V.MultiplyAdd(p, z, V.Const(-0.0008010208785980797));
        p = V.MultiplyAdd(p, z, V.Const(0.005188329601024103));
        p = V.MultiplyAdd(p, z, V.Const(-0.026853813099460604));
        p = V.MultiplyAdd(p, z, V.Const(0.11283585183123253));
        p = V.MultiplyAdd(p, z, V.Const(-0.37612625828637175));
        p = V.MultiplyAdd(p, z, V.Const(0.128379165728326));            // 2 / sqrt(pi) - 1, so that the last step rounds once
        V small = V.MultiplyAdd(p, x, x);
        V q = V.Const(-0.00018557407122806547);
        q = V.MultiplyAdd(q, a, V.Const(0.0029396078883528473));
        q = V.MultiplyAdd(q, a, V.Const(-0.021805320600831415));
        q = V.MultiplyAdd(q, a, V.Const(0.10303737336480503));
        q = V.MultiplyAdd(q, a, V.Const(0.6382256720872249));
        q = V.MultiplyAdd(q, a, V.Const(1.1270400390528066));
        q = V.MultiplyAdd(q, a, V.Const(0.0003537187594452526));
        V large = (V.One - Exp(-q)) | (x & V.Const(-0.0));              // the sign of x
        V y = V.Select(V.Less(a, V.One), small, large);
        return V.Select(V.Equal(x, x), y, x);
    }

    readonly struct ErfFunction : ILaneFunction { public static double Of(double x) => ErrorFunction.Erf(x); }
}
