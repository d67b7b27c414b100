using Fathom.Devices;

namespace Fathom.Nn;

/// <summary>Marks a layer that keeps neither what it is given nor what it returns, and shows them to no user code.</summary>
internal interface IKeepsNothing;

/// <summary>
/// Modules applied one after the other. What lies between two layers that keep nothing is seen by nobody, so its memory goes back to the pool by hand: at once where no gradient
/// needs it, else when backward is done with it. Without that only a collection finds it, a few steps later, when it has left the caches (of LeNet's step on two threads 5 % were collections).
/// </summary>
internal ref struct Chain
{
    readonly IReadOnlyList<Module> modules;
    Tensor x;
    Storage? own;           // the storage of x, if it was made by a layer of the chain and nobody else has it

    Chain(IReadOnlyList<Module> modules, Tensor x) => (this.modules, this.x) = (modules, x);

    /// <summary>The result of the last module.</summary>
    public static Tensor Run(IReadOnlyList<Module> modules, Tensor x)
    {
        Chain chain = new(modules, x);
        for (int at = 0; at < modules.Count;) chain.Step(ref at);
        return chain.x;
    }

    void Step(ref int at)
    {
        int first = at;
        long loans = BufferPool.Loans;
        Tensor y = Fusion.Call(modules, ref at, x);
        bool discreet = !ForwardWatch.IsActive;
        for (int i = first; i < at; i++) discreet &= KeepsNothing(modules[i]);

        bool same = ReferenceEquals(y.Storage, x.Storage);
        if (discreet && !same) own?.Forget();
        own = !discreet ? null : same ? own : y.Storage is { } made && made.Number >= loans ? made : null;
        x = y;
    }

    /// <summary>Whether a module is one of the engine's layers that keep nothing, or a chain of such.</summary>
    static bool KeepsNothing(Module module)
    {
        if (module is not Sequential chain) return module is IKeepsNothing;
        foreach (Module m in chain) if (!KeepsNothing(m)) return false;
        return true;
    }
}
