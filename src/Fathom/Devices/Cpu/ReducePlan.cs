namespace Fathom.Devices.Cpu;

/// <summary>
/// The geometry of a reduction: the axes of the source split into kept and reduced ones, each joined where memory allows, innermost first.
/// Strides are in elements.
/// </summary>
internal unsafe struct ReducePlan
{
    public int KeptRank, ReducedRank;
    public fixed long KeptSize[LoopPlan.MaxRank], KeptX[LoopPlan.MaxRank], KeptY[LoopPlan.MaxRank];
    public fixed long ReducedSize[LoopPlan.MaxRank], ReducedX[LoopPlan.MaxRank];

    public readonly long Outputs => Product(true);
    public readonly long Terms => Product(false);

    readonly long Product(bool kept)
    {
        long n = 1;
        for (int i = 0; i < (kept ? KeptRank : ReducedRank); i++) n *= kept ? KeptSize[i] : ReducedSize[i];
        return n;
    }

    /// <summary>Whether neighbours in memory are reduced together, rather than being neighbouring results.</summary>
    public readonly bool AlongRows => KeptRank == 0 || (ReducedRank > 0 && ReducedX[0] < KeptX[0]);

    public static ReducePlan For(Tensor x, Tensor y)
    {
        Shape shape = x.Shape;
        if (shape.Rank > LoopPlan.MaxRank) throw ShapeException.For("reduce", $"{shape} has rank {shape.Rank}; at most {LoopPlan.MaxRank} axes are supported");
        ReducePlan p = default;
        int[] order = x.Layout.Order();
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int axis = order[i], size = shape.Span[axis];
            if (size == 1) continue;
            if (y.Shape.Span[axis] == 1) p.AddReduced(size, x.Strides[axis]);
            else p.AddKept(size, x.Strides[axis], y.Strides[axis]);
        }
        return p;
    }

    void AddReduced(long size, long sx)
    {
        int last = ReducedRank - 1;
        if (last >= 0 && sx == ReducedX[last] * ReducedSize[last]) { ReducedSize[last] *= size; return; }
        (ReducedSize[ReducedRank], ReducedX[ReducedRank]) = (size, sx);
        ReducedRank++;
    }

    void AddKept(long size, long sx, long sy)
    {
        int last = KeptRank - 1;
        if (last >= 0 && sx == KeptX[last] * KeptSize[last] && sy == KeptY[last] * KeptSize[last]) { KeptSize[last] *= size; return; }
        (KeptSize[KeptRank], KeptX[KeptRank], KeptY[KeptRank]) = (size, sx, sy);
        KeptRank++;
    }

    /// <summary>Offset in x of the first term of a result; <paramref name="from"/> is 1 to leave out the innermost axis.</summary>
    public readonly long OffsetX(long index, int from = 0)
    {
        long at = 0;
        for (int i = from; i < KeptRank; i++) { at += index % KeptSize[i] * KeptX[i]; index /= KeptSize[i]; }
        return at;
    }

    public readonly long OffsetY(long index, int from = 0)
    {
        long at = 0;
        for (int i = from; i < KeptRank; i++) { at += index % KeptSize[i] * KeptY[i]; index /= KeptSize[i]; }
        return at;
    }

    public readonly long OffsetTerm(long index, int from = 0)
    {
        long at = 0;
        for (int i = from; i < ReducedRank; i++) { at += index % ReducedSize[i] * ReducedX[i]; index /= ReducedSize[i]; }
        return at;
    }
}
