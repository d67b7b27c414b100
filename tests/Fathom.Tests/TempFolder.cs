namespace Fathom.Tests;

/// <summary>A folder of a test's own, gone with it.</summary>
sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("fathom-test-").FullName;
    public string this[string name] => Path.Combine(Root, name);
    public string[] Files => [.. Directory.EnumerateFileSystemEntries(Root).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(this[name], bytes.ToArray());
        return this[name];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
