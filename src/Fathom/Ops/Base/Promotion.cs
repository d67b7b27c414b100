namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// The element type of an expression of two tensors, by PyTorch's rule: tensors with axes decide over scalars, scalars over C# numbers; the lower
    /// kind counts only where its category (Bool, integer, float) is higher.
    /// </summary>
    public static DType ResultType(Tensor a, Tensor b)
    {
        int ra = Priority(a), rb = Priority(b);
        if (ra == rb) return DTypes.Promote(a.DType, b.DType);
        (Tensor high, Tensor low) = ra > rb ? (a, b) : (b, a);
        if (low.DType.Category() <= high.DType.Category()) return high.DType;
        return low.IsNumber && low.DType.IsFloating() ? DType.Float32 : low.DType;
    }

    static int Priority(Tensor t) => t.IsNumber ? 0 : t.Rank == 0 ? 1 : 2;

    /// <summary>Both tensors in their common element type and on one device; C# numbers follow the other.</summary>
    internal static (Tensor A, Tensor B) Promote(Tensor a, Tensor b, bool floating = false)
    {
        if (a.IsNumber && a.Device != b.Device) a = a.To(b.Device);
        if (b.IsNumber && b.Device != a.Device) b = b.To(a.Device);
        DType type = ResultType(a, b);
        if (floating) type = type.ToFloating();
        return (a.To(type), b.To(type));
    }

    internal Tensor Floating() => DType.IsFloating() ? this : To(DType.Float32);

    internal static DType? Join(DType? a, Tensor b) => a is { } t ? DTypes.Promote(t, b.DType) : b.DType;
}
