using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Fathom.Formats;

/// <summary>Turns big-endian words into little-endian ones and back. Memory is taken to be little-endian, as on every machine .NET runs on today.</summary>
static class ByteOrder
{
    /// <summary>Reverses the bytes of each word in place.</summary>
    /// <param name="data">Whole words.</param>
    /// <param name="wordSize">Bytes a word: 1, 2, 4 or 8.</param>
    public static void Reverse(Span<byte> data, int wordSize)
    {
        switch (wordSize)
        {
            case 2: { var words = MemoryMarshal.Cast<byte, ushort>(data); BinaryPrimitives.ReverseEndianness(words, words); break; }
            case 4: { var words = MemoryMarshal.Cast<byte, uint>(data); BinaryPrimitives.ReverseEndianness(words, words); break; }
            case 8: { var words = MemoryMarshal.Cast<byte, ulong>(data); BinaryPrimitives.ReverseEndianness(words, words); break; }
            default: break;
        }
    }
}
