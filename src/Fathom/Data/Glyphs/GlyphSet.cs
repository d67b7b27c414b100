using Fathom.Devices.Cpu;

namespace Fathom.Data;

/// <summary>
/// Makes labelled pictures of digits from a seed: nothing to fetch, nothing stored. A picture is made when it is first asked for, so that training begins at once; its
/// label, the first thing drawn, is known before. Asked for by several threads at the same time, a picture is made by each, with the same bytes.
/// </summary>
sealed class GlyphSet : ImageSource
{
    /// <summary>Test glyphs come from the upper half of the streams of a seed, training glyphs from the lower.</summary>
    const ulong TestStreams = 1UL << 63;

    /// <summary>To be raised whenever the same seed begins to give other pictures.</summary>
    const int Version = 1;

    const int Size = GlyphWriter.Side * GlyphWriter.Side, PerJob = 8;      // 8 glyphs are some 200 microseconds of work

    [ThreadStatic] static GlyphWriter? writer;

    readonly long _seed;
    readonly ulong _firstStream;
    readonly bool[] _made;

    GlyphSet(int count, long seed, bool test) : base(new byte[checked(count * Size)]) => (_seed, _firstStream, _made) = (seed, test ? TestStreams : 0, new bool[count]);

    /// <summary>The first <paramref name="count"/> glyphs. Each is a function of seed, part and index alone: any count, on any number of threads, begins the same.</summary>
    public static LabeledImages Make(int count, long seed, bool test)
    {
        var set = new GlyphSet(count, seed, test);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) labels[i] = GlyphWriter.DigitOf(seed, set._firstStream + (ulong)i);
        return new LabeledImages(1, GlyphWriter.Side, GlyphWriter.Side, set, labels);
    }

    public override string Recipe => $"glyphs {Version}, seed {_seed}, from stream {_firstStream}, {_made.Length} images";

    public override unsafe void Fill(ReadOnlySpan<int> images)
    {
        int[] missing = Missing(images);
        var job = new Job(this, missing);
        Threads.For((missing.Length + PerJob - 1) / PerJob, ref job);
    }

    public override void FillAll() => Fill([.. Enumerable.Range(0, _made.Length)]);

    int[] Missing(ReadOnlySpan<int> images)
    {
        int count = 0;
        foreach (int i in images) if (!Volatile.Read(ref _made[i])) count++;
        if (count == 0) return [];
        List<int> missing = new(images.Length);
        foreach (int i in images) if (!Volatile.Read(ref _made[i])) missing.Add(i);
        return [.. missing];
    }

    void Write(int i)
    {
        (writer ??= new()).Write(_seed, _firstStream + (ulong)i, Pixels.AsSpan(i * Size, Size));
        Volatile.Write(ref _made[i], true);
    }

    readonly struct Job(GlyphSet set, int[] missing) : IJob
    {
        public void Run(int index)
        {
            for (int i = index * PerJob; i < Math.Min(missing.Length, (index + 1) * PerJob); i++) set.Write(missing[i]);
        }
    }
}
