namespace Fathom.Devices.Cpu;

/// <summary>Fills memory with numbers of a distribution, group by group; the n-th is a function of key, stream, first group and n alone.</summary>
internal static unsafe class RandomFill
{
    const int GroupsPerJob = 128;

    public static void Run<T, D>(RandomPlace at, T* y, long count, D distribution) where T : unmanaged where D : struct, IDistribution<T>
    {
        var job = new Job<T, D> { At = at, Y = y, Count = count, Distribution = distribution };
        long perJob = (long)GroupsPerJob * D.PerGroup;
        Threads.For(checked((int)((count + perJob - 1) / perJob)), ref job);
    }

    struct Job<T, D> : IJob where T : unmanaged where D : struct, IDistribution<T>
    {
        public RandomPlace At;
        public T* Y;
        public long Count;
        public D Distribution;

        public void Run(int index)
        {
            uint* words = stackalloc uint[PhiloxGroup.Words];
            T* last = stackalloc T[D.PerGroup];
            long end = Math.Min(Count, (index + 1L) * GroupsPerJob * D.PerGroup);
            for (long i = (long)index * GroupsPerJob * D.PerGroup; i < end; i += D.PerGroup)
            {
                PhiloxGroup.Fill(At.Key, At.Stream, At.Group + (ulong)(i / D.PerGroup), words);
                if (end - i >= D.PerGroup)
                {
                    Distribution.Map(words, Y + i);
                    continue;
                }
                Distribution.Map(words, last);
                new Span<T>(last, (int)(end - i)).CopyTo(new Span<T>(Y + i, (int)(end - i)));
            }
        }
    }
}
