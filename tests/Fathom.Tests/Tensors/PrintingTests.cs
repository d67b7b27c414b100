using Fathom.Devices;
using Fathom.Tests.Golden;

namespace Fathom.Tests.Tensors;

public class PrintingTests
{
    public static TheoryData<string> Cases => GoldenFile.Printing.Names();

    [Theory, MemberData(nameof(Cases))]
    public void Prints_as_the_reference(string name)
    {
        GoldenCase c = GoldenFile.Printing[name];
        Tensor x = c.Has("range") ? Ranged(c.Object("range")) : Given(c.Tensor("tensor"));
        if (c.Flag("requires_grad")) x.RequiresGrad = true;
        Assert.Equal(c.Text("text").Replace("dtype=torch.", "dtype="), x.ToString());
    }

    static Tensor Given(GoldenTensor t) => t.DType switch
    {
        "bool" => Tensor.From(t.Flags, new Shape(t.Shape)),
        "int64" => Tensor.From(t.Integers, new Shape(t.Shape)),
        _ => Tensor.From(t.Values, new Shape(t.Shape)).To(Type(t.DType)),
    };

    static Tensor Ranged(GoldenCase range)
    {
        Shape shape = new(range.Integers("shape"));
        DType type = Type(range.Text("dtype"));
        Tensor i = Tensor.Arange((long)shape.Count).To(type);
        double scale = range.Number("scale", 1), start = range.Number("start", 0);
        return (type.IsFloating() ? i * scale + start : i * (int)scale + (int)start).Reshape(shape);
    }

    static DType Type(string name) => Enum.GetValues<DType>().Single(d => d.Name() == name);

    [Fact]
    public void Ties_are_rounded_to_even()
    {
        Assert.Equal("tensor([0.0312, 0.0938, 1.5000])", Tensor.From(0.03125f, 0.09375f, 1.5f).ToString());
        Assert.Equal("tensor([1.2344e+05, 1.2346e+05, 1.0000e+00])", Tensor.From(123445f, 123455f, 1f).ToString());
    }

    [Fact]
    public void Views_print_their_own_elements()
    {
        Tensor x = Tensor.Arange(6).Reshape(2, 3);
        Assert.Equal("tensor([[0, 3],\n        [1, 4],\n        [2, 5]])", x.T.ToString());
        Assert.Equal("tensor([2, 5])", x.Slice(1, 2).Squeeze(1).ToString());
    }

    [Fact]
    public void The_op_is_named_as_errors_name_it()
    {
        Tensor x = Tensor.Arange(3.0).WithGrad();
        Assert.Equal("tensor([0., 2., 4.], grad_fn=<mul>)", (x * 2).ToString());
        Assert.Equal("tensor([0., 1., 2.])", x.Detach().ToString());
    }

    [Fact]
    public void Tensors_without_elements_say_so() =>
        Assert.Equal("tensor(..., device='meta', size=(2, 3), dtype=int64)", Tensor.Zeros((2, 3), DType.Int64, Device.Meta).ToString());

    [Fact]
    public void The_debugger_shows_type_shape_and_first_values()
    {
        Assert.Equal("float32 (2, 3) [0, 1, 2, 3, 4, 5]", Tensor.Arange(6.0).Reshape(2, 3).DebuggerText);
        Assert.Equal("int64 (100,) [0, 1, 2, 3, 4, 5, ...]", Tensor.Arange(100).DebuggerText);
        Assert.Equal("bool () [True]", Tensor.Scalar(true).DebuggerText);
        Assert.Equal("float64 (1,) [0.3333] requires grad", Tensor.From(1 / 3.0).WithGrad().DebuggerText);
        Assert.Equal("float32 (4,) on meta", Tensor.Zeros(4, DType.Float32, Device.Meta).DebuggerText);
    }
}
