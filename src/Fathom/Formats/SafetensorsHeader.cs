using System.Text.Json;

namespace Fathom.Formats;

/// <summary>Parses and checks the JSON header of a safetensors file. Its text is hostile until proven otherwise.</summary>
ref struct SafetensorsHeader
{
    const string MetadataKey = "__metadata__";

    readonly string _file;
    readonly List<SafetensorsEntry> _entries = [];
    readonly HashSet<string> _names = [];
    Dictionary<string, string>? _metadata;
    Utf8JsonReader _json;

    SafetensorsHeader(ReadOnlySpan<byte> header, string file)
    {
        _file = file;
        // Depth 3 is all the format needs: header, entry, shape.
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
    }

    /// <summary>Reads the header.</summary>
    /// <param name="header">Its JSON text.</param>
    /// <param name="dataBytes">How many bytes follow it in the file.</param>
    /// <param name="file">What to call the file in messages.</param>
    public static (IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata) Parse(ReadOnlySpan<byte> header, long dataBytes, string file)
    {
        ReadOnlySpan<byte> text = header.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '{') throw new DataFormatException(file, "its header is no JSON object", "a safetensors file, whose header begins with '{'");
        var parser = new SafetensorsHeader(header, file);
        try { parser.ReadAll(); }
        catch (JsonException e) { throw new DataFormatException(file, "its header is no sound JSON: " + e.Message.TrimEnd('.'), inner: e); }
        catch (InvalidOperationException e) { throw new DataFormatException(file, "its header holds text that is no sound UTF-8", inner: e); }
        parser.CheckPlaces(dataBytes);
        return (parser._entries, parser._metadata ?? []);
    }

    void ReadAll()
    {
        _json.Read();
        while (NextKey() is { } key)
        {
            if (key == MetadataKey) ReadMetadata();
            else ReadEntry(key);
        }
        while (_json.Read()) { }        // throws where anything but white space follows
    }

    void ReadMetadata()
    {
        if (_metadata is not null) throw Wrong($"the key {MetadataKey} comes twice", "it once");
        _metadata = [];
        Expect(JsonTokenType.StartObject, MetadataKey, "an object of texts");
        while (NextKey() is { } key)
        {
            Expect(JsonTokenType.String, $"{MetadataKey}.{key}", "a text");
            if (!_metadata.TryAdd(key, _json.GetString()!)) throw Wrong($"the key '{key}' of {MetadataKey} comes twice", "it once");
        }
    }

    void ReadEntry(string name)
    {
        if (!_names.Add(name)) throw Wrong($"tensor '{name}' comes twice", "each name once");
        Expect(JsonTokenType.StartObject, name, "an object with dtype, shape and data_offsets");
        ElementType? type = null;
        long[]? shape = null, offsets = null;
        while (NextKey() is { } key)
        {
            bool known = key switch { "dtype" => type is null, "shape" => shape is null, "data_offsets" => offsets is null, _ => false };
            if (!known) throw Wrong($"tensor '{name}' has the key '{key}'{(key is "dtype" or "shape" or "data_offsets" ? " twice" : "")}", "dtype, shape and data_offsets, each once");
            if (key == "dtype") type = ReadType(name);
            else if (key == "shape") shape = ReadNumbers(name, key);
            else offsets = ReadNumbers(name, key);
        }
        if (type is null || shape is null || offsets is null) throw Wrong($"tensor '{name}' lacks {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}", "dtype, shape and data_offsets");
        _entries.Add(MakeEntry(name, type.Value, shape, offsets));
    }

    readonly SafetensorsEntry MakeEntry(string name, ElementType type, long[] shape, long[] offsets)
    {
        if (offsets.Length != 2 || offsets[0] > offsets[1]) throw Wrong($"tensor '{name}' has the data_offsets [{string.Join(", ", offsets)}]", "[begin, end] with begin <= end");
        if (Array.Find(shape, n => n > int.MaxValue) is > 0 and var n) throw Wrong($"tensor '{name}' has a dimension of size {n}", $"at most {int.MaxValue}");
        int[] sizes = Array.ConvertAll(shape, n => (int)n);
        if (RawArray.ByteCount(type, sizes) is not { } bytes) throw Wrong($"tensor '{name}' of shape {RawArray.Describe(sizes)} has more elements than can be counted", "sizes that the file can hold");
        if (bytes != offsets[1] - offsets[0])
            throw Wrong($"tensor '{name}', {type} {RawArray.Describe(sizes)}, is given {offsets[1] - offsets[0]} bytes by its data_offsets", $"{bytes}");
        return new SafetensorsEntry(name, type, sizes, offsets[0]);
    }

    ElementType ReadType(string name)
    {
        Expect(JsonTokenType.String, name + ".dtype", "a text");
        string text = _json.GetString()!;
        foreach ((string known, ElementType type) in Safetensors.TypeNames)
            if (known == text) return type;
        throw Wrong($"tensor '{name}' has the unknown dtype '{text}'", "one of " + string.Join(", ", Safetensors.TypeNames.Select(t => t.Name)));
    }

    long[] ReadNumbers(string name, string key)
    {
        Expect(JsonTokenType.StartArray, $"{name}.{key}", "an array of whole numbers");
        List<long> numbers = [];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long n) || n < 0)
                throw Wrong($"{key} of tensor '{name}' holds something else than whole numbers from 0 to {long.MaxValue}", "an array of such numbers");
            numbers.Add(n);
        }
        return [.. numbers];
    }

    /// <summary>The tensors, by place, must follow each other from 0 to the end of the file: no gap, no overlap, nothing left.</summary>
    readonly void CheckPlaces(long dataBytes)
    {
        long end = 0;
        foreach (SafetensorsEntry e in _entries.OrderBy(e => e.Offset).ThenBy(e => e.ByteCount))
        {
            if (e.Offset != end) throw Wrong($"tensor '{e.Name}' begins at byte {e.Offset} of the data, {(e.Offset < end ? "inside" : "with a gap behind")} the one before it", $"byte {end}");
            end = e.Offset + e.ByteCount;
        }
        if (end != dataBytes)
            throw new DataFormatException(_file, $"{dataBytes} bytes of data follow the header, {(end > dataBytes ? "the file is cut short" : "more than the tensors take")}", $"{end}");
    }

    string? NextKey()
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.PropertyName ? _json.GetString() : null;
    }

    void Expect(JsonTokenType token, string what, string expected)
    {
        _json.Read();
        if (_json.TokenType != token) throw Wrong($"'{what}' is no {expected.Split(' ')[1]}", expected);
    }

    readonly DataFormatException Wrong(string problem, string expected) => new(_file, "in its header, " + problem, expected);
}
