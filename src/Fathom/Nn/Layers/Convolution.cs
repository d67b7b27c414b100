using System.Text;

namespace Fathom.Nn;

/// <summary>What convolution layers have in common: their sizes, a weight and a bias.</summary>
public abstract class Convolution : Module
{
    private protected Convolution(int outputs, Hw kernel, Hw? stride, Padding padding, Hw? dilation, int groups, bool bias, Init? init)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        (Stride, Dilation) = (stride ?? 1, dilation ?? 1);
        foreach ((Hw size, string what) in (ReadOnlySpan<(Hw, string)>)[(kernel, nameof(kernel)), (Stride, nameof(stride)), (Dilation, nameof(dilation))])
            if (size.H < 1 || size.W < 1) throw new ArgumentOutOfRangeException(what, size, $"The {what} of a convolution is at least 1.");
        if (outputs % groups != 0) throw new ArgumentException($"{outputs} output channels cannot be split into {groups} groups; choose groups that divide the channels.", nameof(groups));
        if (padding.IsSame && Stride != new Hw(1, 1)) throw new ArgumentException($"Padding that keeps the size needs stride 1, not {Stride}; give the padding as a number.", nameof(padding));
        (Outputs, Kernel, Padding, Groups) = (outputs, kernel, padding, groups);
        Weight = new(init);
        Bias = bias ? new() : null;
    }

    /// <summary>The kernels.</summary>
    public Parameter Weight { get; set => field = Register(value); }

    /// <summary>What is added to each output channel, (outputs); null for a layer without.</summary>
    public Parameter? Bias { get; set => field = Register(value); }

    /// <summary>Output channels.</summary>
    public int Outputs { get; }
    private protected Hw Kernel { get; }
    private protected Hw Stride { get; }
    private protected Padding Padding { get; }
    private protected Hw Dilation { get; }
    private protected int Groups { get; }

    /// <summary>The axes of the input, batch and channels included: 3 or 4.</summary>
    private protected abstract int InputRank { get; }

    /// <summary>The weight's shape for this many input channels.</summary>
    private protected abstract Shape WeightShape(int inputs);

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        if (input.Rank != InputRank)
            throw ShapeException.For(GetType().Name, $"needs an input of shape {(InputRank == 4 ? "(N, C, H, W)" : "(N, C, L)")}; this one has shape {input}" + (input.Rank == InputRank - 1 ? ". Use Unsqueeze(0) for a single sample" : ""));
        Materialize(input[1]);
    }

    private protected void Materialize(int inputs)
    {
        if (inputs < 1 || inputs % Groups != 0) throw ShapeException.For(GetType().Name, $"{inputs} input channels cannot be split into {Groups} groups; choose groups that divide the channels");
        if (!Weight.HasShape) Weight.Materialize(WeightShape(inputs), Init.DefaultWeight);
        Weight.Materialize(Weight.Shape);
        Bias?.Materialize(Outputs, Init.DefaultBias(Weight.Shape));
    }

    /// <summary>Input channels, or null while they are not known.</summary>
    private protected abstract int? Inputs { get; }

    /// <inheritdoc/>
    protected override string Details
    {
        get
        {
            StringBuilder text = new($"{Inputs?.ToString() ?? "?"} -> {Outputs}, kernel: {(InputRank == 3 ? Kernel.W : Kernel)}");
            Add("stride", InputRank == 3 ? Stride.W : Stride, Stride != 1);
            Add("padding", Padding, Padding != 0);
            Add("dilation", InputRank == 3 ? Dilation.W : Dilation, Dilation != 1);
            Add("groups", Groups, Groups != 1);
            return text.Append(Bias is null ? ", no bias" : "").ToString();

            void Add(string name, object value, bool given)
            {
                if (given) text.Append($", {name}: {value}");
            }
        }
    }
}
