using System.Security.Cryptography;

namespace Fathom.Data;

/// <summary>How a checksum is computed.</summary>
public enum ChecksumKind
{
    /// <summary>MD5, 16 bytes; what the makers of many data sets publish. It tells damage, not malice.</summary>
    Md5,
    /// <summary>SHA-256, 32 bytes.</summary>
    Sha256,
}

/// <summary>The checksum a file must have.</summary>
/// <param name="Kind">How it is computed.</param>
/// <param name="Hex">Its digits, in lower or upper case.</param>
public sealed record Checksum(ChecksumKind Kind, string Hex)
{
    /// <summary>An MD5 checksum.</summary>
    public static Checksum Md5(string hex) => new(ChecksumKind.Md5, hex);

    /// <summary>A SHA-256 checksum.</summary>
    public static Checksum Sha256(string hex) => new(ChecksumKind.Sha256, hex);

    /// <summary>The checksum that bytes have.</summary>
    public static Checksum Of(Stream content, ChecksumKind kind)
    {
#pragma warning disable CA5351 // MD5 is what is published; it guards against damage in transit.
        byte[] sum = kind == ChecksumKind.Md5 ? MD5.HashData(content) : SHA256.HashData(content);
#pragma warning restore CA5351
        return new Checksum(kind, Convert.ToHexStringLower(sum));
    }

    /// <summary>Whether a file has this checksum.</summary>
    public bool Matches(string path)
    {
        using FileStream file = File.OpenRead(path);
        return string.Equals(Of(file, Kind).Hex, Hex, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Kind and digits, as "md5 0cc1...".</summary>
    public override string ToString() => $"{(Kind == ChecksumKind.Md5 ? "md5" : "sha256")} {Hex}";
}

/// <summary>A file that can be fetched from several addresses.</summary>
/// <param name="Name">Its official name.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Checksum">The checksum it must have.</param>
/// <param name="Addresses">Where it can be had, best first.</param>
public sealed record RemoteFile(string Name, long Size, Checksum Checksum, IReadOnlyList<Uri> Addresses);
