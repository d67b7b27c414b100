using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fathom.Formats;

namespace Fathom.Cli;

/// <summary>Small JSON objects, written and read by hand.</summary>
internal static class Json
{
    /// <summary>The text of one object.</summary>
    public static string Object(Action<Utf8JsonWriter> fill, bool indented = false)
    {
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            writer.WriteStartObject();
            fill(writer);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Writes an object where the user wants it: a file, whole or not at all, or "-" for standard output.</summary>
    public static void Save(string target, TextWriter output, string json)
    {
        if (target == "-") output.WriteLine(json);
        else AtomicFile.WriteAllText(target, json + "\n");
    }

    /// <summary>Writes a measurement rounded to what it means; JSON has no NaN, so what was not measured is null.</summary>
    public static void WriteMeasure(Utf8JsonWriter writer, string name, double value, int decimals = 6)
    {
        if (double.IsFinite(value)) writer.WriteNumber(name, Math.Round(value, decimals));
        else writer.WriteNull(name);
    }

    public static void WriteNumber(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } v) writer.WriteNumber(name, v);
        else writer.WriteNull(name);
    }

    public static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } v) writer.WriteNumber(name, v);
        else writer.WriteNull(name);
    }

    public static void WriteArray(Utf8JsonWriter writer, string name, IEnumerable<int> values)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue($"[{string.Join(", ", values)}]");    // on one line, be the rest indented or not
    }

    public static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? throw new FormatException($"'{name}' is null.");

    public static int? Integer(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } n ? n.GetInt32() : null;

    public static double? Number(JsonElement json, string name) => json.GetProperty(name) is { ValueKind: JsonValueKind.Number } n ? n.GetDouble() : null;
}
