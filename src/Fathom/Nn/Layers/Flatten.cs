namespace Fathom.Nn;

/// <summary>Joins axes into one; by default all but the first, the batch.</summary>
/// <param name="startAxis">The first axis to join; negative ones count from the end.</param>
/// <param name="endAxis">The last axis to join; negative ones count from the end.</param>
public sealed class Flatten(int startAxis = 1, int endAxis = -1) : Module, IKeepsNothing
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => x.Flatten(startAxis, endAxis);

    /// <inheritdoc/>
    protected override string Details => (startAxis, endAxis) == (1, -1) ? "" : $"{startAxis} to {endAxis}";
}
