using System.Collections;
using Fathom.Data;

namespace Fathom.Training.Tests;

/// <summary>Tensors cut into batches in order: the plainest data there is.</summary>
sealed class Samples(Tensor x, Tensor y, int batchSize, Tensor? valX = null, Tensor? valY = null) : DataModule
{
    public override IDataLoader? GetDataLoader(bool train) =>
        train ? new Loader(x, y, batchSize) : valX is null ? null : new Loader(valX, valY!, batchSize);

    /// <summary>Points on a plane: y = 2 a - 3.4 b + 4.2 with a little noise.</summary>
    public static Samples Plane(int train = 1000, int val = 1000, double noise = 0.01, int batchSize = 32)
    {
        Tensor w = Tensor.From(2f, -3.4f).Reshape(2, 1);
        Tensor x = Tensor.RandN(train + val, 2), y = x.MatMul(w) + 4.2 + noise * Tensor.RandN(train + val, 1);
        return new(x.Slice(0, 0, train), y.Slice(0, 0, train), batchSize, x.Slice(0, train), y.Slice(0, train));
    }

    /// <summary>Small images of three classes: a bright row at a place that depends on the class.</summary>
    public static Samples Stripes(int count = 96, int size = 28, int batchSize = 16)
    {
        float[] pixels = new float[count * size * size];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % 3;
            for (int c = 0; c < size; c++) pixels[(i * size + 4 + 8 * (i % 3) + i % 2) * size + c] = 1;
        }
        Tensor x = Tensor.From(pixels, (count, 1, size, size)), y = Tensor.From(labels);
        return new(x, y, batchSize, x, y);
    }

    sealed class Loader(Tensor x, Tensor y, int size) : IDataLoader
    {
        public int BatchCount => (SampleCount + size - 1) / size;
        public int SampleCount => x.Shape[0];

        public IEnumerator<Batch> GetEnumerator()
        {
            for (int i = 0; i < SampleCount; i += size) yield return new(x.Slice(0, i, i + size), y.Slice(0, i, i + size));
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
