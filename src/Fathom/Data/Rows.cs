using Fathom.Devices;
using Fathom.Devices.Cpu;

namespace Fathom.Data;

/// <summary>Picks rows, slices along the first axis, out of row-major memory: one copy a row, nothing else.</summary>
static unsafe class Rows
{
    /// <summary>Below this many bytes one thread is as fast as many.</summary>
    const long WorthSharing = 1 << 20;

    const int RowsPerJob = 16;

    /// <summary>Refuses row numbers that are not there.</summary>
    public static void Check(ReadOnlySpan<int> rows, int count)
    {
        foreach (int row in rows)
            if ((uint)row >= (uint)count) throw new ArgumentOutOfRangeException(nameof(rows), $"There is no sample {row}; there are {count}, numbered from 0.");
    }

    /// <summary>The given rows of a row-major tensor, copied, in the order given.</summary>
    public static Tensor Gather(Tensor source, ReadOnlySpan<int> rows)
    {
        Check(rows, source.Shape[0]);
        Tensor result = Tensor.Empty(source.Shape.With(0, rows.Length), source.DType);
        if (result.Count == 0) return result;
        long bytes = source.Count / source.Shape[0] * source.DType.Size();
        fixed (int* numbers = rows)
        {
            var copy = new CopyRows(source.Bytes(), result.Bytes(), numbers, rows.Length, bytes);
            int jobs = (rows.Length + RowsPerJob - 1) / RowsPerJob;
            if (bytes * rows.Length >= WorthSharing) Threads.For(jobs, ref copy);
            else for (int i = 0; i < jobs; i++) copy.Run(i);
        }
        GC.KeepAlive(source);
        GC.KeepAlive(result);
        return result;
    }

    readonly struct CopyRows(byte* from, byte* to, int* rows, int count, long bytes) : IJob
    {
        public void Run(int index)
        {
            for (int i = index * RowsPerJob; i < Math.Min(count, (index + 1) * RowsPerJob); i++)
                Buffer.MemoryCopy(from + rows[i] * bytes, to + i * bytes, bytes, bytes);
        }
    }
}
