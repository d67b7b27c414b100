using Fathom.Data;

namespace Fathom.Tests.Data;

public class GlyphTests
{
    [Fact]
    public void Every_glyph_is_a_function_of_seed_part_and_index_alone()
    {
        LabeledImages many = GlyphSet.Make(1000, seed: 5, test: false), few = GlyphSet.Make(300, seed: 5, test: false);
        Assert.Equal(many.Take(300).Pixels, few.Pixels);
        Assert.Equal(many.Take(300).Labels, few.Labels);

        byte[] alone = new byte[28 * 28];
        var writer = new GlyphWriter();
        for (int i = 999; i >= 0; i -= 111)         // one writer, backwards
        {
            Assert.Equal(many.Labels[i], writer.Write(5, (ulong)i, alone));
            Assert.Equal(many.Image(i), alone);
        }
    }

    /// <summary>Pictures are made when they are asked for: by several threads at once, in any order, one at a time or all.</summary>
    [Fact]
    public void However_glyphs_are_asked_for_they_are_the_same()
    {
        byte[] all = GlyphSet.Make(400, seed: 6, test: true).Pixels;
        LabeledImages batches = GlyphSet.Make(400, seed: 6, test: true);
        Parallel.For(0, 40, i =>
        {
            int[] rows = [.. Enumerable.Range(0, 30).Select(k => (i * 37 + k * 11) % 400)];
            float[] input = batches.Gather(rows).Input.ToArray<float>();
            for (int k = 0; k < rows.Length; k++)
                for (int p = 0; p < 784; p++)
                    if (input[k * 784 + p] != all[rows[k] * 784 + p] / 255f) Assert.Fail($"pixel {p} of glyph {rows[k]}");
        });
        Assert.Equal(all.AsSpan(399 * 784), batches.Image(399));
        Assert.Equal(all, batches.Pixels);
    }

    /// <summary>The recipe stands for the pixels where runs are compared: if these change, GlyphSet.Version has to be raised.</summary>
    [Fact]
    public void A_recipe_keeps_its_meaning()
    {
        LabeledImages glyphs = GlyphSet.Make(100, seed: 0, test: false);
        Assert.Equal("glyphs 1, seed 0, from stream 0, 100 images", glyphs.Recipe);
        Assert.Equal("c73e477466ed8814", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(glyphs.Pixels))[..16]);
        Assert.Null(glyphs.Take(50).Recipe);
    }

    [Fact]
    public void Seeds_and_parts_differ()
    {
        LabeledImages a = GlyphSet.Make(50, seed: 1, test: false);
        Assert.NotEqual(a.Pixels, GlyphSet.Make(50, seed: 2, test: false).Pixels);
        Assert.NotEqual(a.Pixels, GlyphSet.Make(50, seed: 1, test: true).Pixels);
    }

    [Fact]
    public void Classes_come_equally_often()
    {
        byte[] labels = GlyphSet.Make(10_000, seed: 0, test: true).Labels;
        Assert.All(labels.CountBy(l => l), c => Assert.InRange(c.Value, 850, 1150));
        Assert.Equal(10, labels.Distinct().Count());
    }

    [Fact]
    public void Every_glyph_shows_ink_on_paper()
    {
        LabeledImages glyphs = GlyphSet.Make(2000, seed: 3, test: false);
        for (int i = 0; i < glyphs.Count; i++)
        {
            int ink = glyphs.Image(i).ToArray().Count(p => p > 100);
            Assert.InRange(ink, 10, 300);
        }
    }

    /// <summary>Nearest of the ten mean images: far above chance, far from solved, so that better models have room.</summary>
    [Fact]
    public void Mean_images_tell_the_classes_apart_but_not_well()
    {
        LabeledImages train = GlyphSet.Make(4000, seed: 0, test: false), test = GlyphSet.Make(1000, seed: 0, test: true);
        Dictionary<byte, int> count = train.Labels.CountBy(l => l).ToDictionary();
        double[][] means = [.. Enumerable.Range(0, 10).Select(_ => new double[784])];
        foreach ((byte label, int i) in train.Labels.Select((l, i) => (l, i)))
            for (int p = 0; p < 784; p++) means[label][p] += train.Image(i)[p] / (double)count[label];
        int right = 0;
        for (int i = 0; i < test.Count; i++)
        {
            byte[] image = test.Image(i).ToArray();
            int nearest = Enumerable.Range(0, 10).MinBy(d => image.Select((v, p) => (v - means[d][p]) * (v - means[d][p])).Sum());
            if (nearest == test.Labels[i]) right++;
        }
        Assert.InRange(right, 450, 850);
    }
}
