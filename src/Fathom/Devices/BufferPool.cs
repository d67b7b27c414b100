using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Fathom.Devices;

/// <summary>
/// Native memory for tensors. A block that is lent is watched through a weak handle on its <see cref="Storage"/>; before the pool may grow it
/// looks which owners the collector has found dead and lends their blocks again. So no user disposes anything, no block is reused
/// while anybody can still see it, and the memory stays near what is alive.
/// </summary>
/// <remarks>
/// The objects that own blocks are small and die young, so a collection of generation 0 (well under a millisecond) finds most of them, provided that no
/// earlier collection has promoted them while they were in use. So the pool looks when a graph has just been dropped, when almost nothing is alive, and
/// before it grows, each time a quarter more was lent. Older generations are collected only when that freed too little, and a full collection only as
/// often as keeps it under 5% of the time.
/// </remarks>
internal static unsafe class BufferPool
{
    const long Floor = 64L << 20;           // below this much memory never collect for growth
    const int CountFloor = 8192;            // nor below this many lent blocks
    const long Small = Floor / CountFloor;  // blocks up to this size are watched by their number alone: a missing one of some bytes is no reason to look
    const double Slack = 1.25;              // growth over what was alive that is allowed without looking
    const double FullShare = 20;            // a full collection may cost one part in this many of the time since the last

    struct Block
    {
        public GCHandle Owner;              // weak; reused with the slot
        public nint Data;
        public int Class;
        public bool Lent;
    }

    static readonly Lock Gate = new();

    /// <summary>Whether returned blocks are filled with 0xFF (NaN, or -1), so that a use after the return shows.</summary>
    internal static bool Poison { get; set; } = Environment.GetEnvironmentVariable("FATHOM_POISON") == "1";
    static Block[] blocks = new Block[1024];
    static int slots;
    static readonly Stack<int> EmptySlots = new();
    static readonly Stack<int>?[] Idle = new Stack<int>?[SizeClasses.Count];
    static long total, used, rentedSinceSweep, usedAfterSweep, usedAfterFull, usedBetweenGraphs;
    static long highWater;                  // the most lent at once, slowly forgotten: a steady loop reaches it again without looking
    static int lent, lentAfterSweep;
    static long fullCollectionTicks, lastFullCollection;

    /// <summary>Bytes held from the operating system, bytes lent, and how often the pool looked for dead owners.</summary>
    public static (long Total, long Used, long Sweeps) Statistics { get { lock (Gate) return (total, used, sweeps); } }
    static long sweeps;

    /// <summary>How many blocks were ever lent.</summary>
    public static long Loans => Volatile.Read(ref loans);
    static long loans;

    /// <summary>Lends a block of at least <paramref name="bytes"/> to <paramref name="owner"/>; its contents are undefined.</summary>
    public static nint Rent(Storage owner, long bytes)
    {
        int c = SizeClasses.For(bytes);
        long size = SizeClasses.Size(c);
        lock (Gate)
        {
            int slot = TakeIdle(c);
            if (slot < 0)
            {
                if (HasGrown(size))
                {
                    Sweep(size);
                    slot = TakeIdle(c);
                }
                if (slot < 0) slot = Fresh(c, size);
            }
            ref Block b = ref blocks[slot];
            b.Lent = true;
            if (b.Owner.IsAllocated) b.Owner.Target = owner; else b.Owner = GCHandle.Alloc(owner, GCHandleType.Weak);
            owner.Slot = slot;
            owner.Number = loans++;
            long got = SizeClasses.Size(b.Class);
            used += got;
            highWater = Math.Max(highWater, used);
            rentedSinceSweep += got;
            lent++;
            return b.Data;
        }
    }

    /// <summary>Takes a block back by hand.</summary>
    public static void Return(Storage owner)
    {
        lock (Gate)
        {
            ref Block b = ref blocks[owner.Slot];
            b.Owner.Target = null;
            rentedSinceSweep -= SizeClasses.Size(b.Class);
            GiveBack(owner.Slot);
            owner.Slot = -1;
        }
    }

    /// <summary>Told when a graph has just been dropped: the cheapest moment to look for dead owners.</summary>
    public static void GraphDropped()
    {
        lock (Gate)
        {
            if (used <= Tolerated && rentedSinceSweep < Floor) return;
            Look(0);
            if (used > Tolerated) Look(1);
            if (used > Tolerated && LookEverywhere()) usedBetweenGraphs = used;
            usedBetweenGraphs = Math.Min(usedBetweenGraphs, used);
        }
    }

    /// <summary>What may be left after a graph is gone before older generations are suspected of holding the rest.</summary>
    static long Tolerated => usedBetweenGraphs + usedBetweenGraphs / 8 + Floor / 2;

    static long Bound => Math.Max((long)(highWater * Slack), Floor);

    /// <summary>Whether enough was lent since the last look that another may find something.</summary>
    static bool HasGrown(long size) => (size > Small && rentedSinceSweep > Math.Max(Floor, usedAfterSweep / 4)) || lent > Math.Max(CountFloor, 2 * lentAfterSweep);

    /// <summary>An idle block of the class or one at most 30% larger.</summary>
    static int TakeIdle(int c)
    {
        for (int k = c; k <= Math.Min(c + 2, SizeClasses.Count - 1); k++)
            if (Idle[k] is { Count: > 0 } stack) return stack.Pop();
        return -1;
    }

    static int Fresh(int c, long size)
    {
        MakeRoom(size);
        nint data;
        try
        {
            data = (nint)NativeMemory.AlignedAlloc((nuint)size, 64);
        }
        catch (OutOfMemoryException)
        {
            Look(GC.MaxGeneration);
            MakeRoom(long.MaxValue / 2);
            data = (nint)NativeMemory.AlignedAlloc((nuint)size, 64);
        }
        total += size;
        if (!EmptySlots.TryPop(out int slot))
        {
            slot = slots++;
            if (slot == blocks.Length) Array.Resize(ref blocks, 2 * slot);
        }
        blocks[slot].Data = data;
        blocks[slot].Class = c;
        return slot;
    }

    /// <summary>Gives idle blocks back to the system, the largest first, until <paramref name="size"/> more fits under the bound.</summary>
    static void MakeRoom(long size)
    {
        for (int k = Idle.Length - 1; k >= 0 && total + size > Bound; k--)
            while (total + size > Bound && Idle[k] is { Count: > 0 } stack)
            {
                int slot = stack.Pop();
                NativeMemory.AlignedFree((void*)blocks[slot].Data);
                blocks[slot].Data = 0;
                EmptySlots.Push(slot);
                total -= SizeClasses.Size(k);
            }
    }

    static void GiveBack(int slot)
    {
        ref Block b = ref blocks[slot];
        b.Lent = false;
        long size = SizeClasses.Size(b.Class);
        if (Poison) new Span<byte>((void*)b.Data, (int)Math.Min(size, int.MaxValue)).Fill(0xFF);
        used -= size;
        lent--;
        (Idle[b.Class] ??= new()).Push(slot);
    }

    static void Sweep(long size)
    {
        long before = used;
        int count = lent;
        Look(0);
        if (total + size <= Bound) return;
        if (!Enough()) Look(1);
        if (!Enough() && used > usedAfterFull + usedAfterFull / 2) LookEverywhere();

        bool Enough() => before - used >= before / 4 || count - lent >= count / 2;
    }

    /// <summary>A full collection, unless the last was so dear and so short ago that it would take more than its share of the time.</summary>
    /// <returns>Whether it took place.</returns>
    static bool LookEverywhere()
    {
        long now = Stopwatch.GetTimestamp();
        if (now - lastFullCollection < FullShare * fullCollectionTicks) return false;
        Look(GC.MaxGeneration);
        lastFullCollection = Stopwatch.GetTimestamp();
        fullCollectionTicks = lastFullCollection - now;
        usedAfterFull = used;
        return true;
    }

    static void Look(int generation)
    {
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true, compacting: false);
        for (int i = 0; i < slots; i++)
            if (blocks[i].Lent && blocks[i].Owner.Target is null) GiveBack(i);
        usedAfterSweep = used;
        highWater -= highWater / 64;
        lentAfterSweep = lent;
        rentedSinceSweep = 0;
        sweeps++;
    }
}

/// <summary>Block sizes: eight to an octave from 256 bytes, so at most 12.5% is wasted.</summary>
internal static class SizeClasses
{
    const int Smallest = 8;                 // 2^8 bytes
    public const int Count = (48 - Smallest) * 8;

    public static int For(long bytes)
    {
        if (bytes <= 1 << Smallest) return 0;
        int octave = BitOperations.Log2((ulong)(bytes - 1));
        int step = (int)((bytes - 1) >> (octave - 3)) & 7;
        return (octave - Smallest) * 8 + step + 1;
    }

    public static long Size(int c) => (8L + (c & 7)) << (Smallest - 3 + (c >> 3));
}
