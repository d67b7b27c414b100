using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Fathom.Formats;

namespace Fathom.Training;

/// <summary>What a model was made with, by name, in the order of its constructor: kept with it, printed with it, saved with its weights, and enough to make it again.</summary>
/// <remarks>After the course's HyperParameters (Dive into Deep Learning, 3.2), without its look at the caller's frame: the compiler passes the names.</remarks>
/// <example><code>
/// public Mlp(int classes, int hidden, double learningRate)
/// {
///     HyperParameters.Keep(classes).Keep(hidden).Keep(learningRate);      // classes: 10, hidden: 256, learning_rate: 0.1
/// </code></example>
public sealed class HyperParameters : IReadOnlyCollection<KeyValuePair<string, object>>
{
    readonly OrderedDictionary<string, object> values = [];      // bool, long, double, string or long[]

    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>The names, in order.</summary>
    public IReadOnlyList<string> Names => [.. values.Keys];

    /// <summary>Keeps a whole number.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">Its name; left out, what stands in the call: <c>Keep(numHiddens)</c> is num_hiddens.</param>
    /// <exception cref="ArgumentException">The call has no plain name in it, as in <c>Keep(2 * n)</c>.</exception>
    public HyperParameters Keep(long value, [CallerArgumentExpression(nameof(value))] string name = "") => Put(name, value);

    /// <summary>Keeps a number.</summary>
    /// <inheritdoc cref="Keep(long, string)"/>
    public HyperParameters Keep(double value, [CallerArgumentExpression(nameof(value))] string name = "") => Put(name, value);

    /// <summary>Keeps a truth value.</summary>
    /// <inheritdoc cref="Keep(long, string)"/>
    public HyperParameters Keep(bool value, [CallerArgumentExpression(nameof(value))] string name = "") => Put(name, value);

    /// <summary>Keeps a text.</summary>
    /// <inheritdoc cref="Keep(long, string)"/>
    public HyperParameters Keep(string value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(value);
        return Put(name, value);
    }

    /// <summary>Keeps a member of an enumeration, by its name.</summary>
    /// <inheritdoc cref="Keep(long, string)"/>
    public HyperParameters Keep<T>(T value, [CallerArgumentExpression(nameof(value))] string name = "") where T : struct, Enum => Put(name, Enum.GetName(value) ?? value.ToString());

    /// <summary>Keeps whole numbers, such as the sizes of layers.</summary>
    /// <inheritdoc cref="Keep(long, string)"/>
    public HyperParameters Keep(IReadOnlyList<int> value, [CallerArgumentExpression(nameof(value))] string name = "") => Put(name, value.Select(v => (long)v).ToArray());

    HyperParameters Put(string expression, object value)
    {
        values[Key(expression)] = value;
        return this;
    }

    /// <summary><c>numHiddens</c> or <c>options.NumHiddens</c> is num_hiddens.</summary>
    static string Key(string expression)
    {
        string name = expression[(expression.LastIndexOf('.') + 1)..].TrimStart('_');
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !expression.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.'))
            throw new ArgumentException($"'{expression}' is not a name: give one, as in Keep({expression}, \"name\").", nameof(expression));
        StringBuilder key = new(name.Length + 4);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]) && name[i - 1] != '_') key.Append('_');
            key.Append(char.ToLowerInvariant(name[i]));
        }
        return key.ToString();
    }

    // ---- reading ----

    /// <summary>Whether one of that name is kept.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>A whole number.</summary>
    /// <exception cref="KeyNotFoundException">It was not kept; the message lists what was.</exception>
    /// <exception cref="InvalidCastException">It is something else.</exception>
    public int Integer(string name) => Get(name) is long value ? checked((int)value) : throw Wrong(name, "a whole number");

    /// <summary>A number; whole ones count.</summary>
    /// <inheritdoc cref="Integer"/>
    public double Number(string name) => Get(name) switch { double value => value, long whole => whole, _ => throw Wrong(name, "a number") };

    /// <summary>A truth value.</summary>
    /// <inheritdoc cref="Integer"/>
    public bool Flag(string name) => Get(name) is bool value ? value : throw Wrong(name, "true or false");

    /// <summary>A text.</summary>
    /// <inheritdoc cref="Integer"/>
    public string Text(string name) => Get(name) as string ?? throw Wrong(name, "a text");

    /// <summary>A member of an enumeration.</summary>
    /// <inheritdoc cref="Integer"/>
    public T Choice<T>(string name) where T : struct, Enum => Enum.TryParse(Text(name), out T value) ? value : throw Wrong(name, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>Whole numbers.</summary>
    /// <inheritdoc cref="Integer"/>
    public IReadOnlyList<int> Integers(string name) => Get(name) is long[] value ? [.. value.Select(v => checked((int)v))] : throw Wrong(name, "a list of whole numbers");

    object Get(string name) => values.TryGetValue(name, out object? value) ? value
        : throw new KeyNotFoundException($"No hyper-parameter '{name}' was kept; there are {(Count == 0 ? "none" : string.Join(", ", Names))}.");

    InvalidCastException Wrong(string name, string expected) => new($"The hyper-parameter '{name}' is {Show(values[name])}, not {expected}.");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // ---- as text ----

    /// <summary><c>hidden: 256, learning_rate: 0.1</c></summary>
    public override string ToString() => string.Join(", ", values.Select(v => $"{v.Key}: {Show(v.Value)}"));

    static string Show(object value) => value switch
    {
        double number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        long[] list => $"[{string.Join(", ", list)}]",
        _ => value.ToString()!,
    };

    /// <summary>A JSON object. Numbers are written so that they are read back as they were.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach ((string name, object value) in values) Write(json, name, value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    static void Write(Utf8JsonWriter json, string name, object value)
    {
        json.WritePropertyName(name);
        switch (value)
        {
            case long whole: json.WriteNumberValue(whole); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case string text: json.WriteStringValue(text); break;
            case double number when double.IsFinite(number):
                string digits = number.ToString("R", CultureInfo.InvariantCulture);
                json.WriteRawValue(digits.AsSpan().IndexOfAny(".E") < 0 ? digits + ".0" : digits);       // so that it stays a number that need not be whole
                break;
            case double number: json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture)); break;
            case long[] list:
                json.WriteStartArray();
                foreach (long v in list) json.WriteNumberValue(v);
                json.WriteEndArray();
                break;
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object of numbers, texts, truth values and lists of whole numbers.</param>
    /// <exception cref="DataFormatException">It is something else.</exception>
    public static HyperParameters FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        HyperParameters result = new();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty p in document.RootElement.EnumerateObject()) result.values[p.Name] = Read(p);
            return result;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new DataFormatException("hyper-parameters", $"'{(json.Length > 60 ? json[..60] + "..." : json)}' cannot be read: {e.Message.TrimEnd('.')}", "a JSON object of numbers, texts, truth values and lists of whole numbers", e);
        }
    }

    static object Read(JsonProperty p) => p.Value.ValueKind switch
    {
        JsonValueKind.Number => p.Value.GetRawText().AsSpan().IndexOfAny(".eE") < 0 && p.Value.TryGetInt64(out long whole) ? (object)whole : p.Value.GetDouble(),
        JsonValueKind.String => p.Value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, var text => text! },
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => p.Value.EnumerateArray().Select(v => v.GetInt64()).ToArray(),
        _ => throw new FormatException($"'{p.Name}' is {p.Value.GetRawText()}"),
    };
}
