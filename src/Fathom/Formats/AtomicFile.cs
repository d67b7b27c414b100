using System.Text;

namespace Fathom.Formats;

/// <summary>
/// Writes a file whole or not at all: into a temporary file in the same folder, flushed to the disk, then renamed over the old one.
/// Whatever goes wrong before the rename (full disk, exception, loss of power) leaves the old file as it was.
/// </summary>
public static class AtomicFile
{
    /// <summary>UTF-8 without a byte order mark.</summary>
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a file through a stream.</summary>
    /// <param name="path">The file to make or replace; its folder must exist. A symbolic link is followed.</param>
    /// <param name="write">Writes the content; the stream can seek. If it throws, nothing has changed.</param>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to, or <paramref name="path"/> is a folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string target = Target(path);
        if (IsDevice(target)) { WriteInPlace(target, write); return; }
        string temporary = TemporaryFor(target);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Writes bytes; see <see cref="Write"/>.</summary>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, s => s.Write(bytes.Span));

    /// <summary>Writes text as UTF-8 without a byte order mark; see <see cref="Write"/>.</summary>
    public static void WriteAllText(string path, string text) => Write(path, s => s.Write(Utf8.GetBytes(text)));

    /// <summary>Deletes a file if it is there and can be deleted; never throws, so that it suits clean-up after another failure.</summary>
    public static void TryDelete(string path)
    {
        try { File.Delete(path); }
        catch (IOException) { }
        catch (UnauthorizedAccessException) { }
    }

    static string TemporaryFor(string target)
    {
        string folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"Cannot write {target}: the folder {folder} does not exist.");
        if (Directory.Exists(target)) throw new UnauthorizedAccessException($"Cannot write {target}: it is a folder, not a file.");
        return Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
    }

    /// <summary>Renaming would replace a link by a file; the file it points to is meant.</summary>
    static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return !IsDevice(full) && new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
    }

    /// <summary>/dev/stdout, /dev/null and their like are written to, never replaced.</summary>
    static bool IsDevice(string full) => !OperatingSystem.IsWindows() && (full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal));

    static void WriteInPlace(string device, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        using var stream = new FileStream(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        content.WriteTo(stream);
    }
}
