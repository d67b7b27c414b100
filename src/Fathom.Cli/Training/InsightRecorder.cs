using System.Diagnostics;
using System.Text.Json;
using Fathom.Autograd;
using Fathom.Data;
using Fathom.Formats;
using Fathom.Nn;
using Fathom.Training;

namespace Fathom.Cli;

/// <summary>
/// Keeps in the run folder what the board shows beside curves: the layers (layers.json), and after each epoch histograms of weights and gradients, the confusion
/// matrix and some predictions (insight.json). Predictions are overheard while the trainer validates, so they cost no pass of their own.
/// </summary>
internal sealed class InsightRecorder(RunFolder folder, RunTask task) : TrainerCallback, IDisposable
{
    const int Buckets = 24, Samples = 24;

    /// <summary>Recording takes at most this share of the time: epochs that follow each other fast are not all recorded, but the last one is.</summary>
    const double MostTime = 0.005;

    readonly List<Tensor> _probabilities = [];
    IDisposable? _watch;
    EpochSummary? _pending;
    long _recorded;
    TimeSpan _cost;

    LabeledImages? Images => task.Images?.Test;

    public override void OnFitStart(Trainer trainer) => folder.WriteText(RunFolder.LayersName, Layers(LayerSummary.Of(trainer.Model, new Shape([1, .. task.Input]))));

    public override void OnValidationStart(Trainer trainer)
    {
        _probabilities.Clear();
        if (Images is null || trainer.Model is not Classifier classifier) return;
        _watch = ForwardWatch.Start((module, _, y) => { if (ReferenceEquals(module, classifier)) _probabilities.Add(classifier.Probabilities(y.Detach())); });
    }

    public override void OnValidationEnd(Trainer trainer) => Dispose();

    /// <summary>Stops overhearing.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        _watch = null;
    }

    public override void OnEpochEnd(Trainer trainer, EpochSummary summary)
    {
        if (!summary.IsComplete) return;
        _pending = summary;
        if (Stopwatch.GetElapsedTime(_recorded).TotalSeconds >= _cost.TotalSeconds / MostTime) Record(trainer, summary);
    }

    public override void OnFitEnd(Trainer trainer)
    {
        if (_pending is { } last && _probabilities.Count > 0) Record(trainer, last);
    }

    void Record(Trainer trainer, EpochSummary summary)
    {
        long begin = Stopwatch.GetTimestamp();
        _pending = null;
        using var _ = GradMode.NoGrad();
        folder.WriteText(RunFolder.InsightName, Json.Object(w =>
        {
            w.WriteNumber("epoch", summary.Epoch);
            w.WriteStartArray("parameters");
            foreach ((string name, Parameter p) in trainer.Model.NamedParameters())
            {
                w.WriteStartObject();
                w.WriteString("name", name);
                WriteHistogram(w, "weights", p.Detach());
                if (p.Grad is { } gradient) WriteHistogram(w, "gradients", gradient.Detach());
                w.WriteEndObject();
            }
            w.WriteEndArray();
            if (Images is { } images && _probabilities.Count > 0) WritePredictions(w, Tensor.Cat([.. _probabilities], 0), images);
        }));
        _probabilities.Clear();
        _recorded = Stopwatch.GetTimestamp();
        _cost = Stopwatch.GetElapsedTime(begin);
    }

    static void WriteHistogram(Utf8JsonWriter w, string name, Tensor values)
    {
        float[] v = values.To(DType.Float32).ToArray<float>();
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        int strange = 0;
        foreach (float x in v)
        {
            if (!float.IsFinite(x)) strange++;
            else (low, high) = (Math.Min(low, x), Math.Max(high, x));
        }
        w.WriteStartObject(name);
        w.WriteNumber("not_finite", strange);
        if (v.Length > strange)
        {
            int[] counts = new int[Buckets];
            float scale = high > low ? Buckets / (high - low) : 0;
            foreach (float x in v) if (float.IsFinite(x)) counts[Math.Min(Buckets - 1, (int)((x - low) * scale))]++;
            w.WriteNumber("low", low);
            w.WriteNumber("high", high);
            Json.WriteArray(w, "counts", counts);
        }
        w.WriteEndObject();
    }

    void WritePredictions(Utf8JsonWriter w, Tensor probabilities, LabeledImages images)
    {
        int classes = task.Classes.Count, count = Math.Min(probabilities.Shape[0], images.Count);
        float[] p = probabilities.To(DType.Float32).ToArray<float>();
        int[] taken = [.. Enumerable.Range(0, count).Select(i => p.AsSpan(i * classes, classes) is var row ? ArgMax(row) : 0)];
        int[] confusion = new int[classes * classes];
        for (int i = 0; i < count; i++) confusion[images.Labels[i] * classes + taken[i]]++;
        Json.WriteArray(w, "confusion", confusion);
        w.WriteStartArray("samples");
        int[] wrong = [.. Enumerable.Range(0, count).Where(i => taken[i] != images.Labels[i]).OrderByDescending(i => p[i * classes + taken[i]]).Take(Samples / 2)];
        foreach (int i in wrong.Concat(Enumerable.Range(0, count).Where(i => taken[i] == images.Labels[i]).Take(Samples - wrong.Length)))
        {
            w.WriteStartObject();
            w.WriteNumber("index", i);
            w.WriteNumber("truth", images.Labels[i]);
            w.WriteNumber("taken", taken[i]);
            Json.WriteMeasure(w, "probability", p[i * classes + taken[i]], 4);
            w.WriteString("png", Convert.ToBase64String(Png.Encode(Picture(images, i))));
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    static int ArgMax(ReadOnlySpan<float> row)
    {
        int best = 0;
        for (int c = 1; c < row.Length; c++) if (row[c] > row[best]) best = c;
        return best;
    }

    static Image Picture(LabeledImages images, int index)
    {
        ReadOnlySpan<byte> planes = images.Image(index);
        int size = images.Height * images.Width, channels = images.Channels == 3 ? 3 : 1;
        byte[] pixels = new byte[size * channels];
        for (int i = 0; i < size; i++) for (int c = 0; c < channels; c++) pixels[i * channels + c] = planes[c * size + i];
        return new(images.Width, images.Height, channels, pixels);
    }

    static string Layers(LayerSummary summary) => Json.Object(w =>
    {
        Json.WriteArray(w, "input", summary.Input.Skip(1));
        LayerJson.Write(w, summary);
    });
}
