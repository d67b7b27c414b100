using System.Runtime.CompilerServices;
using Fathom.Devices.Cpu.Simd;

namespace Fathom.Devices.Cpu;

internal static unsafe partial class UpdateLoop
{
    // Measured with gradient descent on 4096 x 6272 and 4096 x 4096, 16 samples, whole rows: 3, 4, 6, 8, 9 and 12 rows 18.7, 15.9, 11.4, 10.5, 10.1 and 11.2 ms (one thread; 75 to
    // 300 KB a block). 6 rows of 2048 columns 13.7 ms: each piece of a row starts the processor's own fetching anew.
    const int BlockBytes = 224 << 10, MostRowBytes = 32 << 10, MostRows = 12;

    /// <summary>The gradient is a product that nobody has looked at: made block by block in the second-level cache, and used there.</summary>
    static void Run<T, V, K>(in Row<T, K> row, ThinProduct product) where T : unmanaged where V : struct, ISimd<V, T> where K : unmanaged, IUpdateKernel
    {
        int columns = Math.Min(product.Columns, MostRowBytes / sizeof(T)), room = (columns + GemmThin.Lanes - 1) / GemmThin.Lanes * GemmThin.Lanes;
        int rows = Math.Min(BlockBytes / (room * sizeof(T)), MostRows);
        var job = new ThinJob<T, V, K> { Row = row, Factors = product.Factors<T>(), Rows = rows, Columns = columns, Room = room };
        Threads.For((product.Rows + rows - 1) / rows, ref job);
        GC.KeepAlive(product);
    }

    /// <summary>Some rows of a parameter, in blocks of some columns.</summary>
    struct ThinJob<T, V, K> : IJob where T : unmanaged where V : struct, ISimd<V, T> where K : unmanaged, IUpdateKernel
    {
        public Row<T, K> Row;
        public ThinFactors<T> Factors;
        public int Rows, Columns, Room;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int index)
        {
            int first = index * Rows, rows = Math.Min(Rows, Factors.Rows - first);
            using var block = Scratch.Rent<T>(rows * Room);
            Row<T, K> part = Row;
            for (int column = 0; column < Factors.Columns; column += Columns)
            {
                int columns = Math.Min(Columns, Factors.Columns - column);
                GemmThin.Block(Factors, first, rows, column, columns, block.Pointer, Room, Row.P);
                for (int i = 0; i < rows; i++)
                {
                    long from = (long)(first + i) * Factors.Columns + column;
                    part.G = block.Pointer + i * Room - from;           // element 0 of a gradient of which these are there
                    Job<T, V, K>.Update(&part, from, from + columns);
                }
            }
        }
    }
}
