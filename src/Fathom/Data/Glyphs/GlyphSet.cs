namespace Fathom.Data;

/// <summary>Makes labelled pictures of digits from a seed: nothing to fetch, nothing stored.</summary>
static class GlyphSet
{
    /// <summary>Test glyphs come from the upper half of the streams of a seed, training glyphs from the lower.</summary>
    const ulong TestStreams = 1UL << 63;

    /// <summary>Makes the first <paramref name="count"/> glyphs. Each is a function of seed, part and index alone: any count, on any number of threads, begins the same.</summary>
    public static LabeledImages Make(int count, long seed, bool test)
    {
        const int size = GlyphWriter.Side * GlyphWriter.Side, batch = 256;
        byte[] pixels = new byte[checked(count * size)], labels = new byte[count];
        Parallel.For(0, (count + batch - 1) / batch, () => new GlyphWriter(), (job, _, writer) =>
        {
            for (int i = job * batch; i < Math.Min(count, (job + 1) * batch); i++)
                labels[i] = writer.Write(seed, (test ? TestStreams : 0) + (ulong)i, pixels.AsSpan(i * size, size));
            return writer;
        }, _ => { });
        return new LabeledImages(1, GlyphWriter.Side, GlyphWriter.Side, pixels, labels);
    }
}
