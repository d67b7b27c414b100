using Fathom.Autograd;
using Fathom.Devices;
using Fathom.Devices.Cpu.Simd;
using Fathom.Ops;

namespace Fathom;

public partial class Tensor
{
    /// <summary>Bool: whether both are not zero, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogicalAnd(Tensor other) => Bits<AndKernel>("logical_and", To(DType.Bool), other.To(DType.Bool));

    /// <summary>Bool: whether either is not zero, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogicalOr(Tensor other) => Bits<OrKernel>("logical_or", To(DType.Bool), other.To(DType.Bool));

    /// <summary>Bool: whether exactly one is not zero, element by element, with broadcasting.</summary>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public Tensor LogicalXor(Tensor other) => Bits<XorKernel>("logical_xor", To(DType.Bool), other.To(DType.Bool));

    /// <summary>Bool: where the element is zero.</summary>
    public Tensor LogicalNot() => Bits<XorKernel>("logical_not", To(DType.Bool), true);

    /// <summary>And of Bool, or of the bits of integers, element by element, with broadcasting.</summary>
    /// <exception cref="InvalidOperationException">An operand is floating-point.</exception>
    public static Tensor operator &(Tensor a, Tensor b) => Bits<AndKernel>("and", a, b);

    /// <summary>Or of Bool, or of the bits of integers, element by element, with broadcasting.</summary>
    /// <exception cref="InvalidOperationException">An operand is floating-point.</exception>
    public static Tensor operator |(Tensor a, Tensor b) => Bits<OrKernel>("or", a, b);

    /// <summary>Exclusive or of Bool, or of the bits of integers, element by element, with broadcasting. Powers are written <see cref="Pow"/>.</summary>
    /// <exception cref="InvalidOperationException">An operand is floating-point.</exception>
    public static Tensor operator ^(Tensor a, Tensor b) => Bits<XorKernel>("xor", a, b);

    /// <summary>Bool: where the element is zero, that is false.</summary>
    public static Tensor operator !(Tensor x) => x.LogicalNot();

    /// <summary>Not of Bool, or all bits of integers turned over.</summary>
    /// <exception cref="InvalidOperationException">The operand is floating-point.</exception>
    public static Tensor operator ~(Tensor x) => x.DType switch
    {
        DType.Bool => x.LogicalNot(),
        DType.UInt8 => Bits<XorKernel>("not", x, 255),
        _ => Bits<XorKernel>("not", x, -1),
    };

    static Tensor Bits<K>(string name, Tensor x, Tensor other) where K : struct, IBinaryKernel
    {
        if (x.DType.IsFloating() || other.DType.IsFloating())
            throw new InvalidOperationException($"[{name}] needs bool or integers, not {x.DType.Name()} and {other.DType.Name()}; compare first, as in x > 0, or use LogicalAnd, LogicalOr, LogicalXor."
                + (name == "xor" ? " For powers use Pow." : ""));
        var (a, b) = Promote(x, other);
        return Op.Run(new BitsOp<K>(name), a, b);
    }
}

file sealed class BitsOp<K>(string name) : Op where K : struct, IBinaryKernel
{
    public override string Name => name;
    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x) => ResultSpec.Broadcast(Name, x);
    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Binary(x[0], x[1], y, default(K));
    protected override void Backward(Tensor gy, Span<Tensor?> gx) { }
}

file readonly struct AndKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a & b; }
file readonly struct OrKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a | b; }
file readonly struct XorKernel : IBinaryKernel { public V Invoke<V>(V a, V b) where V : struct, ISimd<V> => a ^ b; }
