using Fathom.Nn;

namespace Fathom.Tests.Golden;

/// <summary>Every layer against PyTorch: outputs, gradients of input and parameters, and running statistics.</summary>
public class LayerGoldenTests
{
    public static TheoryData<string> Names => GoldenFile.Layers.Names();

    [Theory, MemberData(nameof(Names))]
    public void Float64(string name) => Run(GoldenFile.Layers[name], DType.Float64, 1e-10, lazy: false);

    [Theory, MemberData(nameof(Names))]
    public void Float32_and_lazy(string name) => Run(GoldenFile.Layers[name], DType.Float32, 2e-5, lazy: true);

    static void Run(GoldenCase c, DType dtype, double tolerance, bool lazy)
    {
        Module layer = Make(c.Text("layer"), c.Object("args"), lazy).To(dtype);
        layer.LoadStateDict(c.NamedTensors("parameters").ToTensors(dtype), strict: false);
        int i = 0;
        foreach (GoldenCase step in c.Objects("steps")) Step(layer, step, dtype, tolerance, $"step {i++}");
    }

    static void Step(Module layer, GoldenCase step, DType dtype, double tolerance, string at)
    {
        layer.Train(step.Flag("training"));
        layer.ZeroGrad();
        Tensor x = step.Tensor("x").ToTensor(dtype);
        if (step.Has("gx")) x.RequiresGrad = true;
        Tensor y = layer.Call(x);
        Assert.Equal(dtype, y.DType);
        GoldenTensors.Match(step.Tensor("y"), y, tolerance, $"{at}: y");
        foreach ((string key, GoldenTensor value) in step.NamedTensors("buffers")) GoldenTensors.Match(value, layer.StateDict()[key], tolerance, $"{at}: {key}");
        if (!step.Has("gy")) return;
        y.Backward(step.Tensor("gy").ToTensor(dtype));
        if (step.Has("gx")) GoldenTensors.Match(step.Tensor("gx"), x.Grad, tolerance, $"{at}: gx");
        Dictionary<string, Parameter> parameters = layer.NamedParameters().ToDictionary(p => p.Name, p => p.Parameter);
        Dictionary<string, GoldenTensor> gradients = step.NamedTensors("gradients");
        Assert.Equal(gradients.Keys.Order(), parameters.Keys.Order());
        foreach ((string key, GoldenTensor value) in gradients) GoldenTensors.Match(value, parameters[key].Grad, tolerance, $"{at}: gradient of {key}");
    }

    static Module Make(string layer, GoldenCase a, bool lazy) => layer switch
    {
        "Linear" => new Linear(a.Integer("out_features", 0), lazy ? null : a.Integer("in_features", 0), a.Flag("bias", true)),
        "Conv1d" => new Conv1d(a.Integer("out_channels", 0), a.Integer("kernel_size", 0), a.Integer("stride", 1), PaddingOf(a), a.Integer("dilation", 1), a.Integer("groups", 1), a.Flag("bias", true), Inputs(a, lazy)),
        "Conv2d" => new Conv2d(a.Integer("out_channels", 0), HwOf(a, "kernel_size", 0), HwOf(a, "stride", 1), PaddingOf(a), HwOf(a, "dilation", 1), a.Integer("groups", 1), a.Flag("bias", true), Inputs(a, lazy)),
        "ConvTranspose1d" => new ConvTranspose1d(a.Integer("out_channels", 0), a.Integer("kernel_size", 0), a.Integer("stride", 1), a.Integer("padding", 0), a.Integer("output_padding", 0), inputs: Inputs(a, lazy)),
        "ConvTranspose2d" => new ConvTranspose2d(a.Integer("out_channels", 0), HwOf(a, "kernel_size", 0), HwOf(a, "stride", 1), HwOf(a, "padding", 0), HwOf(a, "output_padding", 0), HwOf(a, "dilation", 1), a.Integer("groups", 1), a.Flag("bias", true), Inputs(a, lazy)),
        "MaxPool1d" => new MaxPool1d(a.Integer("kernel_size", 0), a.Integer("stride", a.Integer("kernel_size", 0)), a.Integer("padding", 0), a.Flag("ceil_mode")),
        "MaxPool2d" => new MaxPool2d(HwOf(a, "kernel_size", 0), StrideOf(a), HwOf(a, "padding", 0), a.Flag("ceil_mode")),
        "AvgPool1d" => new AvgPool1d(a.Integer("kernel_size", 0), a.Integer("stride", a.Integer("kernel_size", 0)), a.Integer("padding", 0), a.Flag("ceil_mode"), a.Flag("count_include_pad", true)),
        "AvgPool2d" => new AvgPool2d(HwOf(a, "kernel_size", 0), StrideOf(a), HwOf(a, "padding", 0), a.Flag("ceil_mode"), a.Flag("count_include_pad", true)),
        "AdaptiveAvgPool1d" => new AdaptiveAvgPool1d(a.Integer("output_size", 0)),
        "AdaptiveAvgPool2d" => new AdaptiveAvgPool2d(HwOf(a, "output_size", 0)),
        "BatchNorm1d" => new BatchNorm1d(lazy ? null : a.Integer("num_features", 0), a.Number("eps", 1e-5), Momentum(a), a.Flag("affine", true), a.Flag("track_running_stats", true)),
        "BatchNorm2d" => new BatchNorm2d(lazy ? null : a.Integer("num_features", 0), a.Number("eps", 1e-5), Momentum(a), a.Flag("affine", true), a.Flag("track_running_stats", true)),
        "LayerNorm" => new LayerNorm(lazy && a.Integers("normalized_shape").Length == 1 ? null : (Shape?)new Shape(a.Integers("normalized_shape")), a.Number("eps", 1e-5), a.Flag("elementwise_affine", true)),
        "GroupNorm" => new GroupNorm(a.Integer("num_groups", 0), lazy ? null : a.Integer("num_channels", 0), affine: a.Flag("affine", true)),
        "Dropout" => new Dropout(a.Number("p", 0)),
        "Flatten" => new Flatten(a.Integer("start_dim", 1), a.Integer("end_dim", -1)),
        "Embedding" => new Embedding(a.Integer("num_embeddings", 0), a.Integer("embedding_dim", 0), a.Has("padding_idx") ? a.Integer("padding_idx", 0) : null),
        "ReLU" => new ReLU(),
        "LeakyReLU" => new LeakyReLU(a.Number("negative_slope", 0.01)),
        "PReLU" => new PReLU(a.Integer("num_parameters", 1)),
        "ELU" => new ELU(a.Number("alpha", 1)),
        "GELU" => new GELU(a.Has("approximate")),
        "SiLU" => new SiLU(),
        "Sigmoid" => new Sigmoid(),
        "Tanh" => new Tanh(),
        "Softplus" => new Softplus(a.Number("beta", 1), a.Number("threshold", 20)),
        "Softmax" => new Softmax(a.Integer("dim", -1)),
        "LogSoftmax" => new LogSoftmax(a.Integer("dim", -1)),
        _ => throw new NotSupportedException($"No layer for '{layer}'."),
    };

    static int? Inputs(GoldenCase a, bool lazy) => lazy ? null : a.Integer("in_channels", 0);
    static double? Momentum(GoldenCase a) => a.Keys.Contains("momentum") && !a.Has("momentum") ? null : a.Number("momentum", 0.1);
    static Hw? StrideOf(GoldenCase a) => a.Has("stride") ? HwOf(a, "stride", 0) : null;
    static Padding PaddingOf(GoldenCase a) => a.Has("padding") && a.Json.GetProperty("padding").ValueKind == System.Text.Json.JsonValueKind.String ? Padding.Same : HwOf(a, "padding", 0);

    static Hw HwOf(GoldenCase a, string key, int otherwise)
    {
        if (!a.Has(key)) return otherwise;
        int[] v = a.Integers(key);
        return (v[0], v[^1]);
    }
}
