namespace Fathom.Cli.Bench;

/// <summary>The matrix products and convolutions that a step of each workload consists of, each shape once.</summary>
internal static class KernelShapes
{
    /// <summary>Square products, which show what the kernels reach when nothing stands in their way.</summary>
    public static IReadOnlyList<GemmCase> Squares { get; } = [new(512, 512, 512), new(1024, 1024, 1024), new(2048, 2048, 2048)];

    /// <summary>The products of a workload's dense layers: forward, weight gradient, and input gradient where there is a layer before.</summary>
    public static IReadOnlyList<GemmCase> Products(string workload) => workload switch
    {
        "softmax-28-b256" => [.. Dense(256, 784, 10, isFirst: true)],
        "mlp-28-b256" => [.. Dense(256, 784, 256, isFirst: true), .. Dense(256, 256, 10)],
        "mlp-28-b1" => [.. Dense(1, 784, 256, isFirst: true), .. Dense(1, 256, 10)],
        "dense512-28-b128-rmsprop" => [.. Dense(128, 784, 512, isFirst: true), .. Dense(128, 512, 10)],
        "lenet-28-b128" => [.. Dense(128, 400, 120), .. Dense(128, 120, 84), .. Dense(128, 84, 10)],
        "resnet18-96-b32" or "resnext18-96-b32" => [.. Dense(32, 512, 10)],
        "vgg-slim-224-b16" => [.. Dense(16, 6272, 4096), .. Dense(16, 4096, 4096), .. Dense(16, 4096, 10)],
        _ => [],
    };

    /// <summary>The convolutions of a workload.</summary>
    public static IReadOnlyList<ConvCase> Convolutions(string workload) => workload switch
    {
        "lenet-28-b128" => [new(128, 1, 28, 6, 5, pad: 2), new(128, 6, 14, 16, 5)],
        "resnet18-96-b32" =>
        [
            Stem, new(32, 64, 24, 64, 3, pad: 1),
            new(32, 64, 24, 128, 3, 2, 1), new(32, 64, 24, 128, 1, 2), new(32, 128, 12, 128, 3, pad: 1),
            new(32, 128, 12, 256, 3, 2, 1), new(32, 128, 12, 256, 1, 2), new(32, 256, 6, 256, 3, pad: 1),
            new(32, 256, 6, 512, 3, 2, 1), new(32, 256, 6, 512, 1, 2), new(32, 512, 3, 512, 3, pad: 1),
        ],
        "resnext18-96-b32" =>
        [
            Stem, new(32, 64, 24, 64, 1), new(32, 64, 24, 64, 3, pad: 1, groups: 4),
            new(32, 64, 24, 128, 1), new(32, 128, 24, 128, 3, 2, 1, groups: 8), new(32, 64, 24, 128, 1, 2), new(32, 128, 12, 128, 1), new(32, 128, 12, 128, 3, pad: 1, groups: 8),
            new(32, 128, 12, 256, 1), new(32, 256, 12, 256, 3, 2, 1, groups: 16), new(32, 128, 12, 256, 1, 2), new(32, 256, 6, 256, 1), new(32, 256, 6, 256, 3, pad: 1, groups: 16),
            new(32, 256, 6, 512, 1), new(32, 512, 6, 512, 3, 2, 1, groups: 32), new(32, 256, 6, 512, 1, 2), new(32, 512, 3, 512, 1), new(32, 512, 3, 512, 3, pad: 1, groups: 32),
        ],
        "vgg-slim-224-b16" =>
        [
            new(16, 1, 224, 16, 3, pad: 1), new(16, 16, 112, 32, 3, pad: 1), new(16, 32, 56, 64, 3, pad: 1), new(16, 64, 56, 64, 3, pad: 1),
            new(16, 64, 28, 128, 3, pad: 1), new(16, 128, 28, 128, 3, pad: 1), new(16, 128, 14, 128, 3, pad: 1),
        ],
        _ => [],
    };

    static ConvCase Stem => new(32, 1, 96, 64, 7, 2, 3);

    /// <summary>y = x w^T, gw = gy^T x, gx = gy w, where w is (outputs, inputs).</summary>
    static IEnumerable<GemmCase> Dense(int batch, int inputs, int outputs, bool isFirst = false)
    {
        yield return new(batch, outputs, inputs, TransposedB: true);
        yield return new(outputs, inputs, batch, TransposedA: true);
        if (!isFirst) yield return new(batch, inputs, outputs);
    }
}
