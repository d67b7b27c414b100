using Fathom.Devices;
using Fathom.Tests.Ops;

namespace Fathom.Tests.Cpu;

/// <summary>The fused cross-entropy and its gradient against the formula in double, sample by sample: around each vector's width, few classes and many.</summary>
[Collection(nameof(Alone))]
public sealed class CrossEntropyRowsTests
{
    const long Ignored = 1;

    [Fact]
    public void Losses_and_gradients_at_every_width() => Oracle.AtEveryWidth(width =>
    {
        foreach (int classes in new[] { 2, 3, 10, 15, 16, 31, 32, 33, 70 })
            foreach (int rows in new[] { 0, 1, 2, 7, 15, 16, 17, 33, 520 }) Check(rows, classes, $"{width}");
    });

    [Fact]
    public void Not_a_number_stays_with_its_sample() => Oracle.AtEveryWidth(width =>
    {
        foreach (int classes in new[] { 4, 40 })
            foreach (float special in new[] { float.NaN, float.PositiveInfinity })
            {
                float[] scores = new float[20 * classes];
                scores[7 * classes + 2] = special;
                (float[] losses, float[] gradient) = Run(scores, new long[20], classes);
                for (int i = 0; i < 20; i++)
                {
                    Assert.True(float.IsNaN(losses[i]) == (i == 7), $"{width}, {classes} classes: the loss of sample {i} is {losses[i]}");
                    Assert.True(float.IsNaN(gradient[i * classes + 2]) == (i == 7), $"{width}, {classes} classes: the gradient of sample {i}");
                }
            }
    });

    static void Check(int rows, int classes, string what)
    {
        var random = new Random(rows * 100 + classes);
        float[] scores = [.. Enumerable.Range(0, rows * classes).Select(_ => (float)(random.NextDouble() * 40 - 20))];
        long[] target = [.. Enumerable.Range(0, rows).Select(_ => (long)random.Next(classes))];
        if (rows > 1) scores[classes + 1] = float.NegativeInfinity;
        (float[] losses, float[] gradient) = Run(scores, target, classes);
        for (int i = 0; i < rows; i++)
        {
            double[] x = [.. scores.Skip(i * classes).Take(classes).Select(v => (double)v)];
            double max = x.Max(), total = x.Sum(v => Math.Exp(v - max));
            double loss = target[i] == Ignored ? 0 : Math.Log(total) - (x[target[i]] - max);
            Assert.True(Math.Abs(losses[i] - loss) <= 1e-5 * Math.Max(1, Math.Abs(loss)), $"{what}, {rows} x {classes}: the loss of sample {i} is {losses[i]}, expected {loss}");
            for (int c = 0; c < classes; c++)
            {
                double g = target[i] == Ignored ? 0 : 0.5 * (Math.Exp(x[c] - max) / total - (c == target[i] ? 1 : 0));
                Assert.True(Math.Abs(gradient[i * classes + c] - g) <= 1e-6, $"{what}, {rows} x {classes}: the gradient of sample {i}, class {c} is {gradient[i * classes + c]}, expected {g}");
            }
        }
    }

    static (float[] Losses, float[] Gradient) Run(float[] scores, long[] target, int classes)
    {
        Tensor x = Tensor.From(scores, (target.Length, classes)), t = Tensor.From(target, target.Length), losses = Tensor.Zeros(target.Length), gx = Tensor.Zeros((target.Length, classes));
        Device.Cpu.CrossEntropy(x, t, Ignored, losses);
        Device.Cpu.CrossEntropyGrad(x, t, Ignored, Tensor.Scalar(0.5f), gx);
        return (losses.ToArray<float>(), gx.ToArray<float>());
    }
}
