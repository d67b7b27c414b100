using System.Text.Json;
using Fathom.Nn;

namespace Fathom.Cli;

/// <summary>The layers of a model as JSON: <c>fathom summary --json</c> and layers.json in a run's folder.</summary>
internal static class LayerJson
{
    /// <summary>Writes "parameters" and "layers"; shapes are without the batch axis.</summary>
    public static void Write(Utf8JsonWriter w, LayerSummary summary)
    {
        w.WriteNumber("parameters", summary.Parameters);
        w.WriteStartArray("layers");
        foreach (LayerRow layer in Working(summary.Layers))
        {
            w.WriteStartObject();
            w.WriteString("name", layer.Name);
            w.WriteString("type", layer.Type);
            Json.WriteArray(w, "output", layer.Output.Skip(1));
            w.WriteNumber("parameters", layer.Parameters);
            w.WriteEndObject();
        }
        w.WriteEndArray();
    }

    /// <summary>The modules that do something themselves; containers would only repeat them.</summary>
    static IEnumerable<LayerRow> Working(IReadOnlyList<LayerRow> rows)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            bool holdsOthers = i + 1 < rows.Count && rows[i + 1].Depth > rows[i].Depth;
            if (!holdsOthers || rows[i].Parameters > 0) yield return rows[i];
        }
    }
}
