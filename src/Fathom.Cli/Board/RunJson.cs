using System.Globalization;
using System.Text.Json;
using Fathom.Training;
using Fathom.Training.Plotting;

namespace Fathom.Cli.Board;

/// <summary>How far a page knows a run: what it was read as, and how many points, epochs and which insight of that.</summary>
internal readonly record struct RunMark(int Version, int Points, int Epochs, long Insight)
{
    public static RunMark Of(RunRecord run, RunReader reader) => new(reader.Version, run.TrainingCurve.Count, run.Epochs.Count, reader.Insight);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version:x}-{Points}-{Epochs}-{Insight:x}");

    /// <summary>The mark that a text is; that of knowing nothing where it is none.</summary>
    public static RunMark Parse(string? text)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        return text?.Split('-') is [var v, var p, var e, var i] && int.TryParse(v, NumberStyles.HexNumber, c, out int version) && int.TryParse(p, NumberStyles.None, c, out int points)
            && int.TryParse(e, NumberStyles.None, c, out int epochs) && long.TryParse(i, NumberStyles.HexNumber, c, out long insight) ? new(version, points, epochs, insight) : default;
    }
}

/// <summary>A run as the page is told of it.</summary>
internal static class RunJson
{
    /// <summary>What the list says of a run.</summary>
    public static void WriteHead(Utf8JsonWriter w, RunRecord run, RunReader reader)
    {
        w.WriteString("name", run.Name);
        w.WriteString("mark", RunMark.Of(run, reader).ToString());
        w.WriteString("status", run.Status);
        w.WriteString("model", run.Config.Settings.Model);
        w.WriteString("data", run.Config.Data);
        w.WriteString("started", run.Config.Started);
        w.WriteNumber("epochs", run.Config.Settings.Epochs);
        w.WriteNumber("done", run.Epochs.Count);
        w.WriteNumber("points", run.TrainingCurve.Count);
        w.WriteString("monitor", run.Monitor);
        Json.WriteMeasure(w, "best", run.Best.Value);
        w.WriteNumber("best_epoch", run.Best.Epoch);
        Json.WriteMeasure(w, "seconds", run.Seconds, 3);
    }

    /// <summary>All that the page does not know yet. "from" says behind which points and epochs what is told belongs; configuration, layers and insight are there only where they are new.</summary>
    public static string Of(RunRecord run, RunReader reader, RunMark known)
    {
        RunMark now = RunMark.Of(run, reader);
        bool whole = known.Version != now.Version || known.Points > now.Points || known.Epochs > now.Epochs;
        if (whole) known = default;
        return Json.Object(w =>
        {
            WriteHead(w, run, reader);
            w.WriteStartObject("from");
            w.WriteNumber("points", known.Points);
            w.WriteNumber("epochs", known.Epochs);
            w.WriteEndObject();
            WriteCurve(w, run.TrainingCurve.Skip(known.Points));
            WriteEpochs(w, run.Epochs.Skip(known.Epochs));
            if (whole)
            {
                w.WritePropertyName("config");
                w.WriteRawValue(run.Config.ToJson());
                WriteFile(w, "layers", run, RunFolder.LayersName);
            }
            if (whole || known.Insight != now.Insight) WriteFile(w, "insight", run, RunFolder.InsightName);
        });
    }

    static void WriteCurve(Utf8JsonWriter w, IEnumerable<DataPoint> points)
    {
        w.WriteStartArray("curve");
        foreach (DataPoint p in points)
        {
            w.WriteStartArray();
            w.WriteNumberValue(p.X);
            if (double.IsFinite(p.Y)) w.WriteNumberValue(p.Y);
            else w.WriteNullValue();
            w.WriteEndArray();
        }
        w.WriteEndArray();
    }

    static void WriteEpochs(Utf8JsonWriter w, IEnumerable<IReadOnlyDictionary<string, double>> epochs)
    {
        w.WriteStartArray("metrics");
        foreach (IReadOnlyDictionary<string, double> epoch in epochs)
        {
            w.WriteStartObject();
            foreach ((string name, double value) in epoch) Json.WriteMeasure(w, name, value);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    /// <summary>A JSON file of the run as it is; null where it is missing or no sound JSON.</summary>
    static void WriteFile(Utf8JsonWriter w, string name, RunRecord run, string file)
    {
        w.WritePropertyName(name);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(run.Folder, file)));
            json.RootElement.WriteTo(w);
        }
        catch (Exception e) when (e is IOException or JsonException) { w.WriteNullValue(); }
    }
}
