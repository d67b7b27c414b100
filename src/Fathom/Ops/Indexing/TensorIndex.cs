namespace Fathom;

/// <summary>
/// One entry between the brackets of <c>x[...]</c>: a position (<c>2</c>, <c>^1</c>; a negative number counts from the end), a range (<c>1..3</c>, <c>..</c>),
/// a range with a step (<see cref="Step(Range, int)"/>), <see cref="NewAxis"/>, <see cref="Ellipsis"/>, a Bool mask, or a tensor or array of positions.
/// </summary>
public readonly struct TensorIndex
{
    internal enum Kind { Position, Range, NewAxis, Ellipsis, Tensor }

    internal Kind What { get; }
    internal Index Position { get; }
    internal Range Span { get; }
    internal int Stride { get; }
    internal Tensor? Values { get; }

    TensorIndex(Kind what, Index position = default, Range span = default, int stride = 1, Tensor? values = null) =>
        (What, Position, Span, Stride, Values) = (what, position, span, stride, values);

    /// <summary>Puts an axis of size 1 into the result: <c>x[.., TensorIndex.NewAxis]</c>.</summary>
    public static TensorIndex NewAxis => new(Kind.NewAxis);

    /// <summary>As many whole axes as are left: <c>x[TensorIndex.Ellipsis, 0]</c> indexes the last axis.</summary>
    public static TensorIndex Ellipsis => new(Kind.Ellipsis);

    /// <summary>Every <paramref name="step"/>-th element of a range: <c>x[TensorIndex.Step(1..7, 2)]</c> is Python's <c>x[1:7:2]</c>.</summary>
    /// <exception cref="ShapeException">The step is not positive.</exception>
    public static TensorIndex Step(Range range, int step) => step >= 1 ? new(Kind.Range, span: range, stride: step)
        : throw ShapeException.For("index", $"a step must be 1 or more, not {step}; use Flip to reverse");

    /// <summary>Every <paramref name="step"/>-th element from <paramref name="start"/> up to but without <paramref name="end"/>.</summary>
    /// <exception cref="ShapeException">The step is not positive.</exception>
    public static TensorIndex Step(Index start, Index end, int step) => Step(start..end, step);

    /// <summary>A position; a negative number counts from the end, as in Python.</summary>
    public static implicit operator TensorIndex(int position) => new(Kind.Position, position < 0 ? new Index(-position, fromEnd: true) : position);
    /// <summary>A position: <c>^1</c> is the last.</summary>
    public static implicit operator TensorIndex(Index position) => new(Kind.Position, position);
    /// <summary>A range; what lies beyond the ends is cut off.</summary>
    public static implicit operator TensorIndex(Range range) => new(Kind.Range, span: range);
    /// <summary>A Bool mask over one or more axes, or an integer tensor of positions.</summary>
    public static implicit operator TensorIndex(Tensor values) => new(Kind.Tensor, values: values ?? throw new ArgumentNullException(nameof(values)));
    /// <summary>Positions.</summary>
    public static implicit operator TensorIndex(int[] positions) => Tensor.From<int>(positions);
    /// <summary>Positions.</summary>
    public static implicit operator TensorIndex(long[] positions) => Tensor.From<long>(positions);
    /// <summary>A mask over one axis.</summary>
    public static implicit operator TensorIndex(bool[] mask) => Tensor.From<bool>(mask);

    /// <inheritdoc/>
    public override string ToString() => What switch
    {
        Kind.Position => Position.ToString(),
        Kind.Range => Stride == 1 ? Span.ToString() : $"Step({Span}, {Stride})",
        Kind.Tensor => $"{Values!.DType.Name()} {Values.Shape}",
        _ => What.ToString(),
    };
}
