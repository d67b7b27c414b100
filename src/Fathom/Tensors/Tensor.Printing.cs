using System.Diagnostics;
using System.Text;

namespace Fathom;

public partial class Tensor
{
    /// <summary>
    /// The elements in PyTorch's layout: <c>tensor([[ 0.,  1.], ...])</c>. Four decimals where needed, whole numbers with a bare point, scientific notation where
    /// magnitudes differ much; of more than 1000 elements only three at each edge. Then, where they apply: <c>size=(0, 3)</c> of an empty tensor,
    /// <c>dtype=float64</c> unless the numbers show the type, <c>requires_grad=True</c> of a leaf, and <c>grad_fn=&lt;mul&gt;</c>, the op that computed it
    /// as errors name it. A tensor on the meta device prints as <c>tensor(..., device='meta', size=(2, 3))</c>.
    /// </summary>
    public override string ToString() => TensorPrinter.Print(this);

    /// <summary>One line for the debugger: <c>float32 (2, 3) [0, 1, 2, ...]</c>.</summary>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string DebuggerText
    {
        get
        {
            const int shown = 6;
            StringBuilder s = new($"{DType.Name()} {Shape}");
            if (!Device.HasData) return s.Append($" on {Device}").ToString();
            if (Storage is not { IsReleased: false }) return s.Append(" without memory").ToString();
            if (Storage.Product is not null) return s.Append(" computed when first read").ToString();        // a debugger may have stopped the threads that it takes
            s.Append(" [");
            for (long i = 0; i < Math.Min(Count, shown); i++) s.Append(i > 0 ? ", " : "").Append(ShortElement(OffsetOf(i)));
            s.Append(Count > shown ? ", ...]" : "]");
            if (GradFn is { } op) s.Append($" <{op.Name}>");
            else if (RequiresGrad) s.Append(" requires grad");
            return s.ToString();
        }
    }

    string ShortElement(long offset) =>
        DType == DType.Bool ? (ReadAs<bool>(offset) ? "True" : "False") : DType.IsFloating() ? ReadAs<double>(offset).ToString("G4") : ReadAs<long>(offset).ToString();

    /// <summary>Distance in memory from the first element to the n-th in row-major order.</summary>
    long OffsetOf(long n)
    {
        long offset = 0;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            offset += n % Shape.Span[axis] * Strides[axis];
            n /= Shape.Span[axis];
        }
        return offset;
    }

    /// <summary>An element as a double or a long.</summary>
    internal object BoxedElement(long offset) => DType.IsFloating() ? (object)ReadAs<double>(offset) : ReadAs<long>(offset);
}
