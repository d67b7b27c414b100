namespace Fathom.Nn;

/// <summary>Neighbours in a chain that one op computes: the same numbers in fewer passes over memory.</summary>
internal static class Fusion
{
    /// <summary>
    /// Applies the module at a place, and the next one with it where both have a common form; moves the place past them. While shapes are traced every module
    /// is called by itself, so that each has its line in a summary.
    /// </summary>
    public static Tensor Call(IReadOnlyList<Module> modules, ref int at, Tensor x)
    {
        Module first = modules[at++];
        if (at == modules.Count || ShapeTrace.IsActive) return first.Call(x);
        switch (first, modules[at])
        {
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
