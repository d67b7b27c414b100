namespace Fathom.Data;

/// <summary>How far a download has come.</summary>
/// <param name="File">The file being fetched.</param>
/// <param name="Address">Where from.</param>
/// <param name="Received">Bytes that are here, those of an earlier, broken attempt included.</param>
/// <param name="Total">Bytes the whole file has.</param>
/// <param name="BytesPerSecond">The rate since this attempt began; 0 until it can be told.</param>
public readonly record struct DownloadProgress(string File, Uri Address, long Received, long Total, double BytesPerSecond);
