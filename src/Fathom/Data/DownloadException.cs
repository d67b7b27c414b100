namespace Fathom.Data;

/// <summary>A file could be fetched from none of its addresses. The message says why, address by address, and what can be done without a network.</summary>
public sealed class DownloadException : IOException
{
    /// <summary>Says that a download failed.</summary>
    /// <param name="message">What failed, why, and what to do.</param>
    /// <param name="inner">The last failure.</param>
    public DownloadException(string message, Exception? inner = null) : base(message, inner) { }
}
