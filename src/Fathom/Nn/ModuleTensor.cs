using Fathom.Devices;

namespace Fathom.Nn;

/// <summary>
/// A tensor that a module owns. It is promised first, with an initialiser but no shape, and materialised when the shape becomes known, often at the
/// first forward pass. It stays the same object all its life: optimisers may hold it before it has elements, and moving it replaces its memory only.
/// </summary>
public abstract class ModuleTensor : Tensor
{
    static readonly Layout NoShape = Layout.Contiguous(new Shape(0));

    Init? init;
    RandomStream? random;
    Device home = Device.Cpu;          // where the elements are, or will be
    Storage? hidden;                   // the elements while only shapes are traced

    private protected ModuleTensor(Init? init, DType dtype) : base(null, NoShape, 0, dtype, Device.Cpu)
    {
        this.init = init;
        random = RandomStream.Default.Fork();
    }

    private protected ModuleTensor(Tensor value) : base(value.Storage, value.Layout, value.Offset, value.DType, value.Device)
    {
        home = value.Device;
        HasShape = IsMaterialized = true;
    }

    /// <summary>The key under which a module last registered it, such as <c>weight</c>; null before.</summary>
    public string? Key { get; internal set; }

    /// <summary>Whether the shape is known.</summary>
    public bool HasShape { get; private set; }

    /// <summary>Whether there are elements. Until then the tensor counts as empty, of shape (0,).</summary>
    public bool IsMaterialized { get; private set; }

    /// <summary>
    /// Sets the shape and fills the elements by the initialiser given at construction or to <see cref="Initialize"/>, else by
    /// <paramref name="fallback"/>, else with zeros. Does nothing if that happened before with the same shape.
    /// </summary>
    /// <exception cref="ShapeException">The tensor already has another shape.</exception>
    public void Materialize(Shape shape, Init? fallback = null)
    {
        if (HasShape && shape != Shape) throw ShapeException.For("materialize", $"{Label} has shape {Shape}, but this input asks for {shape}; a lazy layer takes its sizes from the first input it sees");
        if (IsMaterialized) return;
        init ??= fallback ?? Init.Zeros;
        Layout = Layout.Contiguous(shape);
        HasShape = true;
        if (ShapeTrace.IsActive) Device = Device.Meta;
        else Fill();
    }

    /// <summary>
    /// Fills the elements anew by <paramref name="init"/>, at once if they exist, else when they come to be. The values are drawn from a stream forked
    /// here, so they are the same either way.
    /// </summary>
    public void Initialize(Init init)
    {
        ArgumentNullException.ThrowIfNull(init);
        this.init = init;
        random = RandomStream.Default.Fork();
        if (IsMaterialized) Draw();
    }

    /// <summary>"Parameter 'weight'", for messages.</summary>
    internal string Label => Key is null ? GetType().Name : $"{GetType().Name} '{Key}'";

    /// <summary>Fills a tensor whose shape alone was known.</summary>
    internal void Fill()
    {
        if (IsMaterialized || !HasShape) return;
        Device = home;
        Storage = new(Count * DType.Size());
        IsMaterialized = true;
        Draw();
    }

    void Draw()
    {
        using var _ = Autograd.GradMode.NoGrad();
        init!.Fill(this, random!);
    }

    /// <summary>Takes over another tensor's memory, layout, type and place: identity stays.</summary>
    internal void Adopt(Tensor value)
    {
        (Storage, Layout, Offset, DType, Device) = (value.Storage, value.Layout, value.Offset, value.DType, value.Device);
        home = value.Device;
        HasShape = IsMaterialized = true;
        GradUnseen = null;
    }

    /// <summary>Copies values in, converting them; takes their shape if it has none yet.</summary>
    internal void Load(Tensor value)
    {
        Materialize(value.Shape);
        CopyFrom(value.To(Device));
    }

    /// <summary>Moves the elements, or notes where and as what they will come to be. Integer tensors keep their type.</summary>
    internal void Move(Device? device, DType? dtype)
    {
        DType type = dtype is { } t && DType.IsFloating() ? t : DType;
        Device place = device ?? home;
        if (!IsMaterialized)
        {
            (home, DType) = (place, type);
            return;
        }
        if (place == home && type == DType) return;
        Tensor? gradient = GradUnseen;
        Adopt(Detach().To(type).To(place));
        if (gradient is not null) GradUnseen = gradient.To(type).To(place);
    }

    /// <summary>Shows a shape without elements for the time of a trace.</summary>
    internal void Hide()
    {
        if (!IsMaterialized) return;
        (hidden, Storage, Device) = (Storage, null, Device.Meta);
    }

    /// <summary>Ends <see cref="Hide"/>.</summary>
    internal void Unhide()
    {
        if (hidden is null) return;
        (Storage, Device, hidden) = (hidden, home, null);
    }

    /// <inheritdoc/>
    public override string ToString() => IsMaterialized ? base.ToString()! : HasShape ? $"{Label} of shape {Shape}, not yet filled" : $"{Label}, shape not yet known";
}
