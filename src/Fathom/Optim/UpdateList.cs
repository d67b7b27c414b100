using System.Runtime.InteropServices;
using Fathom.Devices;

namespace Fathom.Optim;

/// <summary>The parameters of one step that wait to be changed in one pass. Kept by the optimiser, so that a step allocates nothing.</summary>
internal abstract class UpdateList
{
    /// <summary>Changes what waits and forgets it.</summary>
    public abstract void Run();

    /// <summary>Forgets what waits.</summary>
    public abstract void Forget();
}

/// <summary>Parameters that one formula changes.</summary>
internal sealed class UpdateList<K> : UpdateList where K : unmanaged, IUpdateKernel
{
    readonly List<UpdateEntry<K>> waiting = [];

    /// <summary>Adds a parameter; those on another device or of another type are changed first.</summary>
    public void Add(in UpdateEntry<K> entry)
    {
        if (waiting.Count > 0 && (waiting[0].P.DType != entry.P.DType || waiting[0].P.Device != entry.P.Device)) Run();
        waiting.Add(entry);
    }

    public override void Run()
    {
        if (waiting.Count == 0) return;
        try
        {
            waiting[0].P.Device.Update(CollectionsMarshal.AsSpan(waiting));
        }
        finally
        {
            Forget();
        }
    }

    public override void Forget() => waiting.Clear();
}
