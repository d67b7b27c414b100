using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// This tensor in another element type; itself where it already has that type. Floats become integers by dropping the fraction; anything but 0 is true.
    /// The gradient is converted back.
    /// </summary>
    public Tensor To(DType dtype)
    {
        if (dtype == DType) return this;
        if (IsNumber) return NumberAs(dtype);
        return Op.Run(new CastOp(dtype), this);
    }

    /// <summary>This tensor on another device; itself where it is there already.</summary>
    /// <exception cref="InvalidOperationException">It has no elements (device 'meta') and the other device needs them.</exception>
    public Tensor To(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device == Device) return this;
        if (device.HasData) throw NoData();
        return new Tensor(Layout, DType, device) { requiresGrad = RequiresGrad && DType.IsFloating() };
    }
}

file sealed class CastOp(DType to) : Op
{
    DType from;

    protected override ResultSpec Infer(ReadOnlySpan<Tensor> x)
    {
        from = x[0].DType;
        return ResultSpec.Like(x[0], to);
    }

    protected override void Forward(ReadOnlySpan<Tensor> x, Tensor y) => y.Device.Copy(x[0], y);
    protected override void Backward(Tensor gy, Span<Tensor?> gx) => gx[0] = gy.To(from);
}
