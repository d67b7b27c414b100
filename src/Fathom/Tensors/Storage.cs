using System.Runtime.CompilerServices;
using Fathom.Devices;
using Fathom.Devices.Cpu;

namespace Fathom;

/// <summary>
/// The memory behind one or more tensors. Nobody disposes it: the pool holds it by a weak handle and takes the memory back when no tensor
/// refers to it any more. The engine gives back by hand what it knows cannot have escaped (<see cref="Release"/>).
/// </summary>
internal sealed unsafe class Storage
{
    nint pointer;
    byte[]? managed;        // holds the bytes once a span was handed out
    ThinProduct? product;   // what the first access computes; null for ordinary memory

    /// <summary>The slot of the pool that lent the memory, -1 if none did.</summary>
    internal int Slot = -1;

    /// <summary>Slots of a backward pass that hold a gradient with this storage.</summary>
    internal int Pending;

    /// <summary>Made inside the engine and never shown to a user: may be released by hand.</summary>
    internal bool Private;

    /// <summary>How often ops keep a tensor with this storage for their gradients.</summary>
    internal int Saves;

    /// <summary>No user can reach it any more: released by hand as soon as no op keeps it. See <see cref="Nn.Chain"/>.</summary>
    internal bool Forgotten { get; private set; }

    /// <summary>The storages that the pool has lent memory to before this one.</summary>
    internal long Number;

    /// <summary>Some leaf accumulates its gradient here, in place.</summary>
    internal bool OwnedByLeaf;

    /// <summary>Counts writes in place, so that a gradient which needs the earlier value is not silently wrong.</summary>
    public int Version;

    public readonly long Bytes;

    /// <summary>New memory with undefined contents.</summary>
    public Storage(long bytes)
    {
        Bytes = bytes;
        pointer = BufferPool.Rent(this, bytes);
        Temporaries.Current?.Add(this);
    }

    /// <summary>The elements of a product, which takes memory and is computed when somebody first reads or writes it.</summary>
    public Storage(long bytes, ThinProduct product)
    {
        Bytes = bytes;
        this.product = product;
        Temporaries.Current?.Add(this);
    }

    /// <summary>The first byte, 64-byte aligned.</summary>
    /// <remarks>The caller keeps this object alive while it uses the pointer.</remarks>
    public byte* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => pointer != 0 ? (byte*)pointer : Compute();
    }

    public bool IsReleased => pointer == 0 && product is null;

    /// <summary>The product that nobody has looked at yet; null once it is computed, and for ordinary memory.</summary>
    public ThinProduct? Product => pointer == 0 ? product : null;

    byte* Compute()
    {
        lock (this)
        {
            if (pointer != 0) return (byte*)pointer;
            ThinProduct todo = product ?? throw new ObjectDisposedException(nameof(Tensor),
                "This tensor's memory was given back by the engine while still in use; this is a defect of Fathom, please report it.");
            nint memory = BufferPool.Rent(this, Bytes);
            todo.Write((byte*)memory);
            Volatile.Write(ref pointer, memory);                // others see it whole; the factors stay, as another thread may be reading them
            return (byte*)memory;
        }
    }

    /// <summary>Gives the memory back at once. Only for storage that no user can reach.</summary>
    public void Release()
    {
        product?.Release();
        product = null;
        if (pointer == 0 || managed is not null) return;
        pointer = 0;
        BufferPool.Return(this);
    }

    /// <summary>
    /// Moves the bytes into a managed array, so that a span over them keeps them alive by itself. The pool's block stays lent until this
    /// object dies, because another thread may be reading it.
    /// </summary>
    public Span<byte> Expose()
    {
        lock (this)
        {
            if (managed is null)
            {
                byte[] array = GC.AllocateUninitializedArray<byte>(checked((int)Bytes + 64), pinned: true);
                nint first = ((nint)Unsafe.AsPointer(ref array[0]) + 63) & ~63;
                Buffer.MemoryCopy(Pointer, (void*)first, Bytes, Bytes);
                managed = array;
                pointer = first;
            }
            int offset = (int)(pointer - (nint)Unsafe.AsPointer(ref managed[0]));
            return managed.AsSpan(offset, (int)Bytes);
        }
    }

    /// <summary>Told that no user can reach it: gives the memory back now, or when the last op that keeps it for its gradient is done.</summary>
    internal void Forget()
    {
        Forgotten = true;
        ReleaseIfUnused();
    }

    /// <summary>Told that a user may reach it after all: the memory is left to the collector.</summary>
    internal void Remember() => Forgotten = Private = false;

    /// <summary>An op keeps it no longer.</summary>
    internal void DropSave()
    {
        Saves--;
        ReleaseIfUnused();
    }

    void ReleaseIfUnused()
    {
        if (Forgotten && Saves == 0 && Pending == 0) Release();
    }
}

/// <summary>Collects the storages made on this thread while open, so that the engine can release those that did not escape.</summary>
internal sealed class Temporaries
{
    [ThreadStatic] static Temporaries? current;
    public static Temporaries? Current { get => current; set => current = value; }

    readonly List<Storage> made = [];

    public void Add(Storage s)
    {
        s.Private = true;
        made.Add(s);
    }

    /// <summary>Releases all that no pending gradient holds and starts afresh.</summary>
    public void ReleaseUnheld()
    {
        foreach (Storage s in made)
            if (s.Pending == 0 && s.Private) s.Release();
        made.Clear();
    }

    /// <summary>Forgets what was made; nothing is released.</summary>
    public void Forget()
    {
        foreach (Storage s in made) s.Private = false;
        made.Clear();
    }
}
