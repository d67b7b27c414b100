namespace Fathom.Nn;

/// <summary>Neighbours in a chain that one op computes: the same numbers in fewer passes over memory.</summary>
internal static class Fusion
{
    /// <summary>
    /// Applies the module at a place, and the next one or two with it where they have a common form; moves the place past them. While shapes are traced every module
    /// is called by itself, so that each has its line in a summary.
    /// </summary>
    public static Tensor Call(IReadOnlyList<Module> modules, ref int at, Tensor x)
    {
        Module first = modules[at++];
        if (at == modules.Count || ShapeTrace.IsActive) return first.Call(x);
        switch (first, modules[at])
        {
            case (Conv2d conv, ReLU) when at + 1 < modules.Count && modules[at + 1] is MaxPool2d pool && !ForwardWatch.IsActive && conv.TryCallReluPooled(x, pool) is { } pooled:
                at += 2;
                return pooled;
            case (BatchNorm norm, ReLU):
                at++;
                return norm.CallRelu(x);
            case (ReLU, MaxPool2d pool):
                at++;
                return pool.CallAfterRelu(x);
        }
        return first.Call(x);
    }
}
