using System.Text.Json;
using Fathom.Nn;

namespace Fathom.Training.Tests;

public class MetricTests
{
    static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "metrics.json"))).RootElement;

    static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];

    static Tensor Scores(JsonElement c) => Tensor.From(c.GetProperty("scores").EnumerateArray().Select(Doubles).ToArray());

    static Tensor Target(JsonElement c) => Tensor.From(c.GetProperty("target").EnumerateArray().Select(v => v.GetInt64()).ToArray());

    /// <summary>Feeds a metric in batches of uneven sizes: the figure is that of all samples together.</summary>
    static Metric Fed(Metric metric, Tensor x, Tensor y)
    {
        metric.Update(x.Slice(0, 0, 1), y.Slice(0, 0, 1));
        metric.Reset();
        for (int from = 0, size = 1; from < x.Shape[0]; from += size++)
            metric.Update(x.Slice(0, from, Math.Min(from + size, x.Shape[0])), y.Slice(0, from, Math.Min(from + size, x.Shape[0])));
        return metric;
    }

    [Fact]
    public void Classification_figures_are_those_of_the_definitions()
    {
        foreach (JsonElement c in Golden.GetProperty("cases").EnumerateArray())
        {
            JsonElement figures = c.GetProperty("figures");
            foreach ((string name, Metric metric) in new (string, Metric)[]
            {
                ("accuracy", new Accuracy()), ("top_2_accuracy", new TopKAccuracy(2)), ("top_3_accuracy", new TopKAccuracy(3)),
                ("precision_macro", new Precision()), ("precision_micro", new Precision(Averaging.Micro)), ("precision_weighted", new Precision(Averaging.Weighted)),
                ("recall_macro", new Recall()), ("recall_micro", new Recall(Averaging.Micro)), ("recall_weighted", new Recall(Averaging.Weighted)),
                ("f1_macro", new F1()), ("f1_micro", new F1(Averaging.Micro)), ("f1_weighted", new F1(Averaging.Weighted)), ("accuracy", new ConfusionMatrix()),
            })
            {
                Assert.Equal(figures.GetProperty(name).GetDouble(), Fed(metric, Scores(c), Target(c)).Value, 1e-12);
                if (metric is PerClassMetric each && name.EndsWith("macro", StringComparison.Ordinal))
                    foreach ((double expected, double value) in Doubles(figures.GetProperty(metric.Name + "_per_class")).Zip(each.PerClass)) Assert.Equal(expected, value, 1e-12);
            }
        }
    }

    [Fact]
    public void Regression_figures_are_those_of_the_definitions()
    {
        JsonElement c = Golden.GetProperty("regression");
        Tensor p = Tensor.From(Doubles(c.GetProperty("prediction"))), t = Tensor.From(Doubles(c.GetProperty("target")));
        foreach (string name in new[] { "mean_absolute_error", "mean_squared_error", "root_mean_squared_error" })
        {
            Assert.Equal(c.GetProperty(name).GetDouble(), Fed(Metric.Of(name), p, t).Value, 1e-12);
            Assert.Equal(c.GetProperty(name).GetDouble(), Fed(Metric.Of(name), p.Unsqueeze(1), t).Value, 1e-12);
        }
        Assert.Throws<ShapeException>(() => new MeanSquaredError().Update(Tensor.Ones(2, 2), Tensor.Ones(4)));
    }

    [Fact]
    public void Two_classes_by_hand()
    {
        // three hits and one miss among four positives, one false alarm among two negatives
        Tensor probability = Tensor.From(0.9f, 0.8f, 0.5001f, 0.4f, 0.7f, 0.1f), target = Tensor.From(1f, 1, 1, 1, 0, 0);
        Assert.Equal(4 / 6.0, Fed(new Accuracy(), probability, target).Value, 12);
        Assert.Equal(3 / 4.0, Fed(new Precision(Averaging.Positive), probability, target).Value, 12);
        Assert.Equal(3 / 4.0, Fed(new Recall(Averaging.Positive), probability.Unsqueeze(1), target.Unsqueeze(1)).Value, 12);
        Assert.Equal(3 / 4.0, Fed(new F1(Averaging.Positive), probability.Unsqueeze(1), target).Value, 12);
        ConfusionMatrix matrix = (ConfusionMatrix)Fed(new ConfusionMatrix(), probability, target);
        Assert.Equal(new long[,] { { 1, 1 }, { 1, 3 } }, matrix.Counts.ToArray2D<long>());
        Assert.Equal(3 / 6.0, Fed(new Accuracy(threshold: 0.85), probability, target).Value, 12);
        Assert.Throws<InvalidOperationException>(() => Fed(new Precision(Averaging.Positive), Tensor.Rand(4, 3), Tensor.From(0L, 1, 2, 0)).Value);
    }

    [Fact]
    public void Predictions_and_targets_come_in_several_forms()
    {
        Tensor scores = Tensor.From(new[,] { { 0.1f, 0.9f, 0 }, { 2, 1, 3 }, { 5, 4, 1 } });
        foreach (Tensor target in new[] { Tensor.From(1L, 0, 0), Tensor.From(1L, 0, 0).Unsqueeze(1), Tensor.From(new[,] { { 0f, 1, 0 }, { 1, 0, 0 }, { 1, 0, 0 } }), Tensor.From((byte)1, (byte)0, (byte)0) })
            Assert.Equal(2 / 3.0, Fed(new Accuracy(), scores, target).Value, 12);
        Assert.Equal(2 / 3.0, Fed(new Accuracy(), Tensor.From(1L, 2, 0), Tensor.From(1L, 0, 0)).Value, 12);
        Assert.Equal(0.75, Fed(new Accuracy(), Tensor.From(new[, ,] { { { 1f, 0 }, { 0, 1 } }, { { 1, 1 }, { 0, 0 } } }), Tensor.From(new[,] { { 0L, 1 }, { 1, 0 } })).Value, 12);
        Assert.Contains("(3, 3)", Assert.Throws<ShapeException>(() => new Accuracy().Update(scores, Tensor.From(1L, 2))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Accuracy().Update(scores, Tensor.From(1L, -1, 0)));
        Assert.True(double.IsNaN(new Accuracy().Value) && double.IsNaN(new F1().Value) && double.IsNaN(new MeanSquaredError().Value));
    }

    [Fact]
    public void Metrics_have_names()
    {
        foreach (string name in new[] { "accuracy", "top_5_accuracy", "precision", "recall", "f1", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error" })
            Assert.Equal(name, Metric.Of(name).Name);
        Assert.Contains("recall", Assert.Throws<ArgumentException>(() => Metric.Of("auc")).Message);
    }

    [Fact]
    public void A_classifier_reports_its_metrics_over_all_validation_samples()
    {
        Tensor.Seed(3);
        F1 f1 = new();
        Fathom.Models.SoftmaxRegression model = new(3, 0.1) { Metrics = [f1, new TopKAccuracy(2)] };
        Trainer trainer = new() { MaxEpochs = 2 };
        Samples data = Samples.Stripes(count: 40, batchSize: 16);
        trainer.Fit(model, data);
        var (x, y) = (data.GetDataLoader(false)!.Select(b => b.Input), data.GetDataLoader(false)!.Select(b => b.Target));
        F1 whole = new();
        whole.Update(model.Call(Tensor.Cat([.. x])), Tensor.Cat([.. y]));
        Assert.Equal(whole.Value, trainer.History[1]["val_f1"], 12);
        Assert.Equal(40, f1.Samples);
        Assert.InRange(trainer.History[1]["val_top_2_accuracy"], trainer.History[1]["val_accuracy"], 1);
        Assert.DoesNotContain("train_f1", trainer.History[1].Metrics.Keys);
    }
}
