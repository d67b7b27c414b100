using System.Text.Json;
using Fathom.Nn;
using Fathom.Training;

namespace Fathom.Models.Tests;

/// <summary>Networks under torchvision's names, and what is known of them from there (tests/golden/models.py).</summary>
static class Published
{
    static readonly Dictionary<string, JsonElement> Cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "models.json")))
        .RootElement.EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!);

    static readonly Dictionary<string, Func<int, Classifier>> Makers = new()
    {
        ["alexnet"] = classes => new AlexNet(classes),
        ["vgg11"] = classes => new Vgg11(classes),
        ["vgg13"] = classes => new Vgg13(classes),
        ["vgg16"] = classes => new Vgg16(classes),
        ["vgg19"] = classes => new Vgg19(classes),
        ["vgg11_bn"] = classes => new Vgg11(classes, batchNorm: true),
        ["vgg13_bn"] = classes => new Vgg13(classes, batchNorm: true),
        ["vgg16_bn"] = classes => new Vgg16(classes, batchNorm: true),
        ["vgg19_bn"] = classes => new Vgg19(classes, batchNorm: true),
        ["googlenet"] = classes => new GoogLeNet(classes, auxiliary: true),
        ["resnet18"] = classes => new ResNet18(classes),
        ["resnet34"] = classes => new ResNet34(classes),
        ["resnet50"] = classes => new ResNet50(classes),
        ["resnet101"] = classes => new ResNet101(classes),
        ["resnet152"] = classes => new ResNet152(classes),
        ["resnext50_32x4d"] = classes => new ResNeXt50(classes),
        ["resnext101_32x8d"] = classes => new ResNeXt101(classes),
        ["densenet121"] = classes => new DenseNet121(classes),
        ["densenet169"] = classes => new DenseNet169(classes),
        ["densenet201"] = classes => new DenseNet201(classes),
    };

    public static TheoryData<string> WithState => [.. Cases.Values.Where(c => c.TryGetProperty("state", out _)).Select(c => c.GetProperty("name").GetString()!)];

    public static TheoryData<string> WithOutput => [.. Cases.Values.Where(c => c.TryGetProperty("output", out _)).Select(c => c.GetProperty("network").GetString()!)];

    public static TheoryData<string, long> Counts
    {
        get
        {
            TheoryData<string, long> counts = [];
            foreach (JsonElement c in Cases.Values)
                if (c.TryGetProperty("count", out JsonElement count)) counts.Add(c.GetProperty("network").GetString()!, count.GetInt64());
            return counts;
        }
    }

    public static Classifier Make(string name, int classes = 1000) => Makers[name](classes);

    public static long Parameters(string name) => Cases[name].GetProperty("parameters").GetInt64();

    public static double[] Output(string name) => [.. Cases[$"{name} output"].GetProperty("output").EnumerateArray().Select(n => n.GetDouble())];

    public static Shape Image(string name) => new([.. Cases[$"{name} output"].GetProperty("image").EnumerateArray().Select(n => n.GetInt32())]);

    /// <summary>"layer1.0.conv1.weight (64, 64, 3, 3)", ...</summary>
    public static IEnumerable<string> Keys(string name) => Flatten("", Cases[name].GetProperty("state"));

    static IEnumerable<string> Flatten(string path, JsonElement node) => node.ValueKind == JsonValueKind.Array
        ? [$"{path} {new Shape([.. node.EnumerateArray().Select(n => n.GetInt32())])}"]
        : node.EnumerateObject().SelectMany(p => Flatten(path.Length == 0 ? p.Name : $"{path}.{p.Name}", p.Value));

    /// <summary>Keys and shapes of our network, by shapes alone.</summary>
    public static IEnumerable<string> Keys(Module model) =>
        model.NamedParameters().Select(p => $"{p.Name} {p.Parameter.Shape}").Concat(model.NamedBuffers().Select(b => $"{b.Name} {b.Buffer.Shape}"));

    /// <summary>The values that models.py gives a tensor of a state dictionary.</summary>
    public static Tensor Fill(string name, Shape shape)
    {
        double[] values = Noise(name, (int)shape.Count);
        for (int i = 0; i < values.Length; i++)
            values[i] = shape.Rank > 1 ? values[i] * 2 * Math.Sqrt(3 / (shape.Count / (double)shape[0]))
                : name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal) ? 1 + 0.5 * values[i] : 0.2 * values[i];
        return Tensor.From(values, shape).To(DType.Float32);
    }

    /// <summary>Numbers in [-0.5, 0.5), from the name's checksum and the place.</summary>
    public static double[] Noise(string name, int count)
    {
        double[] values = new double[count];
        long start = Checksum(name) % 65521;
        for (long i = 0; i < count; i++)
        {
            long mixed = (i * 40503 + start * 977) % 65521;
            values[i] = (mixed * mixed + 31 * mixed) % 65521 / 65536.0 - 0.5;
        }
        return values;
    }

    /// <summary>CRC-32 as zlib has it, bit by bit.</summary>
    static uint Checksum(string text)
    {
        uint crc = ~0u;
        foreach (byte b in System.Text.Encoding.UTF8.GetBytes(text))
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
        }
        return ~crc;
    }
}
