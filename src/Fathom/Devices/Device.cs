namespace Fathom.Devices;

/// <summary>
/// Where a tensor lives and who computes there: a small closed set of kernel families. A new element-wise op adds nothing here; it passes
/// its formula to <see cref="Unary"/>, <see cref="Binary"/> or <see cref="Ternary"/>.
/// </summary>
public abstract partial class Device
{
    /// <summary>The processor: vectorised, threaded kernels in managed code.</summary>
    public static Device Cpu { get; } = new CpuDevice();

    /// <summary>Shapes and element types only: a model runs for its shapes without arithmetic or memory.</summary>
    public static Device Meta { get; } = new MetaDevice();

    private protected Device(string name) => Name = name;

    /// <summary>The name: <c>cpu</c> or <c>meta</c>.</summary>
    public string Name { get; }

    /// <summary>Whether tensors here have elements that can be computed and read.</summary>
    public virtual bool HasData => true;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>y = k(x), element by element. Both have one shape and element type; y may be x.</summary>
    public abstract void Unary<K>(Tensor x, Tensor y, K k) where K : struct, IUnaryKernel;

    /// <summary>y = k(a, b) with broadcasting to y's shape; all of one element type. y may be a or b where they have y's layout.</summary>
    public abstract void Binary<K>(Tensor a, Tensor b, Tensor y, K k) where K : struct, IBinaryKernel;

    /// <summary>y = k(a, b, c) with broadcasting to y's shape; all of one element type.</summary>
    public abstract void Ternary<K>(Tensor a, Tensor b, Tensor c, Tensor y, K k) where K : struct, ITernaryKernel;

    /// <summary>y = (k(a, b) is a set mask), y of Bool, with broadcasting.</summary>
    public abstract void Compare<K>(Tensor a, Tensor b, Tensor y, K k) where K : struct, IBinaryKernel;

    /// <summary>y = condition ? a : b with broadcasting; condition is Bool, the others of one element type.</summary>
    public abstract void Where(Tensor condition, Tensor a, Tensor b, Tensor y);

    /// <summary>Reduces x to y, whose shape has size 1 along each reduced axis; both of one element type. The order of the additions depends on the shape alone.</summary>
    public abstract void Reduce<K>(Tensor x, Tensor y, K k) where K : struct, IReduceKernel;

    /// <summary>y = a b, matrices in the last two axes, the axes before broadcast; y is row-major.</summary>
    public abstract void MatMul(Tensor a, Tensor b, Tensor y);

    /// <summary>a^T b for matrices of few rows, computed when somebody reads it; null where that does not pay.</summary>
    internal virtual Tensor? ProductWhenRead(Tensor a, Tensor b) => null;

    /// <summary>y = x w^T + bias, matrices x (n, inputs), w (outputs, inputs), y row-major; bias (outputs) or null.</summary>
    public abstract void Linear(Tensor x, Tensor w, Tensor? bias, Tensor y);

    /// <summary>Copies x to y with broadcasting, converting the element type and the memory order.</summary>
    public abstract void Copy(Tensor x, Tensor y);

    /// <summary>Fills y with a value.</summary>
    public abstract void Fill(Tensor y, double value);
}
