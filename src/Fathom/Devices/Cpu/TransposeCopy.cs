using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>
/// Copies between two orders of memory: where neighbours of the result lie apart in the source and neighbours of the source apart in the result, both are walked in
/// squares small enough that every cache line fetched is used whole. Element after element, a line is fetched for each element of one side.
/// </summary>
internal static unsafe class TransposeCopy
{
    // A square of 32 x 32 floats touches 64 or so lines of 64 bytes on each side, which the first-level cache holds even where rows are a power of two apart.
    const int Side = 32;

    const int MinElementsPerJob = 1 << 14;

    /// <summary>Copies if the operands lie so; else does nothing.</summary>
    /// <param name="plan">The walk, in which the result's smallest stride comes first.</param>
    /// <param name="at">The first element of the result and of the source.</param>
    /// <returns>Whether it has copied.</returns>
    public static bool TryRun<T>(in LoopPlan plan, in Operands at) where T : unmanaged
    {
        if (plan.Rank < 2 || plan.S0[0] != sizeof(T) || plan.S1[0] == sizeof(T) || plan.S1[0] == 0) return false;
        int across = 1;
        while (across < plan.Rank && plan.S1[across] != sizeof(T)) across++;
        if (across == plan.Rank || plan.Sizes[0] < 8 || plan.Sizes[across] < 8) return false;
        long bands = (plan.Sizes[across] + Side - 1) / Side, bandElements = plan.Sizes[0] * Side;
        var job = new Job<T> { Plan = plan, At = at, Across = across, Bands = bands, Count = bands * (plan.Rows / plan.Sizes[across]) };
        job.PerJob = Math.Max(1, MinElementsPerJob / bandElements);
        Threads.For(checked((int)((job.Count + job.PerJob - 1) / job.PerJob)), ref job);
        return true;
    }

    struct Job<T> : IJob where T : unmanaged
    {
        public LoopPlan Plan;
        public Operands At;
        public int Across;
        public long Bands, Count, PerJob;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int index)
        {
            for (long i = index * PerJob; i < Math.Min(Count, (index + 1) * PerJob); i++) Band(i / Bands, i % Bands * Side);
        }

        /// <summary>A band of <see cref="Side"/> rows of the result, over all of its columns; <paramref name="outer"/> numbers what the other axes select.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Band(long outer, long row)
        {
            byte* y = At.P0 + row * Plan.S0[Across], x = At.P1 + row * sizeof(T);
            for (int i = 1; i < Plan.Rank; i++)
            {
                if (i == Across) continue;
                long k = outer % Plan.Sizes[i];
                outer /= Plan.Sizes[i];
                y += k * Plan.S0[i];
                x += k * Plan.S1[i];
            }
            int rows = (int)Math.Min(Side, Plan.Sizes[Across] - row);
            for (long column = 0; column < Plan.Sizes[0]; column += Side)
                Square((T*)(x + column * Plan.S1[0]), Plan.S1[0], (T*)y + column, Plan.S0[Across], rows, (int)Math.Min(Side, Plan.Sizes[0] - column));
        }

        /// <summary>y[r, c] = x[c, r]; strides in bytes.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Square(T* x, long xColumn, T* y, long yRow, int rows, int columns)
        {
            int r = 0;
            if (sizeof(T) == sizeof(float))
                for (; r + 4 <= rows; r += 4)
                {
                    int c = 0;
                    for (; c + 4 <= columns; c += 4)
                        GemmPack.Transpose4x4((float*)((byte*)x + c * xColumn) + r, (nint)(xColumn / sizeof(T)), (float*)((byte*)y + r * yRow) + c, (nint)(yRow / sizeof(T)));
                    for (; c < columns; c++)
                        for (int k = r; k < r + 4; k++) ((T*)((byte*)y + k * yRow))[c] = ((T*)((byte*)x + c * xColumn))[k];
                }
            for (; r < rows; r++)
            {
                T* to = (T*)((byte*)y + r * yRow);
                byte* from = (byte*)(x + r);
                for (int c = 0; c < columns; c++, from += xColumn) to[c] = *(T*)from;
            }
        }
    }
}
