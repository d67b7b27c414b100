using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Bool: where this is equal, element by element, with broadcasting; comparing with NaN is false.</summary>
    public Tensor Eq(Tensor other) => Compare<EqKernel>("eq", this, other);

    /// <summary>Bool: where this is different, element by element, with broadcasting; comparing with NaN is true.</summary>
    public Tensor Ne(Tensor other) => Compare<NeKernel>("ne", this, other);

    /// <summary>Bool: where this is less, element by element, with broadcasting; comparing with NaN is false.</summary>
    public Tensor Lt(Tensor other) => Compare<LtKernel>("lt", this, other);

    /// <summary>Bool: where this is less or equal, element by element, with broadcasting; comparing with NaN is false.</summary>
    public Tensor Le(Tensor other) => Compare<LeKernel>("le", this, other);

    /// <summary>Bool: where this is greater, element by element, with broadcasting; comparing with NaN is false.</summary>
    public Tensor Gt(Tensor other) => Compare<GtKernel>("gt", this, other);

    /// <summary>Bool: where this is greater or equal, element by element, with broadcasting; comparing with NaN is false.</summary>
    public Tensor Ge(Tensor other) => Compare<GeKernel>("ge", this, other);

    static Tensor Compare<K>(string name, Tensor x, Tensor other) where K : struct, IBinaryKernel
    {
        var (a, b) = Promote(x, other);
        return Autograd.Op.Run(new CompareOp<K>(name), a, b);
    }

    /// <summary>Bool: less, element by element.</summary>
    public static Tensor operator <(Tensor a, Tensor b) => a.Lt(b);
    /// <summary>Bool: greater, element by element.</summary>
    public static Tensor operator >(Tensor a, Tensor b) => a.Gt(b);
    /// <summary>Bool: less or equal, element by element.</summary>
    public static Tensor operator <=(Tensor a, Tensor b) => a.Le(b);
    /// <summary>Bool: greater or equal, element by element.</summary>
    public static Tensor operator >=(Tensor a, Tensor b) => a.Ge(b);
}

file readonly struct EqKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Equal(a, b); }
file readonly struct NeKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => ~V.Equal(a, b); }
file readonly struct LtKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Less(a, b); }
file readonly struct LeKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.LessOrEqual(a, b); }
file readonly struct GtKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.Less(b, a); }
file readonly struct GeKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => V.LessOrEqual(b, a); }
