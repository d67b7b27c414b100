using System.Collections;
using System.Runtime.CompilerServices;

namespace Fathom;

/// <summary>The sizes of a tensor along each of its axes; rank 0 is a scalar. A value: it never changes.</summary>
public readonly struct Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    readonly int[]? dims;

    /// <summary>A shape from its sizes.</summary>
    /// <exception cref="ShapeException">A size is negative or the product exceeds what can be addressed.</exception>
    public Shape(params ReadOnlySpan<int> sizes) : this(sizes.ToArray()) { }

    Shape(int[] owned)
    {
        dims = owned;
        long count = 1;
        foreach (int d in owned)
        {
            if (d < 0) throw new ShapeException($"A shape holds sizes of 0 or more; got {this}.");
            if (d > 0 && count > long.MaxValue / 16 / d) throw new ShapeException($"The shape {this} has more elements than memory can address.");
            count *= d;
        }
    }

    /// <summary>A shape from its sizes, without checks: for sizes that come from another shape.</summary>
    internal static Shape Trust(int[] owned) => new(owned, trusted: true);

    Shape(int[] owned, bool trusted)
    {
        _ = trusted;
        dims = owned;
    }

    /// <summary>The shape of a scalar.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of axes.</summary>
    public int Rank => dims?.Length ?? 0;

    int IReadOnlyCollection<int>.Count => Rank;

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            long n = 1;
            foreach (int d in Span) n *= d;
            return n;
        }
    }

    /// <summary>The sizes.</summary>
    public ReadOnlySpan<int> Span => dims;

    /// <summary>The size along an axis; negative axes count from the end.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int this[int axis] => Span[Axis(axis)];

    /// <summary>The size along an axis; <c>shape[^1]</c> is the last.</summary>
    public int this[Index axis] => Span[Axis(axis.GetOffset(Rank))];

    /// <summary>The axis counted from the front; <paramref name="axis"/> may count from the end as a negative number.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public int Axis(int axis, [CallerMemberName] string op = "")
    {
        int a = axis < 0 ? axis + Rank : axis;
        if ((uint)a >= (uint)Rank) throw ShapeException.For(op, $"axis {axis} does not exist in shape {this}" + (Rank == 0 ? ", a scalar" : $"; use {-Rank} to {Rank - 1}"));
        return a;
    }

    /// <summary>The sizes as a new array.</summary>
    public int[] ToArray() => Span.ToArray();

    /// <summary>This shape with the size along one axis replaced.</summary>
    public Shape With(int axis, int size)
    {
        int[] d = ToArray();
        d[Axis(axis)] = size;
        return new(d);
    }

    /// <summary>This shape without one axis.</summary>
    public Shape Without(int axis)
    {
        int a = Axis(axis);
        return Trust([.. Span[..a], .. Span[(a + 1)..]]);
    }

    /// <summary>This shape with an axis of the given size put in before <paramref name="axis"/>, 0 to Rank.</summary>
    public Shape Insert(int axis, int size) => new([.. Span[..axis], size, .. Span[axis..]]);

    /// <summary>Joins two shapes by the broadcasting rule: aligned at the end, sizes must agree or be 1.</summary>
    /// <exception cref="ShapeException">Some axis has two different sizes, neither of them 1.</exception>
    public static Shape Broadcast(Shape a, Shape b, [CallerMemberName] string op = "broadcast")
    {
        if (a == b) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        int[] d = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int x = i <= a.Rank ? a.Span[^i] : 1, y = i <= b.Rank ? b.Span[^i] : 1;
            if (x != y && x != 1 && y != 1)
                throw ShapeException.For(op, $"{a} and {b} do not broadcast: sizes {x} and {y} at axis -{i} differ and neither is 1");
            d[^i] = x == 1 ? y : x;
        }
        return Trust(d);
    }

    /// <summary>Whether a tensor of this shape broadcasts to another shape.</summary>
    public bool BroadcastsTo(Shape to)
    {
        if (Rank > to.Rank) return false;
        for (int i = 1; i <= Rank; i++) if (Span[^i] != 1 && Span[^i] != to.Span[^i]) return false;
        return true;
    }

    /// <summary>A shape from an array of sizes.</summary>
    public static implicit operator Shape(int[] sizes) => new(sizes.AsSpan());
    /// <summary>A shape of one axis.</summary>
    public static implicit operator Shape(int size) => new([size]);
    /// <summary>A shape of two axes.</summary>
    public static implicit operator Shape((int, int) s) => new([s.Item1, s.Item2]);
    /// <summary>A shape of three axes.</summary>
    public static implicit operator Shape((int, int, int) s) => new([s.Item1, s.Item2, s.Item3]);
    /// <summary>A shape of four axes.</summary>
    public static implicit operator Shape((int, int, int, int) s) => new([s.Item1, s.Item2, s.Item3, s.Item4]);

    /// <inheritdoc/>
    public bool Equals(Shape other) => Span.SequenceEqual(other.Span);
    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape s && Equals(s);
    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode h = new();
        foreach (int d in Span) h.Add(d);
        return h.ToHashCode();
    }
    /// <summary>Whether rank and all sizes agree.</summary>
    public static bool operator ==(Shape a, Shape b) => a.Equals(b);
    /// <summary>Whether rank or any size differs.</summary>
    public static bool operator !=(Shape a, Shape b) => !a.Equals(b);

    /// <summary>The sizes in brackets: <c>(2, 3)</c>, <c>(4,)</c> for one axis, <c>()</c> for a scalar.</summary>
    public override string ToString() => Rank == 1 ? $"({dims![0]},)" : $"({string.Join(", ", dims ?? [])})";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(dims ?? [])).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
