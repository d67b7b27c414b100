using Fathom.Devices;

namespace Fathom.Nn;

/// <summary>One forward pass for shapes alone: the model's tensors stand on the meta device meanwhile, and every call of a module is noted.</summary>
internal sealed class ShapeTrace
{
    [ThreadStatic] static ShapeTrace? current;

    readonly List<ModuleCall> calls = [];
    int depth;

    /// <summary>Whether this thread is tracing shapes.</summary>
    public static bool IsActive => current is not null;

    /// <summary>Runs the model on an input that has no elements; its lazy tensors know their shapes afterwards.</summary>
    /// <returns>The calls of modules in the order in which they began.</returns>
    public static IReadOnlyList<ModuleCall> Run(Module model, Shape input, DType dtype)
    {
        ModuleTensor[] state = [.. model.State()];
        Module[] training = [.. model.NamedModules().Select(m => m.Module).Where(m => m.IsTraining)];
        ShapeTrace trace = new();
        ShapeTrace? outer = current;
        current = trace;
        foreach (ModuleTensor t in state) t.Hide();
        model.Eval();                                   // no statistics of a batch without numbers
        try
        {
            using var _ = Autograd.GradMode.NoGrad();
            model.Call(Tensor.Empty(input, dtype, Device.Meta));
        }
        finally
        {
            current = outer;
            foreach (ModuleTensor t in state) t.Unhide();
            foreach (Module m in training) m.SetTraining(true);
        }
        return trace.calls;
    }

    /// <summary>Calls the module's forward pass, noting it on this thread's trace if there is one.</summary>
    public static Tensor Forward(Module module, Tensor x)
    {
        if (current is not { } trace) return ForwardWatch.Forward(module, x);
        int place = trace.calls.Count;
        trace.calls.Add(new(module, trace.depth++, default));
        Tensor y = module.Forward(x);
        trace.depth--;
        trace.calls[place] = trace.calls[place] with { Output = y.Shape };
        return y;
    }
}

/// <summary>A module was called, so many calls deep, and returned this shape.</summary>
internal readonly record struct ModuleCall(Module Module, int Depth, Shape Output);
