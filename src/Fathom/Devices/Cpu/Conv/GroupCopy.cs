using System.Runtime.CompilerServices;

namespace Fathom.Devices.Cpu;

/// <summary>Copies the channels of one group out of channels-last images, where they are a small part of every pixel.</summary>
internal static unsafe class GroupCopy<V, T> where V : struct, ILanes<V, T> where T : unmanaged
{
    /// <summary>Copies the group's channels of some pixels, padded to a vector each.</summary>
    /// <param name="from">The first pixel's.</param>
    /// <param name="pixel">Elements from one pixel's to the next one's.</param>
    /// <param name="channels">Channels; at most a vector.</param>
    /// <param name="to">Where the first goes.</param>
    /// <param name="next">Elements from there to where the next goes.</param>
    /// <param name="count">Pixels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pixels(T* from, nint pixel, int channels, T* to, nint next, nint count)
    {
        if (channels != V.Count)
        {
            for (; count != 0; count--, from += pixel, to += next) V.Store(V.LoadFirst(from, channels), to);
            return;
        }
        for (; count >= 4; count -= 4, from += 4 * pixel, to += 4 * next)
        {
            V a = V.Load(from), b = V.Load(from + pixel), c = V.Load(from + 2 * pixel), d = V.Load(from + 3 * pixel);
            V.Store(a, to);
            V.Store(b, to + next);
            V.Store(c, to + 2 * next);
            V.Store(d, to + 3 * next);
        }
        for (; count != 0; count--, from += pixel, to += next) V.Store(V.Load(from), to);
    }
}

/// <summary>Pixels of one group that a kernel is to fetch into the second-level cache while it multiplies something else: no prefetcher follows them.</summary>
/// <param name="pointer">The group's first channel in the first pixel.</param>
/// <param name="pixel">Elements from one pixel to the next.</param>
/// <param name="pixels">Pixels of an image.</param>
/// <param name="image">Elements from one image to the next.</param>
/// <param name="images">Images.</param>
internal unsafe struct GroupFetch<T>(T* pointer, nint pixel, nint pixels, nint image, int images) where T : unmanaged
{
    private T* _image = pointer, _next = pointer;
    private readonly nint _pixels = pixels;
    private nint _left = pixels;
    private int _images = images;

    /// <summary>Whether there are pixels that nobody took yet.</summary>
    public readonly bool Any => _images > 0;

    /// <summary>Hands over some pixels; at the end of an image perhaps some that follow it.</summary>
    public T* Take(nint count, out nint step)
    {
        T* first = _next;
        step = pixel;
        _next += count * pixel;
        _left -= count;
        if (_left > 0) return first;
        _images--;
        _image += image;
        _next = _image;
        _left = _pixels;
        return first;
    }

    /// <summary>Something that the first-level cache holds, again and again.</summary>
    public static T* Nothing(T* cached, out nint step)
    {
        step = 0;
        return cached;
    }
}
