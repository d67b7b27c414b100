namespace Fathom.Nn;

/// <summary>A tensor that training changes. Modules own parameters through properties whose setters call <see cref="Module.Register"/>.</summary>
public sealed class Parameter : ModuleTensor
{
    /// <summary>A parameter whose shape comes later, by <see cref="ModuleTensor.Materialize"/>.</summary>
    /// <param name="init">How to fill it; null leaves the choice to the layer.</param>
    /// <param name="dtype">A floating-point type.</param>
    public Parameter(Init? init = null, DType dtype = DType.Float32) : base(init, dtype) => RequiresGrad = true;

    /// <summary>A parameter that takes over a tensor's elements, as a model from scratch makes them.</summary>
    /// <param name="value">The values; a tensor that was computed from others is detached.</param>
    public Parameter(Tensor value) : base(value) => RequiresGrad = true;
}

/// <summary>A tensor that belongs to a module's state but is not trained, such as the running mean of batch normalisation.</summary>
public sealed class ModuleBuffer : ModuleTensor
{
    /// <summary>A buffer whose shape comes later, by <see cref="ModuleTensor.Materialize"/>.</summary>
    /// <param name="init">How to fill it; null leaves the choice to the layer.</param>
    /// <param name="dtype">Any type.</param>
    public ModuleBuffer(Init? init = null, DType dtype = DType.Float32) : base(init, dtype) { }

    /// <summary>A buffer that takes over a tensor's elements.</summary>
    public ModuleBuffer(Tensor value) : base(value) { }
}
