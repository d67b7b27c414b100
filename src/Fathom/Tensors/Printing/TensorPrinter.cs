using System.Text;

namespace Fathom;

/// <summary>Lays out a tensor as text: brackets by axis, aligned columns, lines of 80 characters, and only the edges of large tensors.</summary>
internal sealed class TensorPrinter
{
    const int LineWidth = 80, EdgeItems = 3, SummaryAbove = 1000;
    const string Prefix = "tensor(";

    readonly Tensor x;
    readonly bool summarize;
    readonly NumberFormat format;
    readonly StringBuilder text = new(Prefix);

    TensorPrinter(Tensor x)
    {
        this.x = x;
        summarize = x.Count > SummaryAbove;
        List<object> shown = [];
        if (x.Device.HasData && x.Count > 0) Collect(0, 0, shown);
        format = NumberFormat.For(x.DType, shown);
    }

    public static string Print(Tensor x)
    {
        TensorPrinter p = new(x);
        if (!x.Device.HasData) p.text.Append("...");
        else if (x.Count == 0) p.text.Append("[]");
        else p.Axis(0, 0, Prefix.Length);
        p.Suffixes();
        GC.KeepAlive(x);
        return p.text.Append(')').ToString();
    }

    /// <summary>Positions along an axis that are shown; -1 stands for those left out.</summary>
    IEnumerable<int> Positions(int axis)
    {
        int size = x.Shape[axis];
        bool cut = summarize && size > 2 * EdgeItems;
        for (int i = 0; i < size; i++)
        {
            if (!cut || i != EdgeItems) { yield return i; continue; }
            yield return -1;
            i = size - EdgeItems - 1;
        }
    }

    void Collect(int axis, long offset, List<object> shown)
    {
        if (axis == x.Rank) { shown.Add(x.BoxedElement(offset)); return; }
        foreach (int i in Positions(axis))
            if (i >= 0) Collect(axis + 1, offset + i * x.Strides[axis], shown);
    }

    void Axis(int axis, long offset, int indent)
    {
        if (axis == x.Rank) { text.Append(format.Text(x.BoxedElement(offset))); return; }
        if (axis == x.Rank - 1) { Row(axis, offset, indent); return; }
        string between = "," + new string('\n', x.Rank - 1 - axis) + new string(' ', indent + 1), next = "[";
        foreach (int i in Positions(axis))
        {
            text.Append(next);
            if (i < 0) text.Append("...");
            else Axis(axis + 1, offset + i * x.Strides[axis], indent + 1);
            next = between;
        }
        text.Append(']');
    }

    void Row(int axis, long offset, int indent)
    {
        int perLine = Math.Max(1, (LineWidth - indent) / (format.Width + 2)), n = 0;
        text.Append('[');
        foreach (int i in Positions(axis))
        {
            if (n > 0) text.Append(n % perLine == 0 ? ",\n" + new string(' ', indent + 1) : ", ");
            text.Append(i < 0 ? " ..." : format.Text(x.BoxedElement(offset + i * x.Strides[axis])));
            n++;
        }
        text.Append(']');
    }

    /// <summary>What the numbers do not say, on a new line where the last one is full.</summary>
    void Suffixes()
    {
        bool empty = x.Count == 0, hidden = !x.Device.HasData;
        int line = text.Length - text.ToString().LastIndexOf('\n') + 1;
        foreach (string suffix in All())
        {
            bool wrap = line + suffix.Length + 2 > LineWidth;
            text.Append(wrap ? ",\n" + new string(' ', Prefix.Length) : ", ").Append(suffix);
            line = wrap ? Prefix.Length + suffix.Length : line + suffix.Length + 2;
        }

        IEnumerable<string> All()
        {
            if (hidden) yield return $"device='{x.Device}'";
            if (hidden || (empty && x.Rank != 1)) yield return $"size={x.Shape}";
            if (x.DType != DType.Float32 && (empty || hidden || x.DType is not (DType.Int64 or DType.Bool))) yield return $"dtype={x.DType.Name()}";
            if (x.GradFn is { } op) yield return $"grad_fn=<{op.Name}>";
            else if (x.RequiresGrad) yield return "requires_grad=True";
        }
    }
}
