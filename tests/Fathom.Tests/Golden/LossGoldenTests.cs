using Fathom.Nn;
using static Fathom.Nn.Functional;

namespace Fathom.Tests.Golden;

/// <summary>Every loss against PyTorch or its formula: values and gradients for each reduction, extreme logits included.</summary>
public class LossGoldenTests
{
    public static TheoryData<string> Names => GoldenFile.Losses.Names();

    [Theory, MemberData(nameof(Names))]
    public void Float64(string name) => Run(GoldenFile.Losses[name], DType.Float64, 1e-10);

    [Theory, MemberData(nameof(Names))]
    public void Float32(string name) => Run(GoldenFile.Losses[name], DType.Float32, 2e-5);

    static void Run(GoldenCase c, DType dtype, double tolerance)
    {
        GoldenCase reductions = c.Object("reductions");
        foreach (string key in reductions.Keys)
        {
            GoldenCase expected = reductions.Object(key);
            Dictionary<string, Tensor> t = c.NamedTensors("inputs").ToTensors(dtype);
            Dictionary<string, GoldenTensor> gradients = expected.NamedTensors("gradients");
            foreach (string wanted in gradients.Keys) t[wanted].RequiresGrad = true;
            Tensor y = Loss(c.Text("loss"), t, c.Object("args"), key);
            GoldenTensors.Match(expected.Tensor("value"), y, tolerance, $"{key}");
            y.Backward(expected.Tensor("gy").ToTensor(dtype));
            foreach ((string wanted, GoldenTensor g) in gradients) GoldenTensors.Match(g, t[wanted].Grad, tolerance, $"{key}: gradient of {wanted}");
        }
    }

    static Tensor Loss(string loss, Dictionary<string, Tensor> t, GoldenCase a, string reductionName)
    {
        Tensor x = t["input"], y = t["target"];
        if (reductionName == "batchmean") return Loss(loss, t, a, "sum") / x.Shape[0];
        Reduction r = Enum.Parse<Reduction>(reductionName, ignoreCase: true);
        Tensor? weight = t.GetValueOrDefault("weight");
        int ignored = a.Integer("ignore_index", DefaultIgnoreIndex);
        return loss switch
        {
            "mse" => MeanSquaredError(x, y, r),
            "rmse" => RootMeanSquaredError(x, y, r),
            "l1" => AbsoluteError(x, y, r),
            "huber" => Huber(x, y, a.Number("delta", 1), r),
            "bce" => BinaryCrossEntropy(x, y, weight, r),
            "bce_with_logits" => BinaryCrossEntropyWithLogits(x, y, weight, t.GetValueOrDefault("pos_weight"), r),
            "hinge" => Hinge(x, y, a.Number("margin", 1), r),
            "binary_focal" => BinaryFocal(x, y, a.Number("gamma", 2), a.Has("alpha") ? a.Number("alpha", 0) : null, r),
            "cross_entropy" => CrossEntropy(x, y, weight, ignored, a.Number("label_smoothing", 0), r),
            "nll" => NegativeLogLikelihood(x, y, weight, ignored, r),
            "kl_div" => KullbackLeibler(x, y, a.Flag("log_target"), r),
            "focal" => Focal(x, y, a.Number("gamma", 2), weight, r),
            _ => throw new NotSupportedException($"No loss for '{loss}'."),
        };
    }
}
