namespace Fathom.Nn;

/// <summary>What becomes of the losses of the elements or samples.</summary>
public enum Reduction
{
    /// <summary>Their mean; where samples are weighted or ignored, the weighted mean.</summary>
    Mean,
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>They are returned as they are.</summary>
    None,
}

/// <summary>Applies a <see cref="Reduction"/>.</summary>
internal static class Reductions
{
    public static Tensor Of(Tensor losses, Reduction reduction) => reduction switch
    {
        Reduction.Mean => losses.Sum() / (double)losses.Count,
        Reduction.Sum => losses.Sum(),
        _ => losses,
    };

    /// <summary>Refuses targets of another shape: broadcasting (N, 1) with (N) would give an (N, N) loss without a word.</summary>
    public static void CheckSameShape(Tensor input, Tensor target, string op)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(target);
        if (input.Shape != target.Shape)
            throw ShapeException.For(op, $"a prediction of shape {input.Shape} and a target of shape {target.Shape} differ; reshape one, as in target.Reshape({string.Join(", ", input.Shape)})");
    }
}
