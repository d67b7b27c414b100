namespace Fathom.Data;

/// <summary>Numbered samples that can be had in any selection. Read by several threads at once, so it must not change while a loader walks it.</summary>
public interface IDataset
{
    /// <summary>How many samples there are.</summary>
    int Count { get; }

    /// <summary>Some samples, stacked along a new first axis in the order asked for.</summary>
    /// <param name="rows">The numbers of the samples, 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sample of such a number.</exception>
    Batch Gather(ReadOnlySpan<int> rows);
}

/// <summary>Parts of data sets.</summary>
public static class Datasets
{
    /// <summary>The first samples; the data set itself if it has no more than <paramref name="count"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IDataset Take(this IDataset dataset, int count)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= dataset.Count ? dataset : new Subset(dataset, [.. Enumerable.Range(0, count)]);
    }

    /// <summary>All samples as one batch: <c>var (x, y) = data.Train.All();</c></summary>
    public static Batch All(this IDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.Gather([.. Enumerable.Range(0, dataset.Count)]);
    }

    /// <summary>Splits at random into parts of the given sizes.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="seed">The same seed gives the same parts.</param>
    /// <param name="sizes">The size of each part; together no more than all samples.</param>
    /// <exception cref="ArgumentException">The sizes are negative, or more than there are samples.</exception>
    public static IDataset[] SplitAtRandom(this IDataset dataset, long seed, params ReadOnlySpan<int> sizes)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        long total = 0;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ArgumentException($"A part cannot have {size} samples.", nameof(sizes));
            total += size;
        }
        if (total > dataset.Count) throw new ArgumentException($"Parts of {string.Join(" + ", sizes.ToArray())} samples were asked for, but there are {dataset.Count}.", nameof(sizes));
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        new RandomStream(seed).Fork("split").Shuffle<int>(order);
        var parts = new IDataset[sizes.Length];
        for (int i = 0, at = 0; i < parts.Length; at += sizes[i++]) parts[i] = new Subset(dataset, order[at..(at + sizes[i])]);
        return parts;
    }

    sealed class Subset(IDataset all, int[] numbers) : IDataset
    {
        public int Count => numbers.Length;

        public Batch Gather(ReadOnlySpan<int> rows)
        {
            int[] mapped = new int[rows.Length];
            for (int i = 0; i < mapped.Length; i++)
                mapped[i] = (uint)rows[i] < (uint)numbers.Length ? numbers[rows[i]] : throw new ArgumentOutOfRangeException(nameof(rows), $"There is no sample {rows[i]}; there are {Count}.");
            return all.Gather(mapped);
        }
    }
}
