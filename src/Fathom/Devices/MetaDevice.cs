namespace Fathom.Devices;

/// <summary>Computes nothing: on this device only the shape rules of ops run.</summary>
internal sealed partial class MetaDevice() : Device("meta")
{
    public override bool HasData => false;
    public override void Unary<K>(Tensor x, Tensor y, K k) { }
    public override void Binary<K>(Tensor a, Tensor b, Tensor y, K k) { }
    public override void Ternary<K>(Tensor a, Tensor b, Tensor c, Tensor y, K k) { }
    public override void Compare<K>(Tensor a, Tensor b, Tensor y, K k) { }
    public override void Where(Tensor condition, Tensor a, Tensor b, Tensor y) { }
    public override void Reduce<K>(Tensor x, Tensor y, K k) { }
    public override void Linear(Tensor x, Tensor w, Tensor? bias, Tensor y) { }
    public override void MatMul(Tensor a, Tensor b, Tensor y) { }
    public override void Copy(Tensor x, Tensor y) { }
    public override void Fill(Tensor y, double value) { }
}
