using System.Diagnostics;
using System.Runtime.CompilerServices;
using Fathom.Autograd;
using Fathom.Devices;

namespace Fathom;

/// <summary>
/// An array of numbers of one <see cref="DType"/> with a <see cref="Shape"/>, living on a <see cref="Device"/>, that knows how it was computed so that
/// gradients can flow back through it. Tensors are never disposed: memory comes back when nothing refers to it.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public partial class Tensor
{
    internal Layout Layout { get; private protected set; }
    internal Storage? Storage { get; private protected set; }
    internal long Offset { get; private protected set; }

    /// <summary>A tensor with undefined contents.</summary>
    internal Tensor(Layout layout, DType dtype, Device device)
    {
        Layout = layout;
        DType = dtype;
        Device = device;
        if (device.HasData) Storage = new(layout.Count * dtype.Size());
    }

    /// <summary>A tensor that shares the memory of another.</summary>
    internal Tensor(Tensor of, Layout layout, long offset) : this(of.Storage, layout, offset, of.DType, of.Device) { }

    private protected Tensor(Storage? storage, Layout layout, long offset, DType dtype, Device device)
    {
        (Storage, Layout, Offset, DType, Device) = (storage, layout, offset, dtype, device);
    }

    /// <summary>A tensor that memory made elsewhere is behind.</summary>
    internal static Tensor Over(Storage storage, Layout layout, DType dtype, Device device) => new(storage, layout, 0, dtype, device);

    /// <summary>A row-major tensor with undefined contents.</summary>
    internal static Tensor Empty(Shape shape, DType dtype = DType.Float32, Device? device = null) => new(Layout.Contiguous(shape), dtype, device ?? Device.Cpu);

    /// <summary>The sizes along each axis.</summary>
    public Shape Shape => Layout.Shape;

    /// <summary>The type of the elements.</summary>
    public DType DType { get; private protected set; }

    /// <summary>Where the elements live.</summary>
    public Device Device { get; private protected set; }

    /// <summary>The number of axes.</summary>
    public int Rank => Layout.Rank;

    /// <summary>The number of elements.</summary>
    public long Count => Layout.Count;

    /// <summary>Distance in memory between neighbours along each axis, in elements.</summary>
    internal long[] Strides => Layout.Strides;

    /// <summary>Distance in memory from one element to the next along an axis, in elements: 0 along an axis that an expanded view repeats.</summary>
    /// <param name="axis">The axis; negative ones count from the end.</param>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public long Stride(int axis) => Layout.Strides[Shape.Axis(axis, "stride")];

    /// <summary>Whether the elements lie in memory in row-major order without holes.</summary>
    public bool IsContiguous => Layout.IsContiguous;

    /// <summary>A C# number in an expression such as <c>x * 2</c>: takes part in type promotion only by its category, as in PyTorch.</summary>
    internal bool IsNumber { get; init; }

    /// <summary>The first element. The caller keeps this tensor alive while it uses the pointer.</summary>
    internal unsafe T* Ptr<T>() where T : unmanaged
    {
        Debug.Assert(sizeof(T) == DType.Size());
        return (T*)Bytes();
    }

    internal unsafe byte* Bytes() => (Storage ?? throw NoData()).Pointer + Offset * DType.Size();

    InvalidOperationException NoData() => new($"A tensor of shape {Shape} on device '{Device}' has a shape but no elements; make it on Device.Cpu to compute with it.");

    // ---- views ----

    Tensor? viewBase;
    Op? viewBaseFn;         // what had computed the base when the view was taken

    internal static Tensor ViewOf(Tensor x, Layout layout, long offset)
    {
        Tensor root = x.viewBase ?? x;
        return new(x, layout, offset) { viewBase = root, viewBaseFn = root.GradFn };
    }

    /// <summary>The tensor whose memory this one shows a part of, as far as the graph is concerned.</summary>
    internal Tensor? ViewBase => viewBase;

    internal void CheckViewIsCurrent(string op)
    {
        if (viewBase is not null && !ReferenceEquals(viewBase.GradFn, viewBaseFn))
            throw new InvalidOperationException($"[{op}] an input is a view of a tensor that was changed in place after the view was taken, so its gradient would be wrong. Take the view again.");
    }

    internal int Version => Storage?.Version ?? 0;

    // ---- automatic differentiation ----

    /// <summary>The op that computed this tensor, if a graph was recorded; null for leaves.</summary>
    public Op? GradFn { get; internal set; }

    bool requiresGrad;
    Tensor? grad;
    bool gradSeen;      // a user has the gradient tensor: its memory may not be reused

    /// <summary>Whether gradients are to be computed for this tensor. Can be set on leaves of floating-point type.</summary>
    /// <exception cref="InvalidOperationException">Set on a tensor that is not a leaf, or is not floating-point.</exception>
    public bool RequiresGrad
    {
        get => requiresGrad || GradFn is not null;
        set
        {
            if (GradFn is not null)
            {
                if (value) return;
                throw new InvalidOperationException($"RequiresGrad can be turned off only on leaves; this tensor came from {GradFn.Name}. Use Detach() to get one outside the graph.");
            }
            if (value && !DType.IsFloating()) throw new InvalidOperationException($"Only floating-point tensors can require gradients; this one is {DType.Name()}. Convert it with .To(DType.Float32) first.");
            requiresGrad = value;
        }
    }

    /// <summary>Sets <see cref="RequiresGrad"/> and returns this tensor: <c>var x = Tensor.Arange(4.0).WithGrad()</c>.</summary>
    public Tensor WithGrad(bool requires = true)
    {
        RequiresGrad = requires;
        return this;
    }

    /// <summary>Whether no op computed this tensor as far as the graph knows.</summary>
    public bool IsLeaf => GradFn is null;

    /// <summary>The gradient accumulated by <see cref="Backward(bool, bool)"/>, null before; settable.</summary>
    /// <exception cref="ShapeException">The value's shape differs from this tensor's.</exception>
    public Tensor? Grad
    {
        get
        {
            gradSeen = true;
            return grad;
        }
        set
        {
            if (value is not null && value.Shape != Shape) throw ShapeException.For("grad", $"a gradient of shape {value.Shape} does not fit a tensor of shape {Shape}");
            gradSeen = true;
            grad = value;
        }
    }

    /// <summary>The gradient for the engine and the optimisers, which do not keep it.</summary>
    internal Tensor? GradUnseen
    {
        get => grad;
        set
        {
            gradSeen = false;
            grad = value;
        }
    }

    /// <summary>Forgets the gradient. Its memory is reused at once if no one has looked at it.</summary>
    public void ZeroGrad()
    {
        if (grad is { } g && !gradSeen && g.GradFn is null) g.Storage?.Release();
        grad = null;
        gradSeen = false;
    }

    internal List<Func<Tensor, Tensor?>>? LeafHooks { get; private set; }

    /// <summary>
    /// Calls <paramref name="hook"/> with the whole gradient of this tensor in each backward pass; what it returns, unless null, takes the gradient's place.
    /// </summary>
    /// <returns>An object whose disposal removes the hook.</returns>
    /// <exception cref="InvalidOperationException">The tensor does not require gradients.</exception>
    public IDisposable RegisterHook(Func<Tensor, Tensor?> hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        if (!RequiresGrad) throw new InvalidOperationException("A hook needs a tensor that requires gradients.");
        var hooks = GradFn is null ? LeafHooks ??= [] : GradFn.Hooks ??= [];
        hooks.Add(hook);
        return new HookHandle(hooks, hook);
    }

    /// <summary>Keeps the gradient of this tensor in <see cref="Grad"/> although it is not a leaf.</summary>
    public void RetainGrad()
    {
        if (GradFn is { } node) node.RetainFor = this;
    }

    /// <summary>This tensor's values outside the graph; shares memory.</summary>
    public Tensor Detach() => new(this, Layout, Offset);

    sealed class HookHandle(List<Func<Tensor, Tensor?>> hooks, Func<Tensor, Tensor?> hook) : IDisposable
    {
        public void Dispose() => hooks.Remove(hook);
    }
}
